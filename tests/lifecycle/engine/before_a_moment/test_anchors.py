"""Every moment that a play may come before bounds it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from lifecycle.domain.enums import Outcome
from lifecycle.domain.people.customer import Customer
from lifecycle.facts.events import Event
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    email,
    live,
    living,
    moment,
    task,
    touched,
    unsent,
    wait,
)
from tests.lifecycle.calls import pause, resume
from tests.lifecycle.engine.before_a_moment.reminders import ALL_DAY


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
