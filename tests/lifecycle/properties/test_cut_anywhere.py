"""Invariant 1: continuing as new after any event or wake changes nothing, nor does looking too often or a little late."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Customer
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 260


@given(playbooks, customers, stories)
def test_a_life_cut_after_every_event_decision_and_receipt_is_the_life_uncut(
    playbook: Playbook, customer: Customer, story: list[Happening]
) -> None:
    whole = Lived(playbook, customer, story, DAYS)
    cut = Lived(playbook, customer, story, DAYS, World(cut=True))
    assert cut.outcome() == whole.outcome()
    assert cut.wakes == whole.wakes


@given(playbooks, customers, stories, st.integers(1, 3), st.tuples(st.integers(0, 200), st.integers(1, 60)))
def test_a_backlog_taken_in_by_portions_and_cut_between_them_is_the_backlog_taken_in_at_once(
    playbook: Playbook, customer: Customer, story: list[Happening], most: int, outage: tuple[int, int]
) -> None:
    start = Lived(playbook, customer, [], 0).now
    away = (start + timedelta(days=outage[0]), start + timedelta(days=sum(outage)))
    at_once = Lived(playbook, customer, story, DAYS, World(away=away))
    by_portions = Lived(playbook, customer, story, DAYS, World(away=away, most=most, cut=True))
    assert by_portions.outcome() == at_once.outcome()
    assert by_portions.wakes == at_once.wakes


@given(playbooks, customers, stories, st.lists(st.integers(0, DAYS * 24 * 60), max_size=20))
def test_looking_at_moments_at_which_nothing_is_due_changes_nothing(
    playbook: Playbook, customer: Customer, story: list[Happening], minutes: list[int]
) -> None:
    start = Lived(playbook, customer, [], 0).now
    looks = [start + timedelta(minutes=each, seconds=17) for each in minutes]
    assert Lived(playbook, customer, story, DAYS, World(looks=looks)).outcome() == Lived(playbook, customer, story, DAYS).outcome()


@given(playbooks, customers, stories, st.integers(1, 900))
def test_a_worker_late_by_less_than_a_second_changes_nothing(
    playbook: Playbook, customer: Customer, story: list[Happening], late: int
) -> None:
    story = [one for one in story if one.name not in ("pause", "resume", "skip", "run_now")]
    prompt = Lived(playbook, customer, story, DAYS)
    assert Lived(playbook, customer, story, DAYS, World(lateness=timedelta(milliseconds=late))).outcome() == prompt.outcome()
