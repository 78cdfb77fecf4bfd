"""No event that is taken in can stop a life, or swell it beyond what can be carried from run to run."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from lifecycle.domain.model import MOST
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event, read_fields
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import a_customer, a_play, a_playbook, an_event, email, living, moment, touched

CARRIED = 2_000_000
"""Bytes that Temporal takes as one argument."""

READS_ALL = a_playbook(onboarding={"big": a_play(email(), on="feature.used", if_='event.count > 3 && attributes["seats"] == 1')})
NOON = moment("2026-03-03", "12:00")


@pytest.mark.parametrize(
    ("type_name", "field", "data"),
    [
        ("feature.used", "count", {"feature": "x", "count": MOST + 1}),
        ("feature.used", "count", {"feature": "x", "count": 10**400}),
        ("contact.opted_out", "email", {"email": "a@" + "b" * 200 + "." + "c" * 800_000}),
        ("usage.reported", "count", {"count": float("inf")}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_part_of_the_house_could_hold_is_refused_in_a_short_sentence(type_name: str, field: str, data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=field) as refused:
        read_fields(type_name, data)
    assert len(str(refused.value)) < 300


def test_a_value_that_conditions_cannot_hold_is_an_unknown_fact_and_no_end_of_the_life() -> None:
    customer = a_customer(attributes={"seats": 1})
    customer.attributes["seats"] = 2**70  # as a life that was begun before there was a limit
    life = living(READS_ALL, customer)
    life.advance(NOON - timedelta(hours=1))
    assert life.tell(an_event("feature.used", NOON, feature="x", count=MOST))[0].taken
    life.advance(NOON + timedelta(hours=1))
    assert touched(life) == []


def flood(life: Simulation, make: Callable[[int, datetime], Event], times: int = 1500) -> list[str]:
    """Tell that many, a second apart; the sentences of those refused."""
    refused = []
    for number in range(times):
        at = NOON + timedelta(seconds=number)
        [answer] = life.tell(make(number, at))
        refused += [] if answer.taken else [answer.why]
        life.advance(at)
    return refused


LONG = "\U0001f33f" * 450
LONG_DOMAIN = f"{'b' * 60}.{'b' * 60}.{'b' * 60}.example"


@pytest.mark.parametrize(
    ("make", "refused"),
    [
        (lambda n, at: an_event("contact.added", at, name=LONG[:200], email=f"{n:0>60}@{LONG_DOMAIN}"), 1415),
        (lambda n, at: an_event("contact.opted_out", at, email=f"{n:0>60}@{LONG_DOMAIN}"), 0),
        (lambda n, at: an_event("survey.answered", at, survey=f"{n:0>64}", score=3, comment=LONG), 0),
        (lambda n, at: an_event("meeting.accepted", at, meeting=f"{n:0>64}", by=LONG), 0),
        (lambda n, at: an_event("ticket.opened", at, ticket=f"{n:0>64}", subject=LONG), 0),
        (lambda n, at: an_event("offer.accepted", at, offer=f"{n:0>64}", reason=LONG), 0),
    ],
    ids=["contacts", "opt-outs", "surveys", "meetings", "tickets", "offers"],
)
def test_a_flood_of_ids_that_nobody_knew_leaves_a_life_that_can_be_carried_on(make: Callable[[int, datetime], Event], refused: int) -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 40})}))
    life.advance(NOON)
    assert len(flood(life, make)) == refused
    carried = life.life.model_dump_json().encode()
    assert len(carried) < CARRIED
    assert Lifecycle.model_validate_json(carried) == life.life
