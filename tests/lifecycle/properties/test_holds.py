"""Held touches keep every invariant: cut anywhere, asked once a hold, each wake with a reason, and a line for each."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.enums import Outcome
from lifecycle.domain.holds import Selection
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.why import Cause
from lifecycle.explain.simulator import held_by_any
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.plays import RunStatus
from tests.lifecycle.calls import state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_nothing_vanishes import faults, lived_through
from tests.lifecycle.properties.test_once import some_holds, unruly
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 260
seeds = st.integers(0, 999)


@given(playbooks, customers, stories, seeds)
def test_a_held_life_cut_after_everything_is_the_life_uncut(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    whole = Lived(playbook, customer, story, DAYS, World(holds=some_holds(seed)))
    cut = Lived(playbook, customer, story, DAYS, World(holds=some_holds(seed), cut=True))
    assert cut.outcome() == whole.outcome()
    assert cut.wakes == whole.wakes


@given(playbooks, customers, stories, seeds)
def test_what_a_hold_has_held_is_asked_for_again_when_that_hold_is_released_and_not_before(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived = Lived(playbook, customer, story, DAYS, unruly(seed))
    asked = Counter((one.touch.key, hold) for one, hold in lived.held)
    # What a person has done again is asked for again.
    assert {each: number for each, number in asked.items() if number > 1 + lived.asked_again[each[0]]} == {}


@given(playbooks, customers, stories, seeds)
def test_nothing_acts_that_a_hold_covers(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    lived = Lived(playbook, customer, story, DAYS, World(holds=some_holds(seed)))
    assert [one for one in lived.acted if held_by_any(one.touch, one.asked, lived.holds) is not None] == []


@given(playbooks, customers, stories, seeds)
def test_every_wake_of_a_held_life_changes_something(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    assert Lived(playbook, customer, story, DAYS, World(holds=some_holds(seed), weigh=True)).idle_wakes == []


@given(playbooks, customers, stories, seeds)
def test_a_held_touch_waits_for_nothing_but_its_end_and_its_hold(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    def look(lived: Lived) -> None:
        plays = lived.life.plays
        standing = {hold.number for hold in lived.holds if hold.stands_at(lived.now)}
        for run in plays.runs.values():
            assert run.held is None or run.held.hold in standing
            if run.held is not None and run.status is RunStatus.HELD:
                assert run.touch_key("acme") in plays.tried and run.until is not None
                assert run.why == "held by Kim Lee, because a test"

    world = unruly(seed)
    world.settling = lambda touch, attempt: timedelta()
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)


@given(playbooks, customers, stories, seeds)
def test_everything_held_has_its_line_and_goes_on_from_step_to_step(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived, seen = lived_through(playbook, customer, story, World(holds=some_holds(seed)))
    assert faults(lived, seen) == []
    lines = {(line.key, line.outcome) for line in lived.life.log.timeline if line.cause is Cause.HELD}
    assert {(one.touch.key, Outcome.DELAYED) for one, _ in lived.held} <= lines


@given(playbooks, customers, stories)
def test_under_a_hold_of_all_that_is_never_released_nothing_goes_and_everything_is_asked_for_once(
    playbook: Playbook, customer: Customer, story: list[Happening]
) -> None:
    lived = Lived(playbook, customer, story, DAYS, World(holds=[(-1, 10_000, Selection())]))
    assert lived.acted == []
    asked = Counter(one.touch.key for one, _ in lived.held)
    assert set(asked.values()) <= {1}
    assert not any(state(lived).in_flight)
