"""Usage told as a window's sum: the largest of a window stands, and one in part is a sign of life and nothing more."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle.domain.enums import Band
from lifecycle.domain.people.customer import Customer
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.facts.usage import REPORTS_KEPT
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import Raw, a_play, a_playbook, an_event, email, live, living, moment, touched, wait_for
from tests.lifecycle.calls import state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, everyday, happenings
from tests.lifecycle.properties.worlds import Lived, World

FIRST = moment("2026-03-03")


def w(number: int) -> str:
    """The window of that day."""
    return f"{(FIRST + timedelta(days=number - 40)).date()}"


def report(number: int, count: float, window: str, at: datetime | None = None, *, partial: bool = False) -> Event:
    """Of that window, told so many days after the first, of a fact of that moment."""
    return an_event("usage.reported", at or FIRST + timedelta(days=number), count=count, days=1, window=window, partial=partial)


def lived(*events: Event, plays: Raw | None = None, milestones: Raw | None = None) -> Simulation:
    return live(living(a_playbook(milestones=milestones, onboarding=plays or {})), moment("2026-03-20"), *events)


def rates(life: Simulation) -> list[tuple[str, float]]:
    return [(known.window, known.rate) for known in state(life).usage]


# ---- a window's sum


def test_of_one_window_the_largest_sum_stands_whatever_the_order() -> None:
    sums = [report(0, 10, w(1)), report(1, 30, w(1)), report(2, 20, w(1))]
    assert rates(lived(*sums)) == [(w(1), 30)]
    assert state(lived(*sums)).usage[0].at == FIRST + timedelta(days=1)


def test_windows_stand_side_by_side_and_beside_reports_without_one() -> None:
    life = lived(report(0, 10, w(1)), report(1, 10, w(2)), report(2, 10, ""), report(3, 10, ""))
    assert rates(life) == [(w(1), 10), (w(2), 10), ("", 10), ("", 10)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_sums_that_are_as_large_the_later_one_stands_whatever_the_order(order: tuple[int, int]) -> None:
    facts = [FIRST, FIRST + timedelta(hours=5)]
    told = [
        an_event("usage.reported", FIRST + timedelta(days=1 + n), happened=facts[which], count=3, days=1, window=w(1))
        for n, which in enumerate(order)
    ]
    [known] = state(lived(*told)).usage
    assert known.at == facts[1]


def test_as_many_windows_are_kept_as_reports_were() -> None:
    life = lived(*(report(number, number, w(number), FIRST + timedelta(hours=number)) for number in range(20)))
    assert rates(life) == [(w(number), number) for number in range(20 - REPORTS_KEPT, 20)]


def test_windows_are_what_the_health_score_is_made_of() -> None:
    life = lived(*(report(number, count, w(number)) for number, count in enumerate([10, 10, 4])))
    assert (state(life).health.score, state(life).health.band) == (40, Band.YELLOW)


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ("w1", "'window' is a day, a week, a month or a stretch of time"),
        ("2026-02-30", "'window' is a day, a week, a month or a stretch of time"),
        ("2026-03-05", "'window' begins after the report was told, on 2026-03-03"),
        ("2026-03-02T00:00:00.000Z/PT86400S/7", ""),
        ("2026-03-04", ""),
    ],
)
def test_a_window_that_is_none_or_lies_ahead_is_refused_in_a_sentence_and_the_gateway_s_own_is_not(window: str, reason: str) -> None:
    life = living(a_playbook())
    life.advance(FIRST)
    [answer] = life.tell(report(0, 5, window))
    assert (answer.taken, reason in answer.why) == (not reason, True)


# ---- in part


def test_a_report_in_part_changes_no_usage_and_no_score() -> None:
    whole = [report(number, 10, w(number)) for number in range(3)]
    life = lived(*whole, report(4, 1, w(4), partial=True))
    assert rates(life) == rates(lived(*whole))
    assert state(life).health == state(lived(*whole)).health


def test_a_report_in_part_is_a_sign_of_life_unless_it_reports_nothing() -> None:
    assert state(lived(report(0, 5, w(1), partial=True))).last_active == FIRST
    assert state(lived(report(0, 0, w(1), partial=True))).last_active is None


def test_a_report_in_part_ends_a_silence() -> None:
    plays = {"quiet": a_play(email("quiet"), silent_for="5d")}
    assert touched(lived(plays=plays)) == ["2026-03-07 00:00 quiet/1/email-quiet"]
    assert touched(lived(report(3, 1, w(1), partial=True), plays=plays)) == ["2026-03-11 09:00 quiet/1/email-quiet"]


def test_a_report_in_part_starts_nothing_answers_nothing_and_reaches_no_milestone() -> None:
    plays = {
        "start": a_play(email("start"), on="usage.reported"),
        "answer": a_play(wait_for("usage.reported", "3d", then=[email("came")], otherwise=[email("never")]), at={"day": 1}),
    }
    milestones = {"used": {"kind": "functional", "due": "10d", "done_when": 'event.type == "usage.reported" && event.count > 5'}}
    part = lived(report(1, 10, w(1), partial=True), plays=plays, milestones=milestones)
    assert touched(part) == ["2026-03-06 09:00 answer/1/email-never"]
    assert state(part).milestones["used"].done is None
    whole = lived(report(1, 10, w(1), partial=True), report(2, 10, w(1)), plays=plays, milestones=milestones)
    assert touched(whole) == ["2026-03-05 09:00 answer/1/email-came", "2026-03-05 09:00 start/1/email-start"]
    assert state(whole).milestones["used"].done == moment("2026-03-05")


def test_of_usage_the_timeline_says_nothing() -> None:
    life = lived(report(0, 5, w(1), partial=True), report(1, 5, w(1)))
    assert [entry for entry in state(life).timeline if entry.kind is EntryKind.EVENT] == []


# ---- the invariants


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 48), st.booleans()), max_size=12),
    st.randoms(use_true_random=False),
)
def test_sums_of_one_instant_may_be_told_in_any_order_and_again(told: list[tuple[int, int, int, bool]], chance: random.Random) -> None:
    at = FIRST + timedelta(days=3)
    events = [
        an_event(
            "usage.reported",
            at,
            id=f"e{n}",
            happened=FIRST + timedelta(hours=hour),
            count=count,
            days=1,
            window=w(window),
            partial=partial,
        )
        for n, (window, count, hour, partial) in enumerate(told)
    ]
    again = [*events, *chance.choices(events, k=3)] if events else []
    chance.shuffle(again)
    renamed = [event.model_copy(update={"id": f"{n}-{event.id}"}) for n, event in enumerate(again)]
    expected = lived(*events).life
    for life in (lived(*again).life, lived(*renamed).life):
        assert (life.facts.usage, life.facts.activity, life.health) == (expected.facts.usage, expected.facts.activity, expected.health)


_happens = st.one_of(
    everyday,
    st.builds(
        lambda count, window, partial: ("usage.reported", (("count", count), ("days", 1), ("partial", partial), ("window", window))),
        st.sampled_from([0, 1, 10]),
        st.sampled_from([w(1), w(2), w(3), w(4)]),
        st.booleans(),
    ),
)


@settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(playbooks, customers, happenings(_happens))
def test_cut_anywhere_a_life_with_windows_is_the_life_uncut_and_no_wake_is_for_nothing(
    playbook: Playbook, customer: Customer, story: list[Happening]
) -> None:
    whole = Lived(playbook, customer, story, 200, World(weigh=True))
    cut = Lived(playbook, customer, story, 200, World(cut=True))
    assert cut.outcome() == whole.outcome()
    assert cut.wakes == whole.wakes
    assert whole.idle_wakes == []
