"""Lint warns of an exit test that nothing in its stage can change, and of no other."""

import json
from pathlib import Path

import pytest
import yaml

from lifecycle.playbook.checks.exit_tests import unmeant_exits
from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.reading import read_playbook, warnings_of
from runtime.playbook_files import load

ROOT = Path(__file__).parents[4]
MILESTONES = {
    "decided": {"kind": "customer", "due": "30d", "first_value": True},
    "imported": {"kind": "functional", "due": "7d", "done_when": "true"},
}
REACHED = "milestones are reached while a customer is with us"
GONE = "who is gone changes no contract and does not come back"


def document(stage: str, exit_test: str, milestones: object = MILESTONES) -> str:
    """A playbook whose stage has that exit test, on line 7."""
    plan = f"  {stage}:\n    goal: g\n    owner: csm\n    exit: {json.dumps(exit_test)}\n"
    other = "renewal" if stage != "renewal" else "growth"
    rest = yaml.safe_dump({other: {"goal": "g", "owner": "csm", "exit": "true", "milestones": milestones}})
    company = "company: {name: Us, email: us@us.example}\n"
    return f"playbook: small\n{company}stages:\n{plan}" + "".join(f"  {line}\n" for line in rest.splitlines())


def warned(text: str) -> list[str]:
    return [str(each) for each in warnings_of(read_playbook(text, {}, "small.yaml"), {}, "small.yaml", text)]


def start_or_never(stage: str, why: str, mend: str = "") -> str:
    return f"is true from {stage}'s start or never, for {why}; write what the stage is to reach{mend}"


BACK, NOTHING = ', as in exit: churn.kind == ""', ", or exit: 'true' where there is nothing to reach"


@pytest.mark.parametrize(
    ("stage", "exit_test", "what"),
    [
        ("win_back", "first_value", start_or_never("win_back", REACHED, BACK)),
        ("win_back", "!functional_done", start_or_never("win_back", REACHED, BACK)),
        ("win_back", 'milestones["decided"].done', start_or_never("win_back", REACHED, BACK)),
        ("win_back", "handoff.accepted && first_value", start_or_never("win_back", f"the handoff lies before it and {REACHED}", BACK)),
        ("farewell", 'churn.kind == ""', start_or_never("farewell", GONE, NOTHING)),
        ("farewell", "renewals > 0 && contract.term > 1", start_or_never("farewell", GONE, NOTHING)),
        ("growth", 'stage == "growth"', start_or_never("growth", "every customer in it is in this stage")),
        ("onboarding", "lives > 1", start_or_never("onboarding", "which life it is does not change in one")),
        ("growth", "1 > 2", "is never true; write what the stage is to reach"),
        ("growth", "false", "is never true; write what the stage is to reach"),
    ],
)
def test_an_exit_that_nothing_in_its_stage_can_change_is_a_warning_with_its_line(stage: str, exit_test: str, what: str) -> None:
    assert warned(document(stage, exit_test)) == [f"small.yaml:7: warning: stage {stage}, exit: `{exit_test}` {what}"]


@pytest.mark.parametrize(
    ("exit_test", "why"), [("first_value", "no milestone says first_value"), ("functional_done", "no milestone is functional")]
)
@pytest.mark.parametrize("stage", ["trial", "onboarding", "growth", "win_back"])
def test_what_no_milestone_makes_true_is_never_true_in_any_stage(stage: str, exit_test: str, why: str) -> None:
    mend = BACK if stage == "win_back" else ""
    told = warned(document(stage, exit_test, {"plain": {"kind": "customer", "due": "3d"}}))
    assert told == [f"small.yaml:7: warning: stage {stage}, exit: `{exit_test}` {start_or_never(stage, why, mend)}"]


@pytest.mark.parametrize(
    ("stage", "exit_test"),
    [
        ("win_back", 'churn.kind == ""'),
        ("win_back", 'first_value && churn.kind == ""'),
        ("win_back", "contract.term > 1"),
        ("win_back", "first_value || usage.known"),
        ("farewell", "true"),
        ("farewell", "tickets.open == 0"),
        ("trial", "contract.term > 0"),
        ("trial", "first_value"),
        ("onboarding", "first_value"),
        ("onboarding", "functional_done && handoff.accepted"),
        ("growth", 'health.band != "red" && first_value'),
        ("growth", 'churn.kind == ""'),
        ("renewal", "contract.renewed"),
        ("lapsed", 'churn.kind == ""'),
    ],
)
def test_an_exit_that_its_stage_can_make_true_or_that_says_true_on_purpose_is_none(stage: str, exit_test: str) -> None:
    assert warned(document(stage, exit_test)) == []


def test_without_an_exit_a_stage_is_refused() -> None:
    text = document("growth", "true").replace('    exit: "true"\n', "", 1)
    with pytest.raises(PlaybookFaults) as found:
        read_playbook(text, {}, "small.yaml")
    assert [(fault.where, fault.what.partition(" is missing")[0]) for fault in found.value.faults] == [("stage growth", "'exit'")]


@pytest.mark.parametrize("name", ["standard", "ten-milestones"])
def test_the_shipped_playbooks_mean_their_exits(name: str) -> None:
    playbook, _ = load(ROOT / f"playbooks/{name}.yaml")
    assert list(unmeant_exits(playbook, None, name)) == []
