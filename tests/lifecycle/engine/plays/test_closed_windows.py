"""What is due on a closed day goes on the first open one (mautic/mautic#7458): a window without an open hour reaches to its end."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from lifecycle.domain.enums import Outcome, Tier
from lifecycle.domain.touch import Answer, Receipt, Touch
from runtime.playbook_files import load
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    email,
    escalate,
    living,
    moment,
    opened,
    survey,
    task,
    touched,
    unsent,
    utc,
)
from tests.lifecycle.calls import pause, resume
from tests.lifecycle.properties.worlds import Lived, World
from tests.lifecycle.rules.judging import NO_JITTER

EASTER = date(2026, 3, 20)
"""A contract's start from which day 14 is Good Friday, 3 April 2026."""
GOOD_FRIDAY = "Friday 03 April is Good Friday, no business day in DE, Monday 06 April is Easter Monday"


def lived(
    play: Raw, *, start: date = EASTER, days: int = 365, zone: tuple[str, str] = ("Europe/Berlin", "DE"), stage: str = "onboarding"
) -> Any:
    customer = a_customer(start=start, end=date.fromordinal(start.toordinal() + days), timezone=zone[0], country=zone[1])
    life = living(a_playbook(**{stage: {"p": play}}, rest=NO_JITTER), customer)
    life.advance(utc("2026-12-20"))
    return life


def test_the_check_in_that_falls_on_good_friday_goes_on_the_tuesday_after_easter() -> None:
    standard, _ = load(Path(__file__).parents[4] / "playbooks" / "standard.yaml")
    life = living(standard, a_customer(start=EASTER, end=date(2027, 3, 20), tier=Tier.C))
    life.advance(moment("2026-04-08"))

    assert [line for line in touched(life) if "checkin-14" in line] == ["2026-04-07 09:19 checkin-14/1/email-checkin-14"]
    assert [line for line in unsent(life) if "checkin-14" in line] == [
        f"2026-04-03 09:19 delayed checkin-14/1/email-checkin-14: {GOOD_FRIDAY}"
    ]


@pytest.mark.parametrize(
    ("within", "goes"),
    [
        pytest.param("0d", "2026-04-07 09:00", id="no window at all"),
        pytest.param("2h", "2026-04-07 09:00", id="two hours"),
        pytest.param("3d", "2026-04-07 09:00", id="three days, all closed"),
        pytest.param("1w", "2026-04-07 09:00", id="a week, which has open days"),
        pytest.param("2bd", "2026-04-07 09:00", id="two business days"),
        pytest.param("1bh", "2026-04-07 09:00", id="a working hour"),
    ],
)
@pytest.mark.parametrize("step", [email(), task(), escalate(), survey()])
def test_a_window_that_is_closed_throughout_reaches_to_the_first_open_day(step: Raw, within: str, goes: str) -> None:
    assert [line[:16] for line in touched(lived(a_play(step, at={"day": 14}, within=within)))] == [goes]


@pytest.mark.parametrize("step", [email(), escalate()])
def test_a_play_that_drops_what_is_closed_misses_it(step: Raw) -> None:
    life = lived(a_play(step, at={"day": 14}, within="3d", closed="drop"))

    assert touched(life) == []
    [line] = unsent(life)
    assert line.startswith("2026-04-03 09:00 missed p/1/")
    assert line.endswith(f"{GOOD_FRIDAY}, and its window is over before it may go")


def test_a_play_that_drops_what_is_closed_goes_on_open_days_inside_its_window() -> None:
    assert touched(lived(a_play(email(), at={"day": 14}, within="1w", closed="drop"))) == ["2026-04-07 09:00 p/1/email-note"]


@pytest.mark.parametrize(
    ("zone", "start", "goes"),
    [
        pytest.param(("Asia/Shanghai", "CN"), date(2026, 9, 17), "2026-10-08 09:00", id="the eight days of China's national day"),
        pytest.param(("Africa/Cairo", "EG"), date(2026, 5, 22), "2026-06-07 09:00", id="a weekend from Friday to Sunday"),
        pytest.param(("Asia/Tokyo", "JP"), date(2026, 4, 20), "2026-05-07 09:00", id="the Golden Week"),
    ],
)
def test_the_first_open_day_may_be_far_away(zone: tuple[str, str], start: date, goes: str) -> None:
    assert [line[:16] for line in touched(lived(a_play(email(), at={"day": 14}, within="1d"), start=start, zone=zone))] == [goes]


def test_a_night_is_waited_out_too() -> None:
    assert touched(lived(a_play(email(), at={"day": 3, "time": "20:00"}, within="2h"))) == ["2026-03-24 09:00 p/1/email-note"]


# ---- but no further


@pytest.mark.parametrize(
    ("outlives", "fate"),
    [
        pytest.param({}, [], id="its stage ends on Sunday"),
        pytest.param({"outlives_stage": True}, ["2026-03-30 09:00 p/1/email-note"], id="it outlives its stage"),
    ],
)
def test_it_never_reaches_past_the_play_s_stage(outlives: Raw, fate: list[str]) -> None:
    """Thirty days from 19 March: onboarding ends on Sunday the 29th, and Saturday is its last day."""
    life = lived(a_play(email(), at={"day": 9}, within="1d", **outlives), start=date(2026, 3, 19), days=30)

    assert touched(life) == fate
    assert [line.partition(":")[0] + line.partition(":")[2][:10] for line in unsent(life, Outcome.MISSED)] == (
        [] if fate else ["2026-03-28 0900 missed "]
    )


@pytest.mark.parametrize(
    ("end", "at", "stage", "fate"),
    [
        pytest.param(date(2026, 7, 13), {"before_end": "2d"}, "renewal", [], id="before an end on Monday: missed"),
        pytest.param(date(2026, 7, 14), {"before_end": "2d"}, "renewal", ["2026-07-13 09:00 p/1/email-note"], id="before one on Tuesday"),
        pytest.param(date(2026, 7, 13), {"before": "2d", "of": "contract_end"}, "renewal", [], id="before the contract's end"),
        pytest.param(date(2026, 7, 12), {"after": "0d", "of": "contract_end"}, "renewal", ["2026-07-13 09:00 p/1/email-note"], id="after it"),
    ],
)  # fmt: skip
def test_it_never_reaches_past_the_moment_that_the_play_comes_before(end: date, at: Raw, stage: str, fate: list[str]) -> None:
    play = a_play(email(), at=at, within="1d")
    life = lived(play, start=date(2026, 1, 14), days=(end - date(2026, 1, 14)).days, stage=stage)

    assert touched(life) == fate
    assert len(unsent(life, Outcome.MISSED)) == (0 if fate else 1)


def test_a_window_that_has_had_an_open_hour_reaches_no_further() -> None:
    """Due on Thursday at noon, paused until Good Friday in the evening."""
    customer = a_customer(start=EASTER, end=date(2027, 3, 20))
    life = living(a_playbook(onboarding={"p": a_play(email(), at={"day": 13, "time": "12:00"}, within="1d")}, rest=NO_JITTER), customer)
    life.advance(moment("2026-04-02"))
    pause(life, life.now, "a test")
    life.advance(moment("2026-04-03", "20:00"))
    resume(life, life.now)
    life.look_again()
    life.advance(moment("2026-04-10"))

    assert touched(life) == []
    assert [line[:26] for line in unsent(life)] == ["2026-04-02 12:00 delayed p", "2026-04-03 12:00 missed p/"]


# ---- late workers and providers that are down


def test_a_start_that_comes_late_still_has_the_first_open_day() -> None:
    """The workers are away from Good Friday on."""
    customer = a_customer(start=EASTER, end=date(2027, 3, 20))
    plays = {"in-time": a_play(email("in-time"), at={"day": 14}, within="1d"), "late": a_play(email("late"), at={"day": 13}, within="1d")}
    playbook = a_playbook(onboarding=plays, rest=NO_JITTER)

    def back_at(clock: str) -> list[str]:
        world = World(away=(moment("2026-04-02", "08:00"), moment("2026-04-07", clock)))
        return [one.touch.play for one in Lived(playbook, customer, [], 30, world).acted]

    assert back_at("17:00") == ["in-time"]
    assert back_at("18:01") == []


def test_a_provider_that_is_down_on_the_first_open_day_is_asked_again_until_its_end() -> None:
    def world(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.DONE if at >= moment("2026-04-07", "14:00") else Answer.RETRY, why="down")

    customer = a_customer(start=EASTER, end=date(2027, 3, 20))
    life = living(a_playbook(onboarding={"p": a_play(email(), at={"day": 14}, within="1d")}, rest=NO_JITTER), customer, perform=world)
    life.advance(moment("2026-04-10"))

    assert touched(life)[-1] == "2026-04-07 14:15 p/1/email-note"
    assert [line[:33] for line in unsent(life, Outcome.FAILED, Outcome.MISSED)] == []


def test_what_a_ticket_at_night_asks_for_is_never_lost() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), on="ticket.opened", within="0d")}, rest=NO_JITTER))
    life.advance(moment("2026-03-06", "22:00"))
    life.tell(opened("2026-03-06", "T1", "22:00"))
    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-09 09:00 p/1/task"]
