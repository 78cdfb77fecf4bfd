"""A customer at a glance: by its life, and where that does not answer by the record, as of when it was written."""

from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.record.writing import RecordWriting
from activities.settings import Settings
from console.terminal.overviews import sections_of
from lifecycle.domain.record import Fact, RecordLines
from lifecycle.explain.overview import overview_of
from lifecycle.explain.status import status_of
from tests.console.command_line import ran, row, run
from tests.console.commands.enrolled import begins, enrolled
from tests.lifecycle.building import a_play, a_playbook, an_event, email, live, living, moment, opened, task
from tests.lifecycle.calls import pause
from tests.lifecycle.explain.test_record import AT, a_row


def test_an_overview_has_people_what_is_open_what_waits_and_what_comes() -> None:
    playbook = a_playbook(
        onboarding={
            "call": a_play(task(due="2d") | {"id": "call"}, at={"day": 1}),
            "write": a_play(email(), at={"day": 20}),
        },
    )  # fmt: skip
    life = living(playbook)
    told = [
        opened("2026-03-05", "T-2"),
        opened("2026-03-06", "T-1", level=1),
        an_event("renewal.intent", moment("2026-03-06"), intent="low"),
    ]
    out = an_event("contact.opted_out", moment("2026-03-06", "10:00"), email="ana@acme.example", category="offer")
    live(life, moment("2026-03-07"), *told, out)
    pause(life, life.now, "they move house", "Kim")
    seen = overview_of(life.life, status_of(life.session, life.now), life.now)
    assert [(ticket.ticket, ticket.level) for ticket in seen.tickets] == [("T-1", 1), ("T-2", 3)]
    assert [(one.task, one.play, one.key) for one in seen.tasks] == [("call", "call", "acme/1/call/1/call")]
    assert (seen.contacts[0].email, seen.contacts[0].refuses) == ("ana@acme.example", ["offer"])
    assert (seen.intent, seen.stopped, seen.unread) == ("low", "paused by Kim: they move house", 0)
    assert [(fact.kind, fact.what, fact.by) for fact in seen.facts] == [("operator", "paused", "Kim")]
    titles = [section.title for section in sections_of(seen.model_dump(mode="python") | {"by_record": ""})]
    assert titles[:4] == ["", "Contacts", "Open tasks", "Open tickets"] and titles[-1] == "Latest facts"


@pytest.mark.server
@pytest.mark.usefixtures("served")
async def test_a_customer_is_shown_as_its_life_says_in_words_as_json_and_as_csv(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("shown", owner_name="Sho Wing", **begins()))
    words = await ran("show", "shown")
    assert (words.status, words.err) == (0, "")
    assert words.out.startswith("Shown (shown), tier B, standard: onboarding, term 1 to ") and "\nContacts\n" in words.out
    assert "As of" not in words.out
    told = (await ran("show", "shown", "--json")).json
    assert (told["customer"], told["owner"], told["contacts"][0]["email"], told["by_record"]) == (
        "shown",
        "Sho Wing",
        "ana@shown.example",
        "",
    )
    assert [one["play"] for one in told["planned"]][:1] == ["hello"]
    assert "contacts.0.email,ana@shown.example" in (await ran("show", "shown", "--csv")).out.splitlines()
    nobody = await ran("show", "nobody-at-all")
    assert (nobody.status, nobody.out, nobody.err) == (
        2, "", "There is no customer 'nobody-at-all': 'starter.py list' shows who is enrolled.\n",
    )  # fmt: skip


def test_where_no_life_answers_the_record_does_and_says_as_of_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
    engine = open_database(Settings(home=tmp_path).database)
    facts = [Fact(number=1, at=AT, kind="meeting.held", what="kickoff")]
    values = a_row(
        health_parts='[["usage", 30, 40.0]]', health_change=-9, open_tickets=2, next_kind="email", next_to="ana@acme.example"
    ).values()
    RecordWriting(engine).write("acme", RecordLines(life=1, as_of=AT, version=1, facts=facts, values=values))
    engine.dispose()
    shown = run("show", "acme")
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.splitlines()[:3] == [
        "Acme (acme), tier A: growth, term 1 to 2027-03-02",
        "Owner Kim Lee; 100 EUR a year; intent to renew not told.",
        "Health green 71 of 100, -9 in a month: usage 30 of 40",
    ]
    assert shown.out.splitlines()[3] == "Open tickets: 2."
    why = run("status", "acme").err.strip()
    assert f"As of 2026-03-02 08:00 UTC, by the record, for its life does not answer. {why}" in " ".join(shown.out.split())
    assert "meeting.held  kickoff" in shown.out and "ana@acme.example" in shown.out
    told = run("show", "acme", "--json").json
    assert (told["contacts"], told["health_change"], told["as_of"]) == (None, -9, "2026-03-02T08:00:00Z")
    unknown = run("show", "nobody")
    assert (unknown.status, unknown.out) == (1, "")
