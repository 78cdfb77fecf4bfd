"""Every text from outside, in what the command line shows: as text, and with no character that a terminal obeys."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from console.terminal.output import out, print_json, say
from console.terminal.tables import list_table, status_in_words, summary_table, timeline_table
from lifecycle.domain.enums import Outcome
from lifecycle.domain.people.customer import Owner
from lifecycle.domain.texts.text import one_line
from lifecycle.explain.status import Planned, Status, Waiting, in_markdown
from lifecycle.state.log import Entry, EntryKind
from runtime.process.command import run_command
from runtime.process.sentences import complain
from runtime.temporal.enrolment import attributes_of, summary_of
from tests.console.command_line import row as customer_row
from tests.console.command_line import run, write_customers, write_events, write_playbook
from tests.hostile_texts import HOSTILE, is_text, unprintable
from tests.lifecycle.building import a_customer, a_playbook, living
from workflows.showing import search_attributes as by
from workflows.showing.showing import values_of

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Status:
    folder = tmp_path_factory.mktemp("life")
    playbook = write_playbook(folder)
    ran = run(
        "simulate",
        "--customers",
        write_customers(folder, customer_row("acme")),
        "--events",
        write_events(folder),
        "--playbook",
        playbook,
        "--json",
    )
    return Status.model_validate(ran.json[0]["status"])


def shown(renderable: RenderableType, *, ours: bool) -> str:
    """As our own console shows it, or one that takes markup and emoji."""
    file = io.StringIO()
    if not ours:
        Console(file=file, width=9000).print(renderable)
        return file.getvalue()
    out.file, width, out.width = file, out.width, 9000
    try:
        out.print(renderable)
    finally:
        out.file, out.width = None, width  # type: ignore[assignment]  # as it is made: standard output, whatever that is
    return file.getvalue()


def an_entry(text: str) -> Entry:
    return Entry(at=AT, kind=EntryKind.TOUCH, what=text, outcome=Outcome.FAILED, why=text, to=text, subject=text, by=text)


def squeezed(text: str) -> str:
    return " ".join(text.split())


@hostile
@pytest.mark.parametrize("ours", [True, False], ids=["our console", "another console"])
def test_a_table_shows_the_text_as_it_is(text: str, ours: bool, harmless: Status) -> None:
    status = harmless.model_copy(update={"name": text, "churn_reason": text, "closed": text})
    row: dict[str, Any] = {
        "customer": text,
        "tier": text,
        "stage": text,
        "health": "green",
        "health_score": 90,
        "owner": text,
        "contract_end": None,
        "next_touch_at": None,
        "annual_value": None,
        "paused": False,
    }
    churned = Entry(at=AT, kind=EntryKind.EVENT, what="customer.churned")
    tables = {
        "list": (list_table([row]), 4),
        "timeline": (timeline_table([an_entry(text)], "Europe/Berlin", text), 5),
        "summary": (summary_table([(status, [churned])]), 2),
    }
    for name, (table, times) in tables.items():
        words = shown(table, ours=ours)
        assert not unprintable(words), name
        assert squeezed(words).count(one_line(text)) >= times, name


@hostile
def test_the_status_shows_the_text_as_it_is(text: str, harmless: Status) -> None:
    status = harmless.model_copy(
        update={
            "name": text,
            "paused": True,
            "paused_why": text,
            "paused_by": text,
            "wakes_at": AT,
            "wakes_because": text,
            "waiting": [Waiting(until=AT, what=text, why=text)],
            "planned": [Planned(at=AT, play=text, about=text)],
            "last_touches": [an_entry(text)],
        }
    )
    words = shown(status_in_words(status), ours=True)
    assert not unprintable(words)
    assert not unprintable(in_markdown(status))
    meant = one_line(text)
    assert squeezed(words).count(meant) >= 4
    assert squeezed(words).count(meant.replace("|", "/")) >= 8


@hostile
def test_the_summary_of_a_workflow_shows_a_name_as_text_and_is_as_short_as_temporal_has_it(text: str) -> None:
    name = text.strip()[:200] or "x"
    summary = summary_of(a_customer().model_copy(update={"name": name}))
    assert not unprintable(summary)
    assert summary.endswith(", tier A") and len(summary.encode()) < 400
    assert not re.search(r"(?<!\\)[\[<`*]", summary.replace("\\\\", ""))


@hostile
def test_an_owner_is_listed_on_one_printable_line_when_it_is_enrolled_and_later(text: str) -> None:
    if not is_text(text):
        pytest.skip("no name can be that")
    owner = Owner(name=text[:200], email="kim@us.example")
    life = living(a_playbook(onboarding={}), a_customer(owner=owner))
    listed = values_of(life.session, None)[by.OWNER]
    assert listed == one_line(owner.name) and not unprintable(str(listed), but="")
    attributes = {pair.key: pair.value for pair in attributes_of(life.life).search_attributes}
    assert attributes[by.OWNER] == listed


@hostile
def test_json_says_exactly_the_text_and_holds_no_character_that_a_terminal_obeys(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    value = {text: [text, {"at": text}], "out": text}
    print_json(value)
    said = capsys.readouterr().out
    assert not unprintable(said)
    assert json.loads(said) == value


@hostile
def test_sentences_are_text(text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError(text)

    say(f"{text} is enrolled already.")
    complain(f"There is no customer '{text}'.")
    monkeypatch.setenv("EVERGREEN_TRACEBACK", "1")
    run_command(fail)
    said = capsys.readouterr()
    assert not unprintable(said.out)
    assert not unprintable(said.err)
    assert said.out != ""
    assert "Traceback" in said.err


def test_customers_of_every_name_are_simulated_side_by_side(tmp_path: Path) -> None:
    write_playbook(tmp_path)
    rows = []
    for number, text in enumerate(HOSTILE.values()):
        quoted = '"' + text.encode("utf-8", "replace").decode().replace('"', '""') + '"'
        rows.append(customer_row(f"c{number}", name=quoted, owner_name=quoted, champion_name=quoted))
    files = ("--customers", write_customers(tmp_path, *rows), "--events", write_events(tmp_path), "--playbook", tmp_path / "brief.yaml")
    ran, as_json = run("simulate", *files), run("simulate", *files, "--json")
    assert len(as_json.json) > len(HOSTILE) // 2
    assert ran.status in (0, 2)
    assert not unprintable(ran.out + ran.err + as_json.out)
    for life in as_json.json:
        assert one_line(life["status"]["name"]) in squeezed(ran.out)


def test_a_health_that_somebody_set_by_hand_to_what_is_none_spoils_no_list() -> None:
    none = dict.fromkeys(("tier", "stage", "health_score", "owner", "playbook", "contract_end", "next_touch_at", "annual_value", "paused"))
    shown = list_table([{"customer": "acme", "health": "purple", **none}, {"customer": "beta", "health": "green", **none}])
    assert [len(list(column.cells)) for column in shown.columns] == [2] * 10
