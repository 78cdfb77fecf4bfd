"""Invariant 3: no touch happens twice, however its performing is answered and however late."""

import re
from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.enums import Resolution, TouchKind
from lifecycle.domain.holds import Selection
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.touch import Answer
from lifecycle.engine.touches.own_tasks.catching_up import is_catch_up
from lifecycle.engine.touches.own_tasks.unknown import asks_about
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.calls import state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived, World, by_chance

KEY = re.compile(r"acme/\d+/(play-\d|catch_up)/[^/\s]+/[a-z0-9][a-z0-9_.-]*")
ANSWERS = (Answer.DONE, Answer.DONE, Answer.RETRY, Answer.REFUSED, Answer.UNKNOWN, Answer.WITHDRAWN)
WORDS = (None, *Resolution)
DELAYS = (timedelta(), timedelta(seconds=3), timedelta(minutes=7), timedelta(hours=5), timedelta(days=2))


def unruly(seed: int) -> World:
    """A world in which touches are answered anyhow and at any time."""
    return World(
        answers=lambda touch, attempt: by_chance(seed, touch.key, attempt, *ANSWERS),
        settling=lambda touch, attempt: by_chance(seed + 1, touch.key, attempt, *DELAYS),
        found=lambda touch, attempt: by_chance(seed + 2, touch.key, attempt, Answer.WITHDRAWN, Answer.DONE, Answer.UNKNOWN),
        words=lambda key, number: (by_chance(seed + 3, key, number, *WORDS), by_chance(seed + 4, key, number, *DELAYS)),
        holds=some_holds(seed),
    )


SELECTIONS = [
    Selection(play="play-0"),
    Selection(play="play-1"),
    Selection(channel=TouchKind.EMAIL),
    Selection(channel=TouchKind.TASK),
    Selection(),
]


def some_holds(seed: int) -> list[tuple[int, int, Selection]]:
    """Three holds, anyhow and at any time."""
    begins = [by_chance(seed, "begins", number, *range(200)) for number in range(3)]
    lasts = [by_chance(seed, "lasts", number, 1, 2, 5, 20, 90) for number in range(3)]
    covers = [by_chance(seed, "covers", number, *SELECTIONS) for number in range(3)]
    return [(day, day + days, of) for day, days, of in zip(begins, lasts, covers, strict=True)]


@given(playbooks, customers, stories, st.integers(0, 99))
def test_no_touch_is_asked_for_again_once_it_is_settled(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    # The shell itself refuses to ask for what is settled or under way.
    lived = Lived(playbook, customer, story, 200, unruly(seed))
    answered = Counter(one.touch.key for one in lived.acted if one.answer is not Answer.RETRY)
    assert {key: number - lived.asked_again[key] for key, number in answered.items() if number - lived.asked_again[key] > 1} == {}


@given(playbooks, customers, stories, st.integers(0, 99))
def test_what_is_in_flight_is_what_was_asked_for_and_not_yet_settled(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    def look(lived: Lived) -> None:
        new = {key for key in state(lived).in_flight if key not in lived.under_way}
        assert set(lived.under_way) <= set(state(lived).in_flight)
        asking = {key for key, touch in state(lived).in_flight.items() if asks_about(touch) is not None or is_catch_up(touch)}
        assert new <= {run.touch_key("acme") for run in state(lived).runs.values()} | set(state(lived).withdrawn) | asking
        assert set(state(lived).withdrawn) <= set(state(lived).in_flight)

    world = unruly(seed)
    world.watch = look
    Lived(playbook, customer, story, 200, world)


@given(playbooks, customers, stories, st.integers(0, 99))
def test_every_key_is_customer_term_play_occurrence_and_step(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    keys = Lived(playbook, customer, story, 200, unruly(seed)).keys()
    assert [key for key in keys if KEY.fullmatch(key) is None] == []


@given(playbooks, customers, stories, st.integers(0, 99))
def test_an_unruly_world_cut_anywhere_is_the_same_world(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    cut = unruly(seed)
    cut.cut = True
    assert Lived(playbook, customer, story, 200, cut).outcome() == Lived(playbook, customer, story, 200, unruly(seed)).outcome()


@given(playbooks, customers, stories, st.integers(0, 99))
def test_of_every_unknown_touch_the_owner_is_asked_once_and_of_no_other(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    world = unruly(seed)
    world.words = lambda key, number: (None, timedelta())
    lived = Lived(playbook, customer, story, 200, world)
    unknown = {key for key, answer in lived.answered.items() if answer is Answer.UNKNOWN and not key.endswith((".unknown", "/list"))}
    asked = Counter(one.touch.key for one in lived.acted if one.touch.key.endswith(".unknown") and one.answer is not Answer.RETRY)
    waiting = {f"{key}.unknown" for key in state(lived).unknown} | {key for key in state(lived).in_flight if key.endswith(".unknown")}
    assert set(asked) <= {f"{key}.unknown" for key in unknown}
    assert {f"{key}.unknown" for key in unknown} - set(asked) <= waiting
    assert set(asked.values()) <= {1}
