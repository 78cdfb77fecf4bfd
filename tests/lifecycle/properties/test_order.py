"""Invariant 7: the order of one instant's events does not matter, nor how often they are told."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Customer
from lifecycle.domain.why import Cause
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.inbox import IDS_KEPT
from lifecycle.state.log import REPEATED, EntryKind
from tests.lifecycle import building as b
from tests.lifecycle.calls import apply, state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, everyday, grave, happenings, told_stories
from tests.lifecycle.properties.worlds import Lived

DAYS = 200


def bunched(story: list[Happening]) -> list[Happening]:
    """The story with its events drawn together on few moments."""
    return sorted((Happening(one.days // 40 * 40, 600, one.name, one.data) for one in story), key=lambda one: one.days)


def lived(playbook: Playbook, customer: Customer, groups: list[tuple[datetime, list[Event]]]) -> Simulation:
    """Every group told at its moment in one breath, as one call of the workflow tells it."""
    life = b.living(playbook, customer)
    for at, events in groups:
        life.advance(at - timedelta(seconds=1))
        life.tell(*events)
    life.advance(life.now + timedelta(days=60))
    return life


def outcome(life: Simulation) -> tuple[object, ...]:
    """All that came of it but what says how often something was told again."""
    log = life.life.log
    log.timeline = [
        replace(entry, count=1, last=None) if entry.kind is EntryKind.EVENT else entry
        for entry in log.timeline
        if entry.cause is not Cause.REPEATED
    ]
    log.counts.pop(REPEATED, None)
    return life.life.model_dump(), life.touches, life.records


def grouped(customer: Customer, story: list[Happening]) -> list[tuple[datetime, list[Event]]]:
    events = [one.event(customer, number) for number, one in enumerate(story)]
    return [(at, [event for event in events if event.at == at]) for at in sorted({event.at for event in events})]


@given(playbooks, customers, happenings(st.one_of(everyday, grave)), st.randoms(use_true_random=False))
def test_events_of_one_instant_may_be_told_in_any_order(
    playbook: Playbook, customer: Customer, story: list[Happening], chance: random.Random
) -> None:
    groups = grouped(customer, bunched(story))
    shuffled = [(at, chance.sample(events, len(events))) for at, events in groups]
    assert outcome(lived(playbook, customer, shuffled)) == outcome(lived(playbook, customer, groups))


@given(playbooks, customers, told_stories, st.randoms(use_true_random=False))
def test_an_event_told_again_changes_nothing_and_is_answered_as_before(
    playbook: Playbook, customer: Customer, story: list[Happening], chance: random.Random
) -> None:
    groups = grouped(customer, story)
    once = lived(playbook, customer, groups)
    life = b.living(playbook, customer)
    told: list[Event] = []
    for at, events in groups:
        life.advance(at - timedelta(seconds=1))
        again = chance.sample(told, min(2, len(told)))
        for answer in life.tell(*events, *again)[len(events) :]:
            assert answer.repeated or not answer.taken
        taken = [event for event in events if life.life.inbox.digest_of(event.id) is not None]
        told += taken
    life.advance(life.now + timedelta(days=60))
    assert outcome(life) == outcome(once)


@given(playbooks, customers, told_stories)
def test_an_id_with_other_content_is_refused_for_as_long_as_it_is_kept(
    playbook: Playbook, customer: Customer, story: list[Happening]
) -> None:
    life = Lived(playbook, customer, story, DAYS)
    for id in (*state(life).known, *state(life).known_routine):
        other = Event(id=id, type="order.placed", at=life.now, data={"order": "another"})
        before = life.life.model_dump_json()
        answer = apply(life, other, life.now)
        assert (answer.taken, "other content" in answer.why) == (False, True)
        assert life.life.model_dump_json() == before


def test_a_thousand_ids_are_kept_through_stages_and_terms() -> None:
    life = b.living(b.a_playbook(growth={}))
    first = b.an_event("order.placed", life.now, id="first", order="x")
    life.tell(first)
    for number in range(IDS_KEPT - 3):
        life.tell(b.an_event("order.placed", life.now, id=f"order-{number}", order="x"))
    life.advance(b.utc("2026-12-20"))
    life.tell(b.renewed(life.now, id="renewal"))
    life.advance(b.utc("2027-06-01"))
    [again] = life.tell(first)
    assert (again.taken, again.repeated, life.life.contract.term) == (True, True, 2)
