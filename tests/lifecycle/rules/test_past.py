"""What was before the enrolment: who is a customer already is neither welcomed nor onboarded nor judged by what nobody told."""

from datetime import date
from typing import Any

import pytest

from lifecycle.domain.enums import Band, Stage
from lifecycle.domain.errors import Mistake
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.people.past import Past
from lifecycle.engine import engine
from lifecycle.explain.status import status_of
from lifecycle.rules.past import terms_before
from tests.lifecycle.building import a_customer, a_play, a_playbook, an_event, email, live, living, moment, task, touched

STARTED = date(2026, 3, 2)


def customer(term: int = 1, **past: Any) -> Customer:
    contract = Contract(term=term, start=STARTED, end=date(2027, 2, 25))
    return a_customer().model_copy(update={"contract": contract, "past": Past.model_validate(past)})


BEGINS: dict[str, tuple[Customer, Stage]] = {
    "nothing is told": (customer(), Stage.ONBOARDING),
    "a customer since the contract's start": (customer(since=STARTED), Stage.ONBOARDING),
    "its third term": (customer(3), Stage.GROWTH),
    "its second term, a customer since the first": (customer(2, since=date(2025, 3, 2)), Stage.GROWTH),
    "onboarded, nobody knows when": (customer(onboarded=True), Stage.GROWTH),
    "onboarded last week": (customer(onboarded_on=date(2026, 3, 20)), Stage.GROWTH),
    "a milestone alone does not onboard": (customer(milestones={"first-value": date(2026, 3, 9)}), Stage.ONBOARDING),
    "on trial": (customer(0), Stage.TRIAL),
}


@pytest.mark.parametrize("name", BEGINS)
def test_the_stage_that_a_customer_begins_in_follows_from_its_past(name: str) -> None:
    begun, stage = BEGINS[name]
    life = engine.begin(begun, "standard@1", moment("2026-03-30"))
    assert life.stage is stage
    assert life.health.band is Band.UNKNOWN


def test_milestones_of_the_past_are_reached_on_their_day_and_each_has_its_line() -> None:
    told = {"decided": None, "imported": date(2026, 3, 9)}
    life = engine.begin(customer(onboarded=True, milestones=told), "standard@1", moment("2026-03-30"))
    assert {name: state.done for name, state in life.facts.milestones.states.items()} == {
        "imported": moment("2026-03-09", "00:00"),
        "decided": moment("2026-03-30"),
    }
    assert [(entry.at, entry.what, entry.why) for entry in life.log.timeline] == [
        (moment("2026-03-09", "00:00"), "imported", "reached before the customer was enrolled"),
        (moment("2026-03-30"), "decided", "reached before the customer was enrolled; nobody said when"),
        (moment("2026-03-30"), "growth", "enrolled"),
    ]


def test_nothing_follows_a_milestone_of_the_past_of_which_nobody_said_when() -> None:
    playbook = a_playbook(
        onboarding={"training": a_play(email(), at={"after": "2d", "of": "milestone:imported"})},
        milestones={"imported": {"name": "your data is in", "kind": "customer", "due": "7d"}},
    )
    known, undated, later = (
        living(playbook, customer(milestones=told), moment("2026-03-10"))
        for told in ({"imported": date(2026, 3, 9)}, {"imported": None}, {})
    )
    live(later, moment("2026-03-20"), an_event("milestone.reached", moment("2026-03-12"), milestone="imported"))
    assert touched(live(known, moment("2026-03-20"))) == ["2026-03-11 09:00 training/1/email-note"]
    assert touched(live(undated, moment("2026-03-20"))) == []
    assert touched(later) == ["2026-03-14 09:00 training/1/email-note"]


def test_a_loyal_customer_with_a_new_contract_is_not_welcomed() -> None:
    playbook = a_playbook(onboarding={"welcome": a_play(email(), at={"day": 20})}, growth={}, renewal={})
    new, loyal = (
        live(living(playbook, one, moment("2026-03-10")), moment("2026-04-30")) for one in (customer(), customer(4, since=date(2023, 3, 2)))
    )
    assert touched(new) == ["2026-03-22 09:00 welcome/1/email-note"]
    assert touched(loyal) == []


DUE_IN_30_DAYS = {"decided": {"kind": "customer", "due": "30d"}}

LOOKED: dict[str, tuple[str, str, str, Band]] = {
    "growth, enrolled after the milestone's day": ("growth", "2026-09-01", "unknown", Band.UNKNOWN),
    "growth, enrolled before it": ("growth", "2026-06-20", "overdue", Band.RED),
    "growth, lived since its beginning": ("growth", "2026-03-02", "overdue", Band.RED),
    "renewal, enrolled after the milestone of growth": ("growth", "2027-01-05", "unknown", Band.UNKNOWN),
    "growth, enrolled after one of onboarding": ("onboarding", "2026-09-01", "unknown", Band.UNKNOWN),
    "onboarding under way, which is our business": ("onboarding", "2026-04-20", "overdue", Band.RED),
}


@pytest.mark.parametrize("name", LOOKED)
def test_a_milestone_that_was_due_before_the_enrolment_is_unknown_once_the_onboarding_lies_behind(name: str) -> None:
    stage, enrolled, said, band = LOOKED[name]
    playbook = a_playbook(milestones_of={stage: DUE_IN_30_DAYS}, **{stage: {"p": a_play(task(), overdue="decided", within="400d")}})
    until = max(moment("2026-09-02"), moment(enrolled))
    life = live(living(playbook, customer(), moment(enrolled)), until)
    status = status_of(life.session, life.now)
    assert (status.milestones["decided"], status.health, bool(touched(life))) == (said, band, said == "overdue")


def test_a_milestone_that_nobody_looked_after_is_reached_as_ever_when_somebody_says_so() -> None:
    playbook = a_playbook(milestones_of={"growth": DUE_IN_30_DAYS}, growth={})
    life = living(playbook, customer(), moment("2026-09-01"))
    live(life, moment("2026-09-03"), an_event("milestone.reached", moment("2026-09-02"), milestone="decided"))
    status = status_of(life.session, life.now)
    assert (status.milestones["decided"], status.health) == ("reached on 2026-09-02", Band.GREEN)


CANNOT_BE: dict[str, tuple[Customer, str]] = {
    "a customer later than its contract": (
        customer(since=date(2026, 3, 3)),
        "customer_since 2026-03-03 lies after the contract's start on 2026-03-02",
    ),
    "a customer before its first term": (
        customer(since=date(2025, 3, 2)),
        "term 1 began with the contract on 2026-03-02, and customer_since 2025-03-02 lies before it; say which term runs",
    ),
    "onboarded tomorrow": (customer(onboarded_on=date(2026, 3, 31)), "onboarded: 2026-03-31 lies ahead; tell it when it has come"),
    "onboarded before it was a customer": (
        customer(onboarded_on=date(2026, 3, 1)),
        "onboarded: 2026-03-01 lies before 2026-03-02, when it became a customer",
    ),
    "a milestone ahead": (
        customer(milestones={"decided": date(2026, 4, 1)}),
        "milestone decided: 2026-04-01 lies ahead; tell it when it has come",
    ),
    "a milestone before it was a customer": (
        customer(2, since=date(2025, 3, 2), milestones={"decided": date(2025, 3, 1)}),
        "milestone decided: 2025-03-01 lies before 2025-03-02, when it became a customer",
    ),
    "an onboarded trial": (
        customer(0, onboarded=True),
        "who is on trial has not been a customer, nor been onboarded; leave trial, or customer_since and onboarded, empty",
    ),
}


@pytest.mark.parametrize("name", CANNOT_BE)
def test_a_past_that_cannot_be_is_refused_with_its_sentence(name: str) -> None:
    begun, sentence = CANNOT_BE[name]
    with pytest.raises(Mistake) as refused:
        engine.begin(begun, "standard@1", moment("2026-03-30"))
    assert str(refused.value) == f"{sentence}."


def test_terms_are_counted_in_lengths_of_the_present_one() -> None:
    contract = Contract(start=date(2026, 3, 2), end=date(2027, 3, 2))
    sinces = [date(2025, 3, 2), date(2025, 12, 1), date(2023, 3, 2), date(2022, 12, 24)]
    assert [terms_before(contract, since) for since in sinces] == [1, 1, 3, 3]
