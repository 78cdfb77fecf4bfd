"""What is held back until its moment has passed is void: by a pause, an outage, the cap, the hours, a provider."""

from datetime import datetime

import pytest

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt, Touch
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    email,
    escalate,
    live,
    living,
    moment,
    task,
    touched,
    unsent,
    wait,
)
from tests.lifecycle.engine.before_a_moment.reminders import ANY_STEP, BEFORE_END, CAPPED, PASSED, a_life, days, rests, spans
from tests.lifecycle.properties.worlds import Lived, World
from tests.lifecycle.rules.judging import NO_JITTER


@pytest.mark.parametrize("step", ANY_STEP)
def test_what_is_paused_over_the_moment_is_void(step: Raw) -> None:
    life = rests(a_life(step, task("behind")), moment("2027-02-20"), moment("2027-03-04"))
    life.advance(moment("2027-03-30"))

    assert touched(life) == []
    [held, missed] = unsent(life)
    assert held.startswith("2027-02-23 09:00 delayed p/1/")
    assert missed.startswith("2027-03-02 00:00 missed p/1/")
    assert missed.endswith(f": {PASSED}; it was held back until then: paused")


@pytest.mark.parametrize("step", ANY_STEP)
def test_what_a_pause_lets_go_before_the_moment_goes(step: Raw) -> None:
    life = rests(a_life(step), moment("2027-02-20"), moment("2027-03-01", "23:00"))
    life.advance(moment("2027-03-30"))

    assert [line[:16] for line in touched(life)] == ["2027-03-01 23:00"]


@pytest.mark.parametrize("step", ANY_STEP)
@pytest.mark.parametrize(
    ("away", "back", "goes"),
    [
        pytest.param("2027-02-20", "2027-03-01", True, id="back on the day before"),
        pytest.param("2027-02-20", "2027-03-02", False, id="back on the day of the end"),
        pytest.param("2027-02-20", "2027-03-10", False, id="back in the days of grace"),
        pytest.param("2027-02-20", "2027-04-10", False, id="back when the customer is lost"),
    ],
)
def test_what_comes_due_while_the_workers_are_away_is_void_once_the_moment_has_passed(step: Raw, away: str, back: str, goes: bool) -> None:
    playbook = a_playbook(renewal={"p": a_play(step, at=BEFORE_END, within="60d")})
    lived = Lived(playbook, a_customer(), [], 420, World(away=(moment(away), moment(back))))

    assert [one.touch.play for one in lived.acted] == (["p"] if goes else [])
    if not goes:
        assert f"2027-02-23 09:00 touch play p missed: {PASSED}" in spans(lived)


def test_a_wait_that_is_over_while_the_workers_are_away_leads_to_nothing_once_the_moment_has_passed() -> None:
    playbook = a_playbook(renewal={"p": a_play(email(), wait("3d"), task(), at=BEFORE_END, within="60d")})
    lived = Lived(playbook, a_customer(), [], 420, World(away=(moment("2027-02-24"), moment("2027-03-04"))))

    assert [one.touch.name for one in lived.acted] == ["note"]
    assert f"2027-03-02 00:00 touch task task missed: {PASSED}" in spans(lived)


@pytest.mark.parametrize(
    ("first", "fate"),
    [
        pytest.param("2027-02-17", ["2027-02-17", "2027-02-27"], id="the cap lifts before the end"),
        pytest.param("2027-02-22", ["2027-02-22"], id="the cap lifts after it"),
    ],
)
def test_what_the_cap_holds_back_goes_before_the_moment_or_not_at_all(first: str, fate: list[str]) -> None:
    plays = {
        "news": a_play(email("news"), on="login"),
        "p": a_play(email(), at=BEFORE_END, within="30d"),
    }
    life = live(living(a_playbook(renewal=plays, rest=CAPPED)), moment("2027-03-30"), an_event("login", moment(first, "12:00")))

    assert days(life) == fate
    assert [line[:26] for line in unsent(life, Outcome.MISSED)] == ([] if len(fate) > 1 else ["2027-02-23 09:00 missed p/"])


def test_what_stands_behind_another_play_of_higher_priority_goes_before_the_moment_or_not_at_all() -> None:
    plays = {
        "first": a_play(email("first"), at=BEFORE_END, priority=90),
        "p": a_play(email(), at=BEFORE_END, within="30d", priority=10),
    }
    life = living(a_playbook(renewal=plays, rest=CAPPED))
    life.advance(moment("2027-03-30"))

    assert [touch.play for touch in life.touches] == ["first"]
    [line] = unsent(life, Outcome.MISSED)
    assert line.startswith("2027-02-23 09:00 missed p/1/email-note: behind play first, which had priority")
    assert line.endswith("its window is over before it may go")


@pytest.mark.parametrize(
    ("at", "step", "fate"),
    [
        pytest.param({"before_end": "1d", "time": "20:00"}, email(), [], id="the evening before"),
        pytest.param({"before_end": "1d", "time": "20:00"}, task(), [], id="the evening before: people of ours too"),
        pytest.param({"before_end": "1d", "time": "20:00"}, escalate(level=1), ["2027-03-01 20:00"], id="but not what may wake them"),
        pytest.param({"before_end": "2d"}, email(), ["2027-03-01 09:00"], id="Sunday, with an open Monday before the end"),
        pytest.param({"before_end": "3h"}, email(), [], id="hours before"),
        pytest.param({"before_end": "1bd"}, email(), ["2027-03-01 09:00"], id="a business day before"),
        pytest.param({"before": "2bh", "of": "contract_end"}, email(), ["2027-03-01 16:00"], id="working hours before"),
    ],
)
def test_what_the_hours_hold_back_goes_before_the_moment_or_not_at_all(at: Raw, step: Raw, fate: list[str]) -> None:
    life = a_life(step, at=at, rest=NO_JITTER)
    life.advance(moment("2027-03-30"))

    assert [line[:16] for line in touched(life)] == fate
    assert len(unsent(life, Outcome.MISSED)) == (0 if fate else 1)


@pytest.mark.parametrize("step", ANY_STEP)
def test_a_provider_that_is_down_over_the_moment_is_not_asked_after_it(step: Raw) -> None:
    asked: list[datetime] = []

    def down(touch: Touch, at: datetime) -> Receipt:
        asked.append(at)
        return Receipt(key=touch.key, answer=Answer.RETRY, why="down")

    life = living(a_playbook(renewal={"p": a_play(step, task("behind"), at=BEFORE_END, within="30d")}), perform=down)
    life.advance(moment("2027-03-30"))

    assert asked[0] == moment("2027-02-23")
    assert max(asked) < moment("2027-03-02", "00:00")
    assert len(unsent(life, Outcome.FAILED, Outcome.MISSED)) == 2 or unsent(life, Outcome.FAILED)[0].startswith("2027-03-01")


def test_a_touch_that_nobody_begins_before_the_moment_lapses_at_it() -> None:
    life = a_life(email(), rest=NO_JITTER, at={"before_end": "1d"})
    life.advance(moment("2027-03-01", "09:00"))
    [touch] = life.touches
    assert touch.not_after == moment("2027-03-01", "18:00")

    life = a_life(task(), at={"before_end": "1d"})
    life.advance(moment("2027-03-01", "09:00"))
    [touch] = life.touches
    assert touch.not_after == moment("2027-03-02", "00:00"), "what is internal is not tried for a week either"
