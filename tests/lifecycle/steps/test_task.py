"""What a task asks of the world: its owner, its deadline, and its ladder when nobody does it."""

import pytest

from lifecycle.domain.enums import Category, Tier
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from tests.lifecycle.building import a_play, a_playbook, an_event, email, live, living, moment, task, touched
from tests.lifecycle.steps.asking import the_touch, there


def test_a_task_has_an_owner_and_is_due_by_its_sla() -> None:
    touch = the_touch(task("Call them", due="3bd", owner="csm-lead"))

    assert (touch.text, touch.owner, there(touch.deadline)) == ("Call them", "csm-lead", "Fri 2026-03-06 09:00")
    assert (touch.to, touch.category) == ([], Category.OPERATIONAL)


@pytest.mark.parametrize(
    ("tier", "deadline"), [(Tier.A, "Tue 2026-03-03 13:00"), (Tier.B, "Wed 2026-03-04 09:00"), (Tier.C, "Fri 2026-03-06 09:00")]
)
def test_an_sla_may_be_one_a_tier(tier: Tier, deadline: str) -> None:
    assert there(the_touch(task(due={"A": "4h", "B": "1bd", "C": "3bd"}), tier=tier).deadline) == deadline


LADDER = task("Call them", due="2d", ladder=[{"after": "1d", "to": "lead"}, {"after": "2d", "to": "head"}])


def with_ladder(*events: Event) -> Simulation:
    return live(
        living(a_playbook(onboarding={"p": a_play({"id": "call", **LADDER}, email("done"), at={"day": 1})})), moment("2026-03-30"), *events
    )


def test_a_task_that_nobody_does_climbs_its_ladder_rung_by_rung() -> None:
    life = with_ladder()

    assert touched(life) == [
        "2026-03-03 09:00 p/1/call",
        "2026-03-06 09:00 p/1/call.rung-1",
        "2026-03-08 09:00 p/1/call.rung-2",
        "2026-03-08 09:00 p/1/email-done",
    ]
    assert [(touch.owner, touch.text) for touch in life.touches[1:3]] == [
        ("lead", "Task not done in time: Call them"),
        ("head", "Task not done in time: Call them"),
    ]


@pytest.mark.parametrize(
    ("done", "lines"),
    [
        pytest.param("2026-03-04 10:00", ["2026-03-04 10:00 p/1/email-done"], id="in time"),
        pytest.param("2026-03-05 09:00", ["2026-03-05 09:00 p/1/email-done"], id="in the last instant"),
        pytest.param("2026-03-05 20:00", ["2026-03-05 20:00 p/1/email-done"], id="late, before the first rung"),
        pytest.param(
            "2026-03-07 10:00", ["2026-03-06 09:00 p/1/call.rung-1", "2026-03-07 10:00 p/1/email-done"], id="after the first rung"
        ),
    ],
)
def test_a_task_done_stops_the_ladder_and_the_play_goes_on(done: str, lines: list[str]) -> None:
    day, clock = done.split()

    assert touched(with_ladder(an_event("task.done", moment(day, clock), task="call")))[1:] == lines


def test_another_task_s_end_does_not_stop_the_ladder() -> None:
    assert len(touched(with_ladder(an_event("task.done", moment("2026-03-04"), task="other")))) == 4
