"""A play that comes before a moment is void once the moment has passed: nobody is reminded of an end after the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.state.log import EntryKind
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
    escalate,
    live,
    living,
    meeting,
    moment,
    offer,
    renewed,
    survey,
    task,
    touched,
    unsent,
    wait,
    wait_for,
    webhook,
)
from tests.lifecycle.calls import apply, decide, no_repeat, pause, resolve, resume, state
from tests.lifecycle.engine.lines.reading import line_of
from tests.lifecycle.properties.worlds import Lived, World
from tests.lifecycle.rules.judging import NO_JITTER

END = date(2027, 3, 2)
"""A Tuesday: the term of `a_customer` ends with its first instant."""
PASSED = "it was to go before Tue 02 Mar 2027 00:00, which has passed"
BEFORE_END: Raw = {"before_end": "7d"}
ANY_STEP = [
    pytest.param(email(), id="an email"),
    pytest.param(survey(), id="a survey"),
    pytest.param(meeting(), id="a meeting"),
    pytest.param(offer(), id="an offer"),
    pytest.param(task(), id="a task"),
    pytest.param(escalate(), id="an escalation"),
    pytest.param(webhook(), id="a webhook"),
]


def spans(life: Simulation | Lived) -> list[str]:
    """The lines of touches, plays and waits."""
    kinds = (EntryKind.TOUCH, EntryKind.PLAY, EntryKind.WAIT)
    return [line_of(entry, life.life.zone) for entry in state(life).timeline if entry.kind in kinds]


def days(life: Simulation) -> list[str]:
    return [line[:10] for line in touched(life)]


def a_life(*steps: Raw, at: Raw = BEFORE_END, within: str = "30d", rest: Raw | None = None, **fields: object) -> Simulation:
    """A renewal's play with a long window, so that only the end can bound it."""
    return living(a_playbook(renewal={"p": a_play(*steps, at=at, within=within, **fields)}, rest=rest))


def rests(life: Simulation, since: datetime, until: datetime) -> Simulation:
    """Paused from then until then."""
    life.advance(since)
    pause(life, life.now, "a test")
    life.look_again()
    life.advance(until)
    resume(life, life.now)
    life.look_again()
    return life


# ---- what holds a touch back until the moment has passed


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


ALL_DAY: Raw = {"opens": "00:00", "closes": "23:59", "business_days": False}
CAPPED: Raw = {"contact_policy": {"cap": {"emails": 1, "per": "10d"}, "hours": ALL_DAY, "jitter": "0s"}}


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


# ---- the moment moves


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


# ---- what its own waits lead to, after the moment too


def test_steps_that_the_plays_own_waits_lead_past_the_moment_go() -> None:
    """A ladder of a task, a wait that nobody answers: they are about what has not been done by the end."""
    renewal = {
        "ladder": a_play(task("Call", due="5d", ladder=[{"after": "5d", "to": "boss"}]), at={"before_end": "3d"}),
        "chase": a_play(email(), wait_for("contract.renewed", "7d", otherwise=[escalate()]), at={"before_end": "3d"}),
        "late": a_play(email("early"), wait("5d"), email("late"), at={"before_end": "3d"}),
    }
    life = living(a_playbook(renewal=renewal))
    life.advance(moment("2027-03-30"))

    assert [line[:10] + line[16:] for line in touched(life)] == [
        "2027-02-27 chase/1/email-note",
        "2027-02-27 ladder/1/task",
        "2027-02-27 late/1/email-early",
        "2027-03-04 late/1/email-late",
        "2027-03-06 chase/1/escalate-cs-manager",
        "2027-03-09 ladder/1/task.rung-1",
    ]


def test_a_step_that_was_to_come_before_the_moment_does_not_come_after_it_because_another_was_held_back() -> None:
    """The first letter is held back for four days, so its wait of two is over a day after the end."""
    life = rests(a_life(email("first"), wait("2d"), email("second"), at={"before_end": "5d"}), moment("2027-02-20"), moment("2027-03-01"))
    life.advance(moment("2027-03-30"))

    assert days(life) == ["2027-03-01"]
    assert [line[:24] for line in unsent(life, Outcome.MISSED)] == ["2027-03-03 09:00 missed "]


def test_a_wait_is_void_with_its_play_when_the_end_moves_to_the_past() -> None:
    renewal = {"p": a_play(email(), wait_for("contract.renewed", "14d", otherwise=[escalate()]), at=BEFORE_END)}
    life = live(living(a_playbook(renewal=renewal)), moment("2027-03-06"), amended(moment("2027-02-25"), date(2027, 2, 24)))

    assert [line[16:] for line in touched(life)] == [" p/1/email-note"]
    assert ended(life) == ["2027-02-25 09:00 p: it was to go before Wed 24 Feb 2027 00:00, which has passed"]


def test_a_wait_that_has_led_past_the_moment_goes_on_whatever_else_changes() -> None:
    renewal = {"p": a_play(email(), wait_for("contract.renewed", "14d", otherwise=[escalate()]), at=BEFORE_END)}
    life = live(living(a_playbook(renewal=renewal)), moment("2027-03-12"), changed(moment("2027-03-04"), name="Acme Ltd"))

    assert [line[:10] for line in touched(life)] == ["2027-02-23", "2027-03-09"]


# ---- every anchor


@dataclass(frozen=True)
class Anchored:
    """A play before an anchor that is paused from before it is due until after the anchor, or until just before it."""

    stage: str
    at: Raw
    passes: str
    customer: Callable[[], Customer] = a_customer
    outlives: bool = False
    enrolled: str = ""
    events: tuple[Event, ...] = ()


def a_trial() -> Customer:
    return a_customer(term=0, end=date(2026, 3, 30))


ANCHORS = [
    pytest.param(Anchored("renewal", {"before_end": "7d"}, "2027-03-02"), id="the contract's end"),
    pytest.param(Anchored("renewal", {"before": "7d", "of": "contract_end"}, "2027-03-02"), id="the contract's end, at length"),
    pytest.param(Anchored("renewal", {"before_end": "1/4"}, "2027-03-02"), id="a part of the term before its end"),
    pytest.param(Anchored("growth", {"before_end": "1/3"}, "2026-12-02", outlives=False), id="a third, in a growth that ends before it"),
    pytest.param(Anchored("growth", {"before_end": "1/3"}, "2027-03-02", outlives=True), id="a third, outliving growth"),
    pytest.param(Anchored("trial", {"before_end": "5d"}, "2026-03-30", a_trial), id="the trial's end"),
    pytest.param(Anchored("onboarding", {"before": "7d", "of": "stage_end"}, "2026-05-31", outlives=True), id="onboarding's end, outliving"),
    pytest.param(Anchored("growth", {"before": "7d", "of": "stage_end"}, "2026-12-02", outlives=True), id="growth's end, outliving"),
    pytest.param(Anchored("renewal", {"before": "3d", "of": "stage_end"}, "2027-03-16", outlives=True), id="renewal's end"),
    pytest.param(
        Anchored("onboarding", {"before": "3d", "of": "contract_start"}, "2026-03-02", enrolled="2026-02-20"), id="the contract's start"
    ),
    pytest.param(
        Anchored("onboarding", {"before": "3d", "of": "stage_start"}, "2026-03-02", enrolled="2026-02-20"), id="the stage's start"
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", ANCHORS)
@pytest.mark.parametrize("step", [email(), task()])
@pytest.mark.parametrize("held", ["over it", "until the evening before"])
def test_every_moment_that_a_play_may_come_before_bounds_it(case: Anchored, step: Raw, held: str) -> None:
    passes = date.fromisoformat(case.passes)
    play = a_play(step, at=case.at, within="300d", **({"outlives_stage": True} if case.outlives else {}))
    customer = case.customer()
    life = living(a_playbook(**{case.stage: {"p": play}}), customer, moment(case.enrolled) if case.enrolled else None)
    pause(life, life.now, "a test")
    life.look_again()
    life.advance(moment(passes, "12:00") if held == "over it" else moment(date.fromordinal(passes.toordinal() - 1), "20:00"))
    resume(life, life.now)
    life.look_again()
    life.advance(moment(date.fromordinal(passes.toordinal() + 10)))

    assert len(life.touches) == (0 if held == "over it" else 1)
    assert len(unsent(life, Outcome.MISSED, Outcome.CANCELLED)) == (1 if held == "over it" else 0)


@pytest.mark.parametrize(
    ("at", "stage"),
    [
        pytest.param({"before_end": "0d"}, "renewal", id="no days before the end"),
        pytest.param({"before": "0d", "of": "contract_end"}, "renewal", id="no days before it, at length"),
        pytest.param({"after": "0d", "of": "contract_end"}, "renewal", id="after it"),
    ],
)
def test_a_play_of_the_day_itself_goes_on_it(at: Raw, stage: str) -> None:
    life = living(a_playbook(**{stage: {"p": a_play(task(), at=at)}}))
    life.advance(moment("2027-03-30"))

    assert touched(life) == ["2027-03-02 09:00 p/1/task"]


def test_a_play_of_the_day_on_which_a_milestone_is_reached_goes_though_its_hour_is_past() -> None:
    plays = {"p": a_play(task(), at={"before": "0d", "of": "milestone:imported"})}
    playbook = a_playbook(onboarding=plays, milestones={"imported": {"kind": "customer", "due": "20d"}})
    life = live(living(playbook), moment("2026-03-20"), an_event("milestone.reached", moment("2026-03-10", "15:00"), milestone="imported"))

    assert touched(life) == ["2026-03-10 15:00 p/1/task"]


def test_a_stage_that_ends_before_its_day_is_the_end_of_what_was_to_go_before_its_end() -> None:
    """Onboarding is cut short by an amendment while the survey of its last week is held back, though that outlives its stage."""
    plays = {"p": a_play(email(), wait("20d"), task(), at={"before": "20d", "of": "stage_end"}, within="30d", outlives_stage=True)}
    life = living(a_playbook(onboarding=plays))
    life.advance(moment("2026-05-10"))
    pause(life, life.now, "a test")
    life.look_again()
    live(life, moment("2026-05-20"), amended(moment("2026-05-20"), date(2026, 6, 2)))
    resume(life, life.now)
    life.look_again()
    life.advance(moment("2026-05-31"))

    assert touched(life) == []
    assert [line.split(":")[0] + line.partition(": ")[2] for line in unsent(life, Outcome.CANCELLED)] == [
        "2026-05-20 09it was to go before Wed 20 May 2026 09:00, which has passed; it was held back until then: paused"
    ]


# ---- terms and people


def test_a_second_term_has_its_own_end() -> None:
    life = live(
        living(a_playbook(renewal={"p": a_play(email(), at=BEFORE_END, within="30d")})), moment("2028-02-20"), renewed(moment("2027-02-10"))
    )
    assert touched(life) == []

    rests(life, moment("2028-02-22"), moment("2028-03-04"))
    life.advance(moment("2028-03-10"))

    assert touched(life) == []
    assert unsent(life, Outcome.MISSED) == [
        "2028-03-02 00:00 missed p/1/email-note: it was to go before Thu 02 Mar 2028 00:00, which has passed; it was held back until then: paused"
    ]


def test_what_outlives_its_stage_keeps_the_end_of_its_own_term() -> None:
    """The renewal's letter is held back when the next term begins: that has another end, and the letter speaks of the old one."""
    playbook = a_playbook(renewal={"p": a_play(email(), at=BEFORE_END, within="30d", outlives_stage=True)})
    life = living(playbook)
    life.advance(moment("2027-02-20"))
    pause(life, life.now, "a test")
    life.look_again()
    live(life, moment("2027-03-05"), renewed(moment("2027-02-26")))
    resume(life, life.now)
    life.look_again()
    life.advance(moment("2027-03-20"))

    assert touched(life) == []
    assert len(unsent(life, Outcome.MISSED)) == 1


def test_a_run_that_an_older_build_began_is_void_too() -> None:
    life = a_life(email())
    life.advance(moment("2027-02-20"))
    pause(life, life.now, "a test")
    life.look_again()
    life.advance(moment("2027-02-24"))
    for run in life.life.plays.runs.values():
        run.comes_before = run.planned = None
    resume(life, life.now)
    pause(life, life.now, "a test")
    life.look_again()
    life.advance(moment("2027-03-03"))
    resume(life, life.now)
    life.look_again()

    assert touched(life) == []
    assert [line[:24] for line in unsent(life, Outcome.MISSED)] == ["2027-03-02 00:00 missed "]


def test_a_late_enrolment_is_not_reminded_of_an_end_that_has_passed() -> None:
    life = living(a_playbook(renewal={"p": a_play(email(), at=BEFORE_END, within="30d")}), at=moment("2027-03-04"))
    life.advance(moment("2027-03-10"))

    assert touched(life) == []
    assert unsent(life) == [f"2027-02-23 09:00 missed p/1/*: {PASSED}"]


def test_nothing_that_was_to_go_before_a_moment_is_done_again_after_it() -> None:
    def unknown(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.UNKNOWN, why="cut off")

    playbook = a_playbook(renewal={"p": a_play(email(), at=BEFORE_END, within="30d")})
    life = living(playbook, perform=unknown)
    key = "acme/1/p/1/email-note"
    life.advance(moment("2027-03-01"))
    assert no_repeat(life, key) == ""
    life.advance(moment("2027-03-03"))
    life.life.progress.decided_until = life.now

    assert "(the moment that it was to go before has passed)" in no_repeat(life, key)
    resolve(life, key, Resolution.AGAIN, life.now)
    life.look_again()
    assert len([touch for touch in life.touches if touch.key == key]) == 1


@pytest.mark.parametrize(
    ("at", "days", "goes"),
    [
        pytest.param({"before_end": "1d", "time": "23:50"}, 365, "2027-03-01 23:59", id="its share of the jitter leads past midnight"),
        pytest.param({"before_end": "1/3"}, 2, "2026-03-03 23:59", id="a third of two days is no day"),
        pytest.param({"before_end": "1/3"}, 10, "2026-03-09 09:00", id="a third of ten days is three"),
    ],
)
def test_what_comes_before_a_moment_is_due_before_it(at: Raw, days: int, goes: str) -> None:
    policy = {"cap": {"emails": 50, "per": "1d"}, "hours": ALL_DAY | {"closes": "24:00"}, "jitter": "23h"}
    customer = a_customer(end=date.fromordinal(date(2026, 3, 2).toordinal() + days))
    rest = {"contact_policy": policy | ({} if "time" in at else {"jitter": "0s"})}
    playbook = a_playbook(growth={"p": a_play(task(), at=at)}, renewal={"q": a_play(task(), at=at)}, rest=rest)
    life = living(playbook, customer)
    life.advance(moment("2027-03-30"))

    assert {line[:16] for line in touched(life)} == {goes}
