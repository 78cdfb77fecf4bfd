"""A moment that moves takes with it what was to come before it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.simulator import Simulation
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    email,
    ended,
    live,
    living,
    moment,
    task,
    touched,
    unsent,
    wait,
)
from tests.lifecycle.calls import apply, decide, pause, resume
from tests.lifecycle.engine.before_a_moment.reminders import ANY_STEP, BEFORE_END, CAPPED, a_life, days, rests
from tests.lifecycle.properties.worlds import Lived, World

MOVED = [
    pytest.param(date(2027, 2, 24), [], id="to yesterday"),
    pytest.param(date(2027, 2, 25), [], id="to today"),
    pytest.param(date(2027, 2, 26), [], id="to tomorrow, before the next step"),
    pytest.param(date(2027, 2, 28), ["2027-02-27"], id="to three days from now, behind the next step"),
    pytest.param(date(2027, 3, 4), ["2027-02-27"], id="a little further away"),
]


@pytest.mark.parametrize("step", ANY_STEP)
@pytest.mark.parametrize(("end", "goes"), MOVED)
def test_a_run_that_waits_when_the_end_moves_goes_on_only_before_the_new_end(step: Raw, end: date, goes: list[str]) -> None:
    life = a_life(task("first"), wait("4d"), step, at=BEFORE_END)
    live(life, moment("2027-04-10"), amended(moment("2027-02-25", "12:00"), end))

    assert days(life)[1:] == goes
    if end <= date(2027, 2, 25):
        assert ended(life)[0] == f"2027-02-25 12:00 p: it was to go before {end:%a %d %b %Y} 00:00, which has passed"
    elif not goes:
        assert unsent(life)[0][:24] == "2027-02-27 09:00 missed "
        assert unsent(life)[0].endswith(f": it was to go before {end:%a %d %b %Y} 00:00, which has passed")


Hold = Callable[[], Simulation]


def held_by_the_hours() -> Simulation:
    """Due on Tuesday the 23rd in the evening; the customer's days off until Monday the first."""
    hours = {"opens": "09:00", "closes": "18:00", "weekdays": ["mon"]}
    policy = {"cap": {"emails": 50, "per": "1d"}, "hours": hours, "jitter": "0s"}
    return a_life(email(), at=BEFORE_END, rest={"contact_policy": policy})


def held_by_the_cap() -> Simulation:
    plays = {"news": a_play(email("news"), on="login"), "p": a_play(email(), at=BEFORE_END, within="30d")}
    return live(living(a_playbook(renewal=plays, rest=CAPPED)), moment("2027-02-24"), an_event("login", moment("2027-02-19", "09:00")))


def held_behind_another_play() -> Simulation:
    plays = {
        "first": a_play(email("first"), at=BEFORE_END, priority=90),
        "p": a_play(email(), at=BEFORE_END, within="30d"),
    }
    policy = CAPPED["contact_policy"] | {"cap": {"emails": 1, "per": "6d"}}
    return living(a_playbook(renewal=plays, rest={"contact_policy": policy}))


def held_by_a_pause() -> Simulation:
    life = a_life(email())
    life.advance(moment("2027-02-20"))
    pause(life, life.now, "a test")
    life.look_again()
    return life


def held_by_a_provider() -> Simulation:
    def down(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.RETRY if at < moment("2027-02-25", "11:00") else Answer.DONE, why="down")

    return living(a_playbook(renewal={"p": a_play(task(), at=BEFORE_END, within="30d")}), perform=down)


@pytest.mark.parametrize("hold", [held_by_the_hours, held_by_the_cap, held_behind_another_play, held_by_a_pause])
@pytest.mark.parametrize(
    ("end", "when"),
    [
        pytest.param(date(2027, 2, 24), "2027-02-25 12:00", id="to yesterday"),
        pytest.param(date(2027, 2, 25), "2027-02-25 12:00", id="to today"),
        pytest.param(date(2027, 2, 26), "2027-02-25 12:00", id="to tomorrow"),
    ],
)
def test_what_is_held_back_when_the_end_moves_falls_at_once_with_its_line(hold: Hold, end: date, when: str) -> None:
    life = live(hold(), moment("2027-02-25", "12:00"), amended(moment("2027-02-25", "12:00"), end))
    life.advance(moment("2027-02-27"))
    if life.life.plays.paused:
        resume(life, life.now)
        life.look_again()
    life.advance(moment("2027-03-30"))

    assert [touch for touch in life.touches if touch.play == "p" and touch.key.split("/")[3] == "1"] == []
    fell = [line for line in unsent(life, Outcome.MISSED, Outcome.CANCELLED) if " p/1/" in line]
    assert len(fell) == 1
    assert fell[0][:16] == ("2027-02-26 00:00" if hold is held_by_a_pause and end == date(2027, 2, 26) else when)


@pytest.mark.parametrize("hold", [held_by_the_hours, held_by_the_cap, held_behind_another_play, held_by_a_pause])
def test_what_is_held_back_when_the_end_moves_away_is_held_on(hold: Hold) -> None:
    life = live(hold(), moment("2027-02-25", "12:00"), amended(moment("2027-02-25", "12:00"), date(2027, 3, 4)))
    life.advance(moment("2027-03-01", "10:00"))
    if life.life.plays.paused:
        resume(life, life.now)
        life.look_again()
    life.advance(moment("2027-03-30"))

    assert [touch.key for touch in life.touches if touch.play == "p"] == ["acme/1/p/1/email-note"]


def test_what_waits_for_its_provider_when_the_end_moves_to_the_past_is_called_off() -> None:
    life = live(held_by_a_provider(), moment("2027-03-30"), amended(moment("2027-02-25", "10:00"), date(2027, 2, 25)))

    [fell] = unsent(life, Outcome.CANCELLED)
    assert fell == (
        "2027-02-25 10:00 cancelled p/1/task: it was to go before Thu 25 Feb 2027 00:00, which has passed; "
        "it was held back until then: the provider could not: down"
    )


@pytest.mark.parametrize(
    ("end", "withdrawn"),
    [
        pytest.param(date(2027, 2, 22), True, id="to yesterday"),
        pytest.param(date(2027, 2, 23), True, id="to today"),
        pytest.param(date(2027, 2, 24), False, id="to tomorrow"),
    ],
)
def test_a_touch_in_flight_is_called_off_when_its_moment_moves_to_the_past(end: date, withdrawn: bool) -> None:
    lived = Lived(
        a_playbook(renewal={"p": a_play(email(), task("behind"), at=BEFORE_END, within="30d")}),
        a_customer(),
        [],
        359,
        World(settling=lambda touch, attempt: timedelta(days=2)),
    )
    life = lived.life
    assert list(life.plays.in_flight) == ["acme/1/p/1/email-note"]

    apply(lived, amended(moment("2027-02-23", "12:00"), end), moment("2027-02-23", "12:00"))
    decide(lived, moment("2027-02-23", "12:00"))

    assert list(life.plays.withdrawn) == (["acme/1/p/1/email-note"] if withdrawn else [])


def test_a_planned_play_whose_moment_moves_to_the_past_is_missed_with_its_line() -> None:
    life = live(a_life(email()), moment("2027-03-30"), amended(moment("2027-02-10", "12:00"), date(2027, 2, 9)))

    assert touched(life) == []
    assert unsent(life) == ["2027-02-02 09:00 missed p/1/*: it was to go before Tue 09 Feb 2027 00:00, which has passed"]


def test_a_window_that_is_over_is_the_reason_before_the_moment_is() -> None:
    life = live(a_life(email(), within="3d"), moment("2027-03-30"), amended(moment("2027-02-10", "12:00"), date(2027, 2, 9)))

    assert unsent(life) == ["2027-02-02 09:00 missed p/1/*: was due 2027-02-02 08:00 UTC, its window of 3d is over"]


def test_an_end_that_moves_back_and_forth_leaves_one_reminder_before_the_last() -> None:
    told = [amended(moment("2027-02-10"), date(2027, 6, 2)), amended(moment("2027-02-11"), date(2027, 3, 2))]
    life = live(a_life(email()), moment("2027-04-30"), *told)

    assert days(life) == ["2027-02-23"]


def test_a_move_of_the_zone_moves_the_moment() -> None:
    """Due and paused in Berlin; the customer is in Tokyo now, where the second of March begins eight hours earlier."""
    life = rests(a_life(email()), moment("2027-02-20"), moment("2027-02-24"))
    assert len(life.touches) == 1
    life = a_life(email())
    life.advance(moment("2027-02-20"))
    pause(life, life.now, "a test")
    life.look_again()
    live(life, moment("2027-03-01", "17:00"), changed(moment("2027-02-25"), timezone="Asia/Tokyo"))
    resume(life, life.now)
    life.look_again()

    assert touched(life) == []
    assert [line[:16] for line in unsent(life, Outcome.MISSED)] == ["2027-03-02 00:00"]
