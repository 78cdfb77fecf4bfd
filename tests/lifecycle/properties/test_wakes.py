"""Invariant 6: a wake is a due play, a deadline or an event; nothing wakes to find that nothing is to be done."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Customer
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle import building as b
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_once import unruly
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 260


@given(playbooks, customers, stories, st.integers(0, 99))
def test_every_wake_changes_something(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    world = unruly(seed)
    world.weigh = True
    assert Lived(playbook, customer, story, DAYS, World(weigh=True)).idle_wakes == []
    assert Lived(playbook, customer, story, DAYS, world).idle_wakes == []


@given(playbooks, customers, stories)
def test_every_wake_lies_ahead_and_says_why(playbook: Playbook, customer: Customer, story: list[Happening]) -> None:
    lived = Lived(playbook, customer, story, DAYS)
    assert [wake for wake in lived.wakes if not wake[1]] == []
    assert [wake for wake, decided in zip(lived.wakes, lived.decided, strict=True) if wake[0] <= decided] == []


@given(st.sampled_from(["onboarding", "growth", "renewal", "win_back", "farewell", "trial"]), st.integers(2, 400), st.booleans())
def test_a_life_without_plays_wakes_at_its_stages_ends_alone(stage: str, days: int, paid: bool) -> None:
    customer = b.a_customer(end=b.START + timedelta(days=days), term=int(paid))
    lived = Lived(b.a_playbook(**{stage: {}}), customer, [], 1000)
    reasons = [why for _, why in lived.wakes]
    assert [why for why in reasons if not why.startswith("the stage ")] == []
    assert len(reasons) == len(set(reasons))
