"""Telling a customer's workflow what happened."""

from pathlib import Path

import pytest

from tests.console.command_line import ran, row
from tests.console.commands.enrolled import TODAY, ahead, begins, enrolled

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_an_event_is_told_once(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("heard", **begins()))
    words = ["event", "heard", "milestone.reached", "--data", "milestone=first-value", "--id", "m-1"]
    first, again = await ran(*words), await ran(*words)
    assert (first.status, first.out) == (0, "heard was told milestone.reached as 'm-1'.\n")
    assert (again.status, again.out) == (0, "heard knows milestone.reached 'm-1' already; nothing changed.\n")
    assert (await ran(*words, "--json")).json["repeated"] is True
    timeline = (await ran("timeline", "heard", "--json")).json["timeline"]
    assert [one["what"] for one in timeline] == ["onboarding", "milestone.reached", "first-value"]


async def test_an_event_without_an_id_gets_one_made_of_what_is_said_so_that_a_retry_doubles_nothing(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("fresh", **begins(-3)), row("other", **begins(-3)))
    told = ["event", "fresh", "ticket.opened", "--data", "ticket=T1", "--data", "level=2", "--happened", f"{TODAY} 00:00"]
    retry = ["event", "fresh", "ticket.opened", "--data", "level=2", "--data", "ticket=T1", "--happened", f"{TODAY} 00:00"]
    others = (
        [*told[:-1], f"{ahead(-1)} 12:00"],
        told[:-2],
        [*told[:3], "--data", "ticket=T2", *told[5:]],
        ["event", "other", *told[2:]],
    )
    first, again = [(await ran(*words, "--json")).json for words in (told, retry)]
    assert first["event"]["id"] == again["event"]["id"]
    assert (first["repeated"], again["repeated"]) == (False, True)
    ids = {(await ran(*words, "--json")).json["event"]["id"] for words in others}
    assert len(ids | {first["event"]["id"]}) == 5
    said = (await ran(*told)).out
    assert said.endswith("already; nothing changed. If it happened once more, give it an --id of its own.\n")


REFUSED = {
    "an id that says something else": (["login", "--id", "e-1"], "Event id 'e-1' was told before with other content; give this event an id of its own.\n"),
    "far ahead": (
        ["login", "--id", "e-2", "--at", f"{ahead(3)}T12:00:00+00:00"],
        f"Event 'e-2' is told for {ahead(3)} 12:00 UTC, over an hour ahead of ",
    ),
    "not on trial": (
        ["contract.signed", "--data", "start=2026-01-01", "--data", "end=2027-01-01"],
        "broken is in onboarding and not on trial; tell contract.renewed or contract.amended instead.\n",
    ),
    "not lost": (["customer.won_back", "--data", "reason=x"], "broken is in onboarding and was not lost, so it can't be won back.\n"),
    "no such milestone": (
        ["milestone.reached", "--data", "milestone=third"],
        " has no milestone 'third', only first-value.\n",
    ),
    "an amendment of nothing": (
        ["contract.amended", "--data", "reason=x"],
        "contract.amended needs 'end', 'annual_value', 'currency', 'renews' or 'notice'.\n",
    ),
    "an end before the beginning": (["contract.amended", "--data", "end=2001-01-01"], "The contract would end on 2001-01-01, before its start on "),
    "nobody's address": (["contact.left", "--data", "email=x@y.example"], "broken has no contact with that address; see its contacts in `status`.\n"),
    "before the contract": (["login", "--happened", "2019-01-01"], "login happened on 2019-01-01, before broken's contract began on "),
    "a moment that is none": (["login", "--at", "yesterday"], "--at 'yesterday' is no moment: write it as '2026-03-01 14:30', "),
}  # fmt: skip


async def test_ten_events_that_cannot_be_are_refused_each_with_its_sentence_and_change_nothing(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("broken", **begins()))
    assert (await ran("event", "broken", "usage.reported", "--data", "count=1", "--id", "e-1")).status == 0
    before = (await ran("timeline", "broken", "--json")).json
    for name, (words, sentence) in REFUSED.items():
        answer = await ran("event", "broken", *words)
        assert (answer.status, answer.out) == (2, ""), name
        assert sentence.casefold() in answer.err.casefold() and answer.err.count("\n") == 1, name
    assert (await ran("timeline", "broken", "--json")).json == before
