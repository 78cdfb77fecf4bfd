"""`touches` and `resolve`: what is unknown is listed, and a person's word on it is taken by the workflow, or by the ledger alone."""

import asyncio
import getpass
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.ledger.ledger import Claim
from activities.registry import Activities
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import a_touch
from tests.console.command_line import ran, row, run
from tests.console.commands.enrolled import begins, enrolled
from workflows.names import id_of

KEY = "is no key of a touch, which is customer/term/play/occurrence/step: 'starter.py touches --unknown' lists them.\n"

MISTAKES = {
    "neither": (
        ["acme/1/p/1/e"],
        "Say what became of it: --sent or --not-sent, and with --not-sent also --again, if it is to be done again.\n",
    ),
    "sent, and again": (["acme/1/p/1/e", "--sent", "--again"], "What was sent is not done again: --again goes with --not-sent.\n"),
    "no key": (["acme", "--sent"], f"'acme' {KEY}"),
    "a part too few": (["acme/1/p/1", "--sent"], f"'acme/1/p/1' {KEY}"),
    "an empty part": (["acme//p/1/e", "--sent"], f"'acme//p/1/e' {KEY}"),
    "nobody": (["acme/1/p/1/e", "--sent", "--by", " "], "Nobody is named: say who you are with --by NAME.\n"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_words_that_say_nothing_are_refused_before_anybody_is_asked(name: str) -> None:
    words, sentence = MISTAKES[name]
    refused = run("resolve", *words)
    assert (refused.status, refused.out, refused.err) == (2, "", sentence)


def test_a_ledger_without_touches_says_so() -> None:
    assert run("touches").out == "No touches.\n"
    assert run("touches", "--unknown").out == "No touches.\n"
    assert run("touches", "--unknown", "--json").json == []


def unknown(activities: Activities, customer: str, rest: str = "call/1/ring") -> str:
    """The ledger says that nobody knows of the customer's touch; its key."""
    key = f"{customer}/1/{rest}"
    claim = activities.ledger.reserve(a_touch(key, TouchKind.TASK, customer=customer, name="ring", play="call"))
    assert isinstance(claim, Claim)
    activities.ledger.settle(claim, Receipt(key=key, answer=Answer.UNKNOWN, why="the line broke"))
    return key


async def asked_about(customer: str, served: Activities, folder: Path) -> str:
    """A customer whose workflow has learnt that nobody knows of its call, and has asked the owner; the call's key."""
    await enrolled(folder, row(customer, **begins()))
    assert (await ran("status", customer)).status == 0  # it has asked for earlier lives, of which the ledger's row would be a trace
    key = unknown(served, customer)
    assert (await ran("run-now", customer, "call")).status == 0
    for _ in range(200):
        lines = (await ran("timeline", customer, "--json")).json["timeline"]
        if any(line["key"] == f"{key}.unknown" for line in lines):
            return key
        await asyncio.sleep(0.05)
    raise AssertionError("the owner was not asked in time")


@pytest.mark.server
async def test_an_unknown_touch_is_listed_resolved_and_listed_no_more(served: Activities, tmp_path: Path) -> None:
    key = await asked_about("doubtful", served, tmp_path)
    listed = await ran("touches", "doubtful", "--unknown")
    assert key in listed.out and "the line broke" in listed.out
    assert listed.out.endswith("1 touch. 'starter.py resolve KEY' takes your word on each.\n")
    [one] = (await ran("touches", "doubtful", "--unknown", "--json")).json
    assert {name: one[name] for name in ("key", "customer", "kind", "outcome", "reason")} == {
        "key": key,
        "customer": "doubtful",
        "kind": "task",
        "outcome": "unknown",
        "reason": "the line broke",
    }
    for _ in range(2):
        told = await ran("resolve", key, "--sent")
        assert (told.status, told.out) == (0, f"{key} is resolved: sent, says {getpass.getuser()}.\n")
    contrary = await ran("resolve", key, "--not-sent", "--by", "Kim Lee")
    assert (contrary.status, contrary.err) == (2, f"{key} was resolved before, as sent, by {getpass.getuser()}; the first word stands.\n")
    assert (await ran("touches", "doubtful", "--unknown")).out == "No touches.\n"
    last = (await ran("timeline", "doubtful", "--json")).json["timeline"][-1]
    assert (last["why"], last["by"]) == ("a person says that it was sent", getpass.getuser())
    assert [line["outcome"] for line in (await ran("touches", "doubtful", "--json")).json if line["key"] == key] == ["sent"]


@pytest.mark.server
async def test_what_was_not_sent_is_done_again_if_it_is_asked_for(served: Activities, tmp_path: Path) -> None:
    key = await asked_about("forgotten", served, tmp_path)
    told = await ran("resolve", key, "--not-sent", "--again", "--by", "Kim Lee", "--json")
    assert told.json == {"customer": "forgotten", "answer": f"{key} is resolved: not sent, and to be done again, says Kim Lee"}
    for _ in range(200):
        if [line["outcome"] for line in (await ran("touches", "forgotten", "--json")).json if line["key"] == key] == ["sent"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it was not done again in time")


@pytest.mark.server
async def test_where_no_workflow_runs_any_more_the_ledger_alone_takes_the_word_and_says_so(
    served: Activities, client: Client, tmp_path: Path
) -> None:
    await enrolled(tmp_path, row("gone-for-good", **begins()))
    key, other = unknown(served, "gone-for-good"), unknown(served, "gone-for-good", "call/2/ring")
    await client.get_workflow_handle(id_of("gone-for-good")).cancel()
    await client.get_workflow_handle(id_of("gone-for-good")).result()
    again = await ran("resolve", key, "--not-sent", "--again", "--by", "Kim Lee")
    assert again.status == 2
    assert again.err == "Nothing is done again: The life of gone-for-good is over, so nothing more can be told or moved.\n"
    for _ in range(2):
        told = await ran("resolve", key, "--not-sent", "--by", "Kim Lee")
        assert told.out == f"{key} is resolved: not sent, says Kim Lee; the ledger alone says so, for no workflow of the customer runs.\n"
    assert [line["outcome"] for line in (await ran("touches", "gone-for-good", "--json")).json if line["key"] == key] == ["failed"]
    assert (await ran("resolve", other, "--sent", "--by", "Kim Lee")).status == 0
    nobody = await ran("resolve", "nobody/1/p/1/e", "--sent", "--by", "Kim Lee")
    assert (nobody.status, nobody.err) == (
        2,
        "The ledger has no touch nobody/1/p/1/e; 'starter.py touches --unknown' lists the unknown ones.\n",
    )


@pytest.mark.server
async def test_touches_are_listed_by_outcome_and_so_many_as_are_asked_for(served: Activities, tmp_path: Path) -> None:
    for number in range(3):
        unknown(served, "many", f"call/{number}/ring")
    assert len((await ran("touches", "many", "--outcome", "unknown", "--json")).json) == 3
    assert (await ran("touches", "many", "--outcome", "sent")).out == "No touches.\n"
    newest = await ran("touches", "many", "--limit", "2")
    assert newest.out.endswith("The newest 2 touches. --limit shows more.\n")
