"""Lint knows what can never be due, and finds no fault with what is due for anybody."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.reading import read_playbook
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, living, utc, webhook

TEXTS = {"note": "Subject: Hello\n\nHello\n"}
EMAIL = {"email": {"template": "note"}}
MILESTONES = {"early": {"kind": "customer", "due": "7d"}, "late": {"kind": "customer", "due": "89d"}}


def document(stage: str, play: Raw, plan: Raw | None = None, **rest: Any) -> str:
    """A playbook with that play in that stage."""
    plans: Raw = {stage: {"goal": "g", "owner": "csm", "exit": "true", "plays": {"p": {"steps": [EMAIL]} | play}} | (plan or {})}
    company = {"name": "Us", "email": "us@us.example"}
    for other, fields in rest.pop("stages", {}).items():
        plans.setdefault(other, {"goal": "g", "owner": "csm", "exit": "true"}).update(fields)
    body = {"playbook": "small", "company": company, "stages": plans} | rest
    return yaml.safe_dump(json.loads(json.dumps(body)), sort_keys=False)


def faults(text: str) -> list[str]:
    """The faults without file and line."""
    try:
        read_playbook(text, TEXTS, "small.yaml")
    except PlaybookFaults as found:
        return [f"{fault.where.removeprefix('stage ')}: {fault.what}" for fault in found.faults]
    return []


RENEWAL = "it is the last 90 days of a term, a third of it at most, and 14d of grace"
ONBOARDING = "it is the first 90 days of a term, a third of it at most"


@pytest.mark.parametrize(
    ("stage", "at", "what"),
    [
        pytest.param("renewal", {"before_end": "180d"}, f"before_end: 180d before the end is never in renewal: {RENEWAL}", id="half a year"),
        pytest.param("renewal", {"before_end": "91d"}, f"before_end: 91d before the end is never in renewal: {RENEWAL}", id="a day too early"),
        pytest.param("renewal", {"before_end": "13w"}, f"before_end: 13w before the end is never in renewal: {RENEWAL}", id="thirteen weeks"),
        pytest.param("renewal", {"before_end": "6mo"}, f"before_end: 6mo before the end is never in renewal: {RENEWAL}", id="six months"),
        pytest.param("renewal", {"before_end": "90bd"}, f"before_end: 90bd before the end is never in renewal: {RENEWAL}", id="business days"),
        pytest.param("renewal", {"before_end": "2400h"}, f"before_end: 2400h before the end is never in renewal: {RENEWAL}", id="hours"),
        pytest.param("renewal", {"before_end": "1/2"}, f"before_end: 1/2 before the end is never in renewal: {RENEWAL}", id="half the term"),
        pytest.param("renewal", {"before": "180d", "of": "contract_end"}, f"before: 180d before contract_end is never in renewal: {RENEWAL}",
                     id="with an anchor"),
        pytest.param("renewal", {"after": "14d", "of": "contract_end"}, f"after: 14d after contract_end is never in renewal: {RENEWAL}",
                     id="when the grace is over"),
        pytest.param("renewal", {"day": 104}, "day: renewal lasts 90 days at most, and 14d of grace, so its day 104 never comes", id="a day"),
        pytest.param("renewal", {"before": "1d", "of": "stage_start"}, f"before: 1d before stage_start is never in renewal: {RENEWAL}",
                     id="before its stage"),
        pytest.param("onboarding", {"day": 90}, "day: onboarding lasts 90 days at most, so its day 90 never comes; move the play to growth",
                     id="a day of onboarding"),
        pytest.param("onboarding", {"after": "90d", "of": "contract_start"},
                     f"after: 90d after contract_start is never in onboarding: {ONBOARDING}", id="the same with an anchor"),
        pytest.param("onboarding", {"after": "3mo", "of": "stage_start"}, None, id="three months may be 89 days"),
        pytest.param("onboarding", {"after": "4mo", "of": "stage_start"}, f"after: 4mo after stage_start is never in onboarding: {ONBOARDING}",
                     id="four are not"),
        pytest.param("onboarding", {"before_end": "1/3"}, f"before_end: 1/3 before the end is never in onboarding: {ONBOARDING}",
                     id="a third before the end"),
        pytest.param("onboarding", {"after": "0d", "of": "contract_end"},
                     f"after: 0d after contract_end is never in onboarding: {ONBOARDING}", id="the contract's end"),
        pytest.param("onboarding", {"after": "1d", "of": "stage_end"}, f"after: 1d after stage_end is never in onboarding: {ONBOARDING}",
                     id="after its own stage"),
        pytest.param("growth", {"after": "0d", "of": "contract_end"},
                     "after: 0d after contract_end is never in growth: it ends before renewal begins", id="the end, in growth"),
        pytest.param("growth", {"before": "2d", "of": "enrolment"},
                     "before: 2d before enrolment is never in growth: it ends before renewal begins", id="before anything is known"),
        pytest.param("win_back", {"day": 180}, "day: win_back lasts 180d, so its day 180 never comes", id="a day of win_back"),
        pytest.param("win_back", {"after": "26w", "of": "stage_start"},
                     "after: 26w after stage_start is never in win_back: it lasts 180d from the loss", id="half a year of win_back"),
        pytest.param("farewell", {"before": "1d", "of": "stage_end"},
                     "before: 1d before stage_end is never in farewell: it has no end but that of its last play", id="a stage without an end"),
        pytest.param("trial", {"after": "14d", "of": "contract_end"},
                     "after: 14d after contract_end is never in trial: it ends 14d after the contract", id="a trial that is over"),
    ],
)  # fmt: skip
def test_a_moment_that_no_customer_s_stage_has_is_a_fault(stage: str, at: Raw, what: str | None) -> None:
    assert faults(document(stage, {"at": at})) == ([f"{stage}, play p, at, {what}"] if what else [])


@pytest.mark.parametrize(
    ("stage", "at"),
    [
        pytest.param("renewal", {"before_end": "90d"}, id="the first day of renewal"),
        pytest.param("renewal", {"before_end": "1/3"}, id="a third, in a term under nine months"),
        pytest.param("renewal", {"before_end": "60bd"}, id="sixty business days, where six of a week are"),
        pytest.param("renewal", {"after": "13d", "of": "contract_end"}, id="the last day of grace"),
        pytest.param("renewal", {"day": 103}, id="the last day of renewal and grace"),
        pytest.param("renewal", {"before_end": "40bh"}, id="working hours"),
        pytest.param("growth", {"before_end": "1/3"}, id="a third, in a long term"),
        pytest.param("growth", {"before_end": "10d"}, id="ten days, in a short term"),
        pytest.param("growth", {"day": 3650}, id="a day of a growth of ten years"),
        pytest.param("onboarding", {"before_end": "180d"}, id="half a year, in a term as long"),
        pytest.param("onboarding", {"before": "5d", "of": "contract_start"}, id="before the contract, for who is enrolled early"),
        pytest.param("onboarding", {"day": 89}, id="the last day of onboarding"),
        pytest.param("trial", {"before_end": "5d"}, id="the end of a trial"),
        pytest.param("win_back", {"after": "0d", "of": "contract_end"}, id="an end that comes after the loss"),
        pytest.param("farewell", {"after": "400d", "of": "stage_start"}, id="a farewell ends with its last play"),
        pytest.param("growth", {"after": "2d", "of": "milestone:early"}, id="a milestone of another stage"),
    ],
)
def test_a_moment_that_some_customer_s_stage_has_is_none(stage: str, at: Raw) -> None:
    stages = {"onboarding": {"milestones": {"early": MILESTONES["early"]}}} if stage == "growth" else {}
    assert faults(document(stage, {"at": at}, stages=stages)) == []


@pytest.mark.parametrize(
    ("stage", "play", "what"),
    [
        pytest.param("onboarding", {"every": "120d"}, "every: onboarding lasts 90 days at most, so the first occurrence never comes for tier "
                     "A and B and C; make it more often", id="a rhythm"),
        pytest.param("onboarding", {"every": {"A": "1mo", "B": "120d", "C": "120d"}}, "every: onboarding lasts 90 days at most, so the first "
                     "occurrence never comes for tier B and C; make it more often", id="a rhythm for some tiers"),
        pytest.param("onboarding", {"every": {"A": "1mo", "B": "120d", "C": "120d"}, "tiers": ["A"]}, None, id="which the play is not for"),
        pytest.param("growth", {"every": "120d"}, None, id="a rhythm in growth"),
        pytest.param("onboarding", {"when": "first_value", "for": "90d"}, "for: onboarding lasts 90 days at most, and what is counted in it "
                     "begins with it, so 90d are never over; make it shorter", id="a condition"),
        pytest.param("onboarding", {"silent_for": "120d"}, None, id="a silence, which may have begun before"),
        pytest.param("onboarding", {"overdue": "late"}, "overdue 1: onboarding lasts 90 days at most, and 'late', due 89d after its start, is "
                     "overdue only when it is over", id="a milestone of the last day"),
        pytest.param("growth", {"overdue": "early"}, "overdue 1: 'early' is a milestone of onboarding, and is overdue there alone; move the play",
                     id="a milestone of another stage"),
    ],
)  # fmt: skip
def test_a_play_that_never_begins_is_a_fault(stage: str, play: Raw, what: str | None) -> None:
    text = document(stage, play, stages={"onboarding": {"milestones": MILESTONES}})
    assert faults(text) == ([f"{stage}, play p, {what}"] if what else [])


def test_a_milestone_that_is_due_after_its_stage_is_a_fault() -> None:
    text = document("onboarding", {"on": "login"}, {"milestones": {"m": {"kind": "customer", "due": "120d"}}})
    assert faults(text) == ["onboarding, milestone m, due: onboarding lasts 90 days at most, so 120d after its start never comes"]


@pytest.mark.parametrize(
    ("stage", "play", "step"),
    [
        pytest.param("onboarding", {"at": {"day": 80}, "steps": [{"wait": "14d"}, EMAIL]}, "step 2", id="behind a wait"),
        pytest.param("onboarding", {"on": "login", "steps": [{"wait": "60d"}, {"wait": "30d"}, EMAIL]}, "step 3", id="behind two"),
        pytest.param("onboarding", {"at": {"day": 80}, "steps": [{"wait_for": {"event": "login", "timeout": "10d", "otherwise": [EMAIL]}}]},
                     "step 1, wait_for, otherwise, step 1", id="behind a timeout"),
        pytest.param("onboarding", {"at": {"day": 80}, "steps": [{"wait_for": {"event": "login", "timeout": "10d", "then": [EMAIL]}}, EMAIL]},
                     None, id="not behind an answer"),
        pytest.param("onboarding", {"at": {"day": 80}, "steps": [{"wait": "14d", "if": "first_value"}, EMAIL]}, None, id="nor behind an if"),
        pytest.param("onboarding", {"at": {"day": 80}, "outlives_stage": True, "steps": [{"wait": "14d"}, EMAIL]}, None,
                     id="nor in a play that outlives its stage"),
        pytest.param("renewal", {"at": {"before_end": "7d"}, "steps": [{"wait": "21d"}, EMAIL]}, "step 2", id="after the grace"),
        pytest.param("growth", {"at": {"day": 80}, "steps": [{"wait": "400d"}, EMAIL]}, None, id="nor in growth"),
    ],
)  # fmt: skip
def test_a_step_that_its_stage_s_end_always_cuts_off_is_a_fault(stage: str, play: Raw, step: str | None) -> None:
    lasts = "onboarding lasts 90 days at most" if stage == "onboarding" else "renewal lasts 90 days at most, and 14d of grace"
    what = f"{stage}, play p, {step}: is never reached: {lasts}, and its plays end with it"
    assert faults(document(stage, play)) == ([what] if step else [])


@pytest.mark.parametrize(
    ("stage", "days", "at", "fine"),
    [
        pytest.param("renewal", 120, {"before_end": "120d"}, True, id="a longer renewal has it"),
        pytest.param("renewal", 120, {"before_end": "121d"}, False, id="up to its first day"),
        pytest.param("renewal", 30, {"before_end": "31d"}, False, id="a shorter one has less"),
        pytest.param("onboarding", 60, {"day": 59}, True, id="the last day of a shorter onboarding"),
        pytest.param("onboarding", 60, {"day": 60}, False, id="and the day after"),
        pytest.param("onboarding", 120, {"day": 119}, True, id="a longer onboarding"),
    ],
)
def test_the_lengths_are_those_that_the_playbook_says(stage: str, days: int, at: Raw, fine: bool) -> None:
    assert (faults(document(stage, {"at": at}, {"days": days})) == []) is fine


@pytest.mark.parametrize(
    ("stage", "days", "sentence"),
    [
        pytest.param("growth", 60, "growth, days: only onboarding and renewal have a number of days", id="growth has what is left"),
        pytest.param("win_back", 60, "win_back, days: only onboarding and renewal have a number of days; write contract: {win_back: 120d}",
                     id="win_back has a rule of its own"),
        pytest.param("trial", 60, "trial, days: only onboarding and renewal have a number of days; a trial's contract says how long it is",
                     id="a trial is as long as its contract"),
        pytest.param("renewal", 0, "renewal, days: input should be greater than or equal to 1, and this is 0", id="none at all"),
    ],
)  # fmt: skip
def test_only_onboarding_and_renewal_have_a_length_of_their_own(stage: str, days: int, sentence: str) -> None:
    assert faults(document(stage, {"on": "login"}, {"days": days})) == [sentence]


LENGTHS_OF_TERMS = (1, 2, 3, 5, 10, 30, 89, 90, 120, 180, 270, 365, 730)
MOMENTS: list[tuple[str, Raw]] = [
    (stage, at)
    for stage in ("onboarding", "growth", "renewal")
    for at in (
        {"day": 0}, {"day": 89}, {"day": 90}, {"day": 103}, {"day": 104},
        {"before_end": "1/3"}, {"before_end": "1/2"}, {"before_end": "3/4"}, {"before_end": "1d"}, {"before_end": "90d"}, {"before_end": "91d"},
        {"after": "0d", "of": "contract_end"}, {"after": "13d", "of": "contract_end"}, {"after": "14d", "of": "contract_end"},
        {"after": "1d", "of": "stage_end"}, {"before": "1d", "of": "stage_end"},
        {"after": "89d", "of": "contract_start"}, {"after": "90d", "of": "contract_start"},
    )
]  # fmt: skip


@pytest.mark.parametrize(("stage", "at"), MOMENTS, ids=lambda value: str(value))
def test_what_is_a_fault_is_due_in_no_life_and_what_is_none_in_some(stage: str, at: Raw) -> None:
    """Lived by customers of many terms, in the first and in a later one."""
    found = faults(document(stage, {"at": at}))
    playbook = a_playbook(**{stage: {"p": a_play(webhook(), at=at, within="0d")}})
    starts = 0
    # A part of a few days may come to another in whole days.
    for days in LENGTHS_OF_TERMS if "/" not in str(at) else LENGTHS_OF_TERMS[3:]:
        for onboards in (True, False):
            customer = a_customer(end=date(2026, 3, 2) + timedelta(days=days))
            customer.contract = customer.contract.model_copy(update={"onboards": onboards, "term": 1 if onboards else 2})
            life = living(playbook, customer)
            life.advance(utc("2028-06-01 00:00"))
            starts += len(life.touches)
    assert (starts == 0) is (found != []), found
