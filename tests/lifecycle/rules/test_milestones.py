"""Milestones: when they are due, how they are reached, and the plays that hang on them (R24 to R26)."""

from datetime import date

import pytest

from lifecycle.domain.time.zones import local
from lifecycle.explain.simulator import Simulation
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    email,
    ended,
    escalate,
    live,
    living,
    moment,
    task,
    touched,
    unsent,
    wait,
)
from tests.lifecycle.calls import state

IMPORTED: Raw = {
    "imported": {
        "kind": "functional",
        "due": "7d",
        "done_when": 'event.type == "feature.used" && event.feature == "import" && event.count >= 10',
    }
}
VALUE: Raw = {"first-value": {"kind": "customer", "due": "30d", "first_value": True}}
CHASE: Raw = {"chase": a_play(task("Help them import"), overdue=["imported"])}


def reached(life: Simulation) -> list[str]:
    lines = [entry for entry in state(life).timeline if entry.kind is EntryKind.MILESTONE]
    return [f"{local(entry.at, life.life.zone):%Y-%m-%d %H:%M} {entry.what}: {entry.why}" for entry in lines]


@pytest.mark.parametrize(
    ("due", "falls"),
    [
        pytest.param("7d", "2026-03-10 00:00", id="7d: day 7 still counts"),
        pytest.param("5bd", "2026-03-10 00:00", id="5bd: the fifth business day still counts"),
        pytest.param("1mo", "2026-04-03 00:00", id="1mo: the day of the next month still counts"),
        pytest.param("36h", "2026-03-03 12:00", id="36h: to the minute"),
        pytest.param("0d", "2026-03-03 00:00", id="0d: the first day still counts"),
    ],
)
def test_a_milestone_is_overdue_when_its_last_day_is_over_where_the_customer_is(due: str, falls: str) -> None:
    milestones: Raw = {"imported": IMPORTED["imported"] | {"due": due}}
    life = living(a_playbook(milestones=milestones, onboarding=CHASE), a_customer(timezone="Asia/Tokyo", country="DE"))

    life.advance(moment("2026-05-01"))

    assert touched(life) == [f"{falls} chase/imported/task"]


def test_a_functional_milestone_is_reached_by_product_data() -> None:
    life = live(
        living(a_playbook(milestones=IMPORTED, onboarding=CHASE)),
        moment("2026-05-01"),
        an_event("feature.used", moment("2026-03-04"), feature="import", count=9),
        an_event("feature.used", moment("2026-03-05"), feature="export", count=10),
        an_event("feature.used", moment("2026-03-06"), feature="import", count=10),
        an_event("feature.used", moment("2026-03-07"), feature="import", count=10),
    )

    assert reached(life) == ["2026-03-06 09:00 imported: by feature.used"]
    assert touched(life) == []


def test_a_customer_milestone_is_reached_by_a_person_s_word() -> None:
    life = live(
        living(a_playbook(milestones=VALUE)),
        moment("2026-05-01"),
        an_event("milestone.reached", moment("2026-03-12"), milestone="first-value", by="Ana"),
    )

    assert reached(life) == ["2026-03-12 09:00 first-value: told by Ana"]


def test_a_milestone_counts_from_when_it_happened_not_from_when_it_was_told() -> None:
    plays = {"thanks": a_play(email(), at={"after": "2d", "of": "milestone:first-value"})}
    life = live(
        living(a_playbook(milestones=VALUE, onboarding=plays)),
        moment("2026-05-01"),
        an_event("milestone.reached", moment("2026-03-12"), happened=moment("2026-03-11", "16:00"), milestone="first-value"),
    )

    assert touched(life) == ["2026-03-13 09:00 thanks/1/email-note"]


def test_a_milestone_told_in_the_very_instant_it_falls_due_is_not_overdue() -> None:
    life = live(
        living(a_playbook(milestones=IMPORTED, onboarding=CHASE)),
        moment("2026-05-01"),
        an_event("feature.used", moment("2026-03-10", "00:00"), feature="import", count=10),
    )

    assert touched(life) == []
    assert not state(life).milestones["imported"].overdue


def test_an_overdue_play_ends_the_moment_its_milestone_is_reached() -> None:
    plays = {"chase": a_play(task("Help them"), wait("5d"), escalate(), overdue=["imported"])}
    life = live(
        living(a_playbook(milestones=IMPORTED, onboarding=plays)),
        moment("2026-05-01"),
        an_event("feature.used", moment("2026-03-12", "10:20"), feature="import", count=10),
    )

    assert touched(life) == ["2026-03-10 00:00 chase/imported/task"]
    assert ended(life) == ["2026-03-12 10:20 chase: milestone imported is reached"]


def test_a_play_for_several_milestones_runs_once_for_each_that_is_overdue_side_by_side() -> None:
    plays = {"chase": a_play(task("Help them"), wait("60d"), overdue=["imported", "first-value"])}
    life = living(a_playbook(milestones=IMPORTED | VALUE, onboarding=plays))

    life.advance(moment("2026-05-01"))

    assert touched(life) == ["2026-03-10 00:00 chase/imported/task", "2026-04-02 00:00 chase/first-value/task"]


def test_a_milestone_reached_after_it_was_overdue_is_no_longer_overdue_to_conditions() -> None:
    plays = {
        "late": a_play(task("Late"), when='milestones["imported"].overdue'),
        "there": a_play(task("There"), when='milestones["imported"].done'),
    }
    life = live(
        living(a_playbook(milestones=IMPORTED, onboarding=plays)),
        moment("2026-05-01"),
        an_event("feature.used", moment("2026-03-12"), feature="import", count=10),
    )

    assert touched(life) == ["2026-03-10 00:00 late/1/task", "2026-03-12 09:00 there/1/task"]


def test_functional_done_is_true_when_every_functional_milestone_is() -> None:
    milestones = (
        IMPORTED
        | VALUE
        | {"invited": {"kind": "functional", "due": "9d", "done_when": 'event.type == "feature.used" && event.feature == "invite"'}}
    )
    plays = {"ready": a_play(task("Ready"), when="functional_done"), "value": a_play(task("Value"), when="first_value")}
    life = live(
        living(a_playbook(milestones=milestones, onboarding=plays)),
        moment("2026-05-01"),
        an_event("feature.used", moment("2026-03-04"), feature="import", count=10),
        an_event("feature.used", moment("2026-03-05"), feature="invite"),
        an_event("milestone.reached", moment("2026-03-06"), milestone="first-value"),
    )

    assert touched(life) == ["2026-03-05 09:00 ready/1/task", "2026-03-06 09:00 value/1/task"]


def test_functional_done_without_usage_of_value_is_the_first_value_gap() -> None:
    """R26: the product works, and nobody has had anything of it."""
    plays = {"gap": a_play(escalate(), when="functional_done && !first_value", for_="10d")}
    milestones = IMPORTED | VALUE
    life = live(
        living(a_playbook(milestones=milestones, onboarding=plays)),
        moment("2026-05-01"),
        an_event("feature.used", moment("2026-03-04"), feature="import", count=10),
    )

    assert touched(life) == ["2026-03-14 09:00 gap/1/escalate-cs-manager"]


def test_a_milestone_that_is_reached_moves_the_plays_that_hang_on_it() -> None:
    plays = {"thanks": a_play(email(), at={"after": "1d", "of": "milestone:first-value", "time": "14:00"})}
    life = living(a_playbook(milestones=VALUE, onboarding=plays))
    life.advance(moment("2026-03-20"))
    assert touched(life) == []

    live(life, moment("2026-05-01"), an_event("milestone.reached", moment("2026-03-20", "16:00"), milestone="first-value"))

    assert touched(life) == ["2026-03-21 14:00 thanks/1/email-note"]


def test_a_customer_enrolled_after_a_milestone_was_due_gets_its_chase_only_inside_the_grace() -> None:
    playbook = a_playbook(milestones=IMPORTED, onboarding=CHASE)
    in_time, too_late = living(playbook, at=moment("2026-03-12")), living(playbook, at=moment("2026-03-20"))

    assert touched(in_time) == ["2026-03-12 09:00 chase/imported/task"]
    assert touched(too_late) == ["2026-03-20 09:00 catch_up/1/list"]
    assert unsent(too_late) == ["2026-03-10 00:00 missed chase/imported/*: was due 2026-03-09 23:00 UTC, its window of 3d is over"]


def test_a_contract_amended_does_not_make_a_milestone_overdue_twice() -> None:
    life = live(
        living(a_playbook(milestones=IMPORTED, onboarding=CHASE)), moment("2026-05-01"), amended(moment("2026-03-12"), date(2027, 9, 2))
    )

    assert touched(life) == ["2026-03-10 00:00 chase/imported/task"]


def test_a_milestone_that_the_playbook_does_not_have_is_refused_by_its_name() -> None:
    life = living(a_playbook(milestones=VALUE))

    answer = life.tell(an_event("milestone.reached", life.now, milestone="firstvalue"))[0]

    assert not answer.taken
    assert answer.why == "the playbook tested@v1 has no milestone 'firstvalue', only first-value"
