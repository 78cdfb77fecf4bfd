"""A task snoozed gets more time and nothing else changes; a task done may say of which play it is."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Customer
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import Raw, a_play, a_playbook, an_event, email, escalate, live, living, moment, task, touched, wait, wait_for
from tests.lifecycle.calls import state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, everyday, happenings
from tests.lifecycle.properties.worlds import Lived, World

CALL: Raw = {"id": "call", **task("Call them", due="2d", ladder=[{"after": "1d", "to": "lead"}, {"after": "2d", "to": "head"}])}
"""Asked for on 3 March at 09:00, due on the 5th, told to the lead on the 6th and to the head on the 8th."""

RUNGS = ["2026-03-06 09:00 p/1/call.rung-1", "2026-03-08 09:00 p/1/call.rung-2", "2026-03-08 09:00 p/1/email-done"]


def snoozed(when: str, hours: int = 24, name: str = "call", play: str = "") -> Event:
    day, clock = when.split()
    return an_event("task.snoozed", moment(day, clock), task=name, hours=hours, play=play)


def done(when: str, name: str = "call", play: str = "") -> Event:
    day, clock = when.split()
    return an_event("task.done", moment(day, clock), task=name, play=play)


def lived(*events: Event, plays: Raw | None = None, until: str = "2026-05-20") -> Simulation:
    return live(living(a_playbook(onboarding=plays or {"p": a_play(CALL, email("done"), at={"day": 1})})), moment(until), *events)


def after_the_task(*events: Event) -> list[str]:
    return touched(lived(*events))[1:]


# ---- the ladder moves


def test_unsnoozed_the_ladder_is_climbed_as_ever() -> None:
    assert after_the_task() == RUNGS


@pytest.mark.parametrize(
    ("snoozes", "lines"),
    [
        pytest.param(
            [("2026-03-04 10:00", 72)],
            ["2026-03-08 10:00 p/1/call.rung-1", "2026-03-10 10:00 p/1/call.rung-2", "2026-03-10 10:00 p/1/email-done"],
            id="before it is late: it is late when the snooze is over, and the rungs count from then",
        ),
        pytest.param(
            [("2026-03-05 12:00", 24)],
            ["2026-03-06 12:00 p/1/call.rung-1", "2026-03-08 12:00 p/1/call.rung-2", "2026-03-08 12:00 p/1/email-done"],
            id="while late: the rung comes when the snooze is over",
        ),
        pytest.param(
            [("2026-03-06 12:00", 72)],
            ["2026-03-06 09:00 p/1/call.rung-1", "2026-03-09 12:00 p/1/call.rung-2", "2026-03-09 12:00 p/1/email-done"],
            id="between two rungs: the next one moves, the first one was",
        ),
        pytest.param([("2026-03-04 10:00", 1)], RUNGS, id="for less than is left: nothing changes"),
        pytest.param([("2026-03-04 09:00", 24)], RUNGS, id="for exactly what is left: nothing changes"),
        pytest.param([("2026-03-20 09:00", 24)], RUNGS, id="after the last rung: nothing is left to move"),
        pytest.param(
            [("2026-03-04 10:00", 72), ("2026-03-04 11:00", 1)],
            ["2026-03-08 10:00 p/1/call.rung-1", "2026-03-10 10:00 p/1/call.rung-2", "2026-03-10 10:00 p/1/email-done"],
            id="twice, the second time for less: it takes nothing back",
        ),
        pytest.param(
            [("2026-03-04 10:00", 48), ("2026-03-05 10:00", 72)],
            ["2026-03-09 10:00 p/1/call.rung-1", "2026-03-11 10:00 p/1/call.rung-2", "2026-03-11 10:00 p/1/email-done"],
            id="twice, the second time for longer",
        ),
        pytest.param(
            [("2026-03-05 09:00", 24)],
            ["2026-03-07 09:00 p/1/call.rung-1", "2026-03-09 09:00 p/1/call.rung-2", "2026-03-09 09:00 p/1/email-done"],
            id="in the last instant before it is late",
        ),
    ],
)
def test_a_snooze_moves_the_ladder_once(snoozes: list[tuple[str, int]], lines: list[str]) -> None:
    assert after_the_task(*(snoozed(when, hours) for when, hours in snoozes)) == lines


def test_a_snooze_told_twice_under_one_id_is_one() -> None:
    event = snoozed("2026-03-04 10:00", 72)
    again = event.model_copy(update={"at": event.at + timedelta(days=2)})
    assert after_the_task(event, again) == after_the_task(event)


def test_a_task_done_while_it_is_snoozed_is_done() -> None:
    assert after_the_task(snoozed("2026-03-04 10:00", 72), done("2026-03-07 15:00")) == ["2026-03-07 15:00 p/1/email-done"]


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_of_a_task_done_and_snoozed_in_one_instant_done_stands_whatever_their_order(first: str, second: str) -> None:
    at = "2026-03-04 10:00"
    events = [snoozed(at).model_copy(update={"id": first}), done(at).model_copy(update={"id": second})]
    assert after_the_task(*events) == ["2026-03-04 10:00 p/1/email-done"]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(snoozed("2026-03-04 10:00", 72, "another"), id="another task"),
        pytest.param(snoozed("2026-03-04 10:00", 72, play="q"), id="another play's task"),
    ],
)
def test_a_snooze_of_something_else_changes_nothing(event: Event) -> None:
    assert after_the_task(event) == RUNGS


def test_while_it_is_snoozed_the_play_says_so_and_wakes_then() -> None:
    life = lived(snoozed("2026-03-04 10:00", 72), until="2026-03-05")
    [run] = state(life).runs.values()
    assert (run.why, run.until, run.snoozed_until) == (
        "waits for task.done, snoozed",
        moment("2026-03-07", "10:00"),
        moment("2026-03-07", "10:00"),
    )


def test_a_later_wait_of_the_play_is_not_snoozed_along() -> None:
    plays = {"p": a_play(CALL, wait_for("login", "1d", otherwise=[escalate(reason="no login")]), at={"day": 1})}
    lines = touched(lived(snoozed("2026-03-04 10:00", 720), done("2026-03-04 12:00"), plays=plays))
    assert lines[1:] == ["2026-03-05 12:00 p/1/escalate-cs-manager"]


def test_a_wait_for_the_task_whose_own_condition_fell_meanwhile_is_not_cut_short_by_a_snooze() -> None:
    step = wait_for("task.done", "5d", **{"if": 'event.task == "call"', "otherwise": [escalate(reason="not done")]}) | {"if": 'tier == "A"'}
    plays = {"p": a_play({"id": "call", **task(due="2d")}, step, wait("1d"), email("end"), at={"day": 1})}
    changed = an_event("customer.changed", moment("2026-03-04"), tier="B")
    without = touched(lived(changed, plays=plays))
    assert touched(lived(changed, snoozed("2026-03-05 10:00", 1), plays=plays)) == without


def test_a_wait_hears_of_no_snooze_of_a_task_that_its_own_play_did_not_ask_for() -> None:
    answered = {"one": a_play({"id": "call", **task()}, wait_for("task.done", "5d"), email("one"), at={"day": 1})}
    other = {"two": a_play({"id": "write", **task()}, wait_for("task.done", "5d"), email("two"), at={"day": 1})}
    lines = touched(lived(snoozed("2026-03-04 10:00", 720), plays=answered | other))
    assert [line for line in lines if "email" in line] == ["2026-03-08 09:00 two/1/email-two", "2026-04-03 11:00 one/1/email-one"]


# ---- the play that a task is of


TWO = {name: a_play({**CALL, "id": "call"}, email(name), at={"day": 1}) for name in ("one", "two")}


@pytest.mark.parametrize(
    ("event", "moved"),
    [
        pytest.param(done("2026-03-04 10:00", play="one"), ["one"], id="done in one play"),
        pytest.param(done("2026-03-04 10:00"), ["one", "two"], id="done, and no play is named"),
    ],
)
def test_a_task_done_ends_the_wait_of_the_play_it_names_or_of_all(event: Event, moved: list[str]) -> None:
    lines = touched(lived(event, plays=TWO))
    assert [line for line in lines if line.startswith("2026-03-04 10:00")] == [f"2026-03-04 10:00 {name}/1/email-{name}" for name in moved]


def test_a_snooze_moves_the_ladder_of_the_play_it_names() -> None:
    lines = touched(lived(snoozed("2026-03-04 10:00", 72, play="one"), plays=TWO))
    assert [line for line in lines if "rung-1" in line] == ["2026-03-06 09:00 two/1/call.rung-1", "2026-03-08 10:00 one/1/call.rung-1"]


# ---- the invariants


def _snooze(days: int, minutes: int, name: str, hours: int, play: str) -> Happening:
    return Happening(days, minutes, "task.snoozed", (("hours", hours), ("play", play), ("task", name)))


_happens = st.one_of(
    everyday,
    st.builds(
        lambda hours, play: ("task.snoozed", (("hours", hours), ("play", play), ("task", "climb"))),
        st.sampled_from([1, 24, 100, 720]),
        st.sampled_from(["", "play-0", "play-1"]),
    ),
    st.builds(lambda play: ("task.done", (("play", play), ("task", "climb"))), st.sampled_from(["play-0", "play-1"])),
)
_tried = settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@_tried
@given(playbooks, customers, happenings(_happens))
def test_cut_anywhere_a_life_with_snoozes_is_the_life_uncut_and_no_wake_is_for_nothing(
    playbook: Playbook, customer: Customer, story: list[Happening]
) -> None:
    whole = Lived(playbook, customer, story, 200, World(weigh=True))
    cut = Lived(playbook, customer, story, 200, World(cut=True))
    assert cut.outcome() == whole.outcome()
    assert cut.wakes == whole.wakes
    assert whole.idle_wakes == []


def test_a_task_done_or_snoozed_in_one_run_leaves_the_same_task_of_another_run_alone() -> None:
    plays = {"p": a_play(CALL, on="ticket.opened", key="event.ticket")}
    opened = [an_event("ticket.opened", moment("2026-03-03", "09:00"), ticket=name, id=name) for name in ("A", "B", "C")]
    told = [
        an_event("task.done", moment("2026-03-04", "09:00"), task="call", play="p", run="1/p/A.1"),
        an_event("task.snoozed", moment("2026-03-04", "09:00"), task="call", hours=96, run="1/p/B.2"),
    ]
    rungs = [line for line in touched(lived(*opened, *told, plays=plays, until="2026-03-07")) if "rung" in line]
    assert rungs == ["2026-03-06 09:00 p/C.3/call.rung-1"]
