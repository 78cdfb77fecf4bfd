"""Invariant 4: what an event, a pause or a play's own `until` has ended, does not go out."""

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.enums import Stage
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.touch import Answer, Touch
from lifecycle.engine.session import Session
from lifecycle.engine.touches.own_tasks.unknown import asks_about
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import compile_playbook
from lifecycle.rules.contact_policy import unwanted
from lifecycle.state.plays import RunStatus
from tests.lifecycle.calls import state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_once import unruly
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 260


def wanted(lived: Lived) -> list[str]:
    """The keys of what is in flight, and not called off."""
    return [key for key in state(lived).in_flight if key not in state(lived).withdrawn]


def due_or_under_way(lived: Lived) -> list[str]:
    """The plays that run on, as they are right after a decision."""
    return [run.play for run in state(lived).runs.values()]


@given(playbooks, customers, stories, st.integers(0, 99))
def test_no_play_runs_on_when_its_until_is_met(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    plays = {name: play for plan in playbook.stages.values() for name, play in plan.plays.items()}

    def look(lived: Lived) -> None:
        if state(lived).fresh_stage:
            return
        afresh = Session(lived.life, compile_playbook(playbook, lived.life.stage, lived.life.customer.tier))
        for name in due_or_under_way(lived):
            until = plays[name].until
            assert until is None or not afresh.holds(until), (lived.now, name)

    world = unruly(seed)
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)


@given(playbooks, customers, stories, st.integers(0, 99))
def test_no_play_outlives_its_stage_unless_it_is_marked_and_the_customer_stays(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    of_stage = {name: (stage, play) for stage, plan in playbook.stages.items() for name, play in plan.plays.items()}

    def look(lived: Lived) -> None:
        life = lived.life
        for run in state(lived).runs.values():
            stage, play = of_stage[run.play]
            assert stage is life.stage or (play.outlives_stage and state(lived).churned is None), (lived.now, run.play)

    world = unruly(seed)
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)


@given(playbooks, customers, stories, st.integers(0, 99))
def test_whatever_is_in_flight_belongs_to_a_play_that_runs_or_is_called_off(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    def look(lived: Lived) -> None:
        performing = {run.touch_key("acme") for run in state(lived).runs.values() if run.status is RunStatus.PERFORMING}
        asking = {key for key, touch in state(lived).in_flight.items() if asks_about(touch) is not None or touch.cancels}
        assert set(wanted(lived)) - asking == performing - set(state(lived).withdrawn)

    world = unruly(seed)
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)


@given(playbooks, customers, stories)
def test_nothing_goes_out_while_paused(playbook: Playbook, customer: Customer, story: list[Happening]) -> None:
    asked: list[tuple[Touch, bool]] = []
    lives: list[Lived] = []

    def answered(touch: Touch, attempt: int) -> Answer:
        asked.append((touch, state(lives[-1]).paused))
        return Answer.DONE

    Lived(playbook, customer, story, DAYS, World(watch=lives.append, answers=answered))
    assert [touch.key for touch, paused in asked if paused] == []


@given(playbooks, customers, stories)
def test_nothing_goes_to_whom_left_or_opted_out_of_its_category(playbook: Playbook, customer: Customer, story: list[Happening]) -> None:
    lives: list[Lived] = []

    def answered(touch: Touch, attempt: int) -> Answer:
        assert [person for person in touch.to if unwanted(lives[-1].life, person, touch.category)] == []
        return Answer.DONE

    Lived(playbook, customer, story, DAYS, World(watch=lives.append, answers=answered))


@given(playbooks, customers, stories, st.integers(0, 99))
def test_no_message_stays_in_flight_to_whom_left_or_opted_out(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    def look(lived: Lived) -> None:
        for key in wanted(lived):
            touch = state(lived).in_flight[key]
            assert not touch.to or [person for person in touch.to if not unwanted(lived.life, person, touch.category)] != []

    world = unruly(seed)
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)


@given(playbooks, customers, stories, st.integers(0, 99))
def test_after_a_churn_only_the_plays_of_winning_back_or_farewell_run(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    gone = {name for stage in (Stage.WIN_BACK, Stage.FAREWELL) for name in playbook.stages[stage].plays}

    def look(lived: Lived) -> None:
        if state(lived).churned is not None:
            touches = [state(lived).in_flight[key] for key in wanted(lived)]
            assert {touch.play for touch in touches if not touch.cancels} <= gone

    world = unruly(seed)
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)
