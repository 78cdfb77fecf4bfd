"""What is promised goes, at the moment that is promised, if nothing is told in between."""

import pytest

from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import in_markdown, next_touch_at, planned_plays, status_of
from tests.lifecycle.building import (
    STRICT_POLICY,
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
    wait,
    wait_for,
)
from tests.lifecycle.calls import pause, resume

HOURS: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}


def promised(life: Simulation) -> list[tuple[str, object]]:
    return [(plan.play, plan.at) for plan in planned_plays(life.session, life.now)]


@pytest.mark.parametrize(
    ("play", "goes"),
    [
        pytest.param(a_play(task(), at={"day": 10}), "2026-03-12 09:00", id="its day"),
        pytest.param(a_play(task(), at={"day": 10}, until="handoff.accepted"), None, id="what it works towards is so already"),
        pytest.param(a_play(task(), at={"day": 10}, if_='tier == "B"'), None, id="its condition does not hold"),
        pytest.param(a_play(task(), at={"day": 10}, if_="day > 11"), None, id="its condition will not hold on that day"),
        pytest.param(a_play(task(), at={"day": 100}), None, id="its day lies beyond the stage"),
        pytest.param(a_play(task() | {"if": 'tier == "B"'}, at={"day": 10}), None, id="its only step's condition does not hold"),
        pytest.param(a_play(email(to=["billing"]), at={"day": 10}), None, id="nobody holds the role"),
        pytest.param(a_play(email(), at={"day": 12}), "2026-03-16 09:00", id="a weekend"),
        pytest.param(a_play(email(), at={"day": 10, "time": "20:00"}), "2026-03-13 09:00", id="an evening"),
        pytest.param(a_play(email(), at={"day": 32}, within="5d"), "2026-04-07 09:00", id="Easter"),
        pytest.param(a_play(email(), at={"day": 32}, within="1d"), "2026-04-07 09:00", id="Easter, which its window does not reach over"),
        pytest.param(a_play(email(), at={"day": 32}, within="1d", closed="drop"), None, id="Easter, and what is closed is dropped"),
        pytest.param(a_play(wait("3d"), task(), at={"day": 10}), "2026-03-16 09:00", id="it waits first"),
        pytest.param(a_play(wait_for("login", "3d", otherwise=[task()]), at={"day": 10}), "2026-03-16 09:00", id="it waits for an event first"),
        pytest.param(a_play(task(), every="10d"), "2026-03-12 09:00", id="a rhythm"),
        pytest.param(a_play(task(), silent_for="20d"), "2026-03-23 09:00", id="a silence"),
        pytest.param(a_play(task(), on="login"), None, id="nobody knows when its event comes"),
        pytest.param(a_play(task(), when="handoff.accepted", for_="20d"), "2026-03-25 09:00", id="a condition that holds"),
        pytest.param(a_play(task(), overdue=["imported"]), "2026-03-23 09:00", id="a milestone that nobody has reached"),
    ],
)  # fmt: skip
def test_a_play_is_promised_for_the_moment_at_which_it_can_go_or_not_at_all(play: Raw, goes: str | None) -> None:
    milestones = {"imported": {"kind": "customer", "due": "20d"}}
    life = living(a_playbook(milestones=milestones, onboarding={"p": play}, rest=HOURS))
    live(life, moment("2026-03-06"), an_event("handoff.accepted", moment("2026-03-05")))

    at = moment(*goes.split()) if goes else None
    assert promised(life) == ([("p", at)] if goes else [])
    assert next_touch_at(life.session, life.now) == at
    life.advance(moment("2026-05-30"))
    assert touched(life)[:1] == ([f"{goes} {touched(life)[0].split()[-1]}"] if goes else [])


def test_a_message_behind_the_cap_is_promised_for_when_the_cap_lets_it_go() -> None:
    mails = {name: a_play(email(name), at={"day": 10}, within="20d") for name in ("a", "b", "c")}
    life = living(a_playbook(onboarding=mails, rest=HOURS))

    assert promised(life) == [("a", moment("2026-03-12")), ("b", moment("2026-03-12")), ("c", moment("2026-03-19"))]


def test_while_it_is_paused_nothing_is_promised_and_the_status_says_so() -> None:
    plays = {"p": a_play(task(), at={"day": 10}), "held": a_play(task(), at={"day": 1})}
    life = living(a_playbook(onboarding=plays))
    pause(life, life.now, "merger", "Kim Lee")
    life.advance(moment("2026-03-04"))
    status = status_of(life.session, life.now)

    assert (status.planned, status.next_touch_at, status.paused_by) == ([], None, "Kim Lee")
    assert "**Paused** by Kim Lee: merger. Nothing goes out until it is resumed; events are taken in." in in_markdown(status)
    assert "Comes next" not in in_markdown(status)

    resume(life, life.now)
    assert status_of(life.session, life.now).next_touch_at == life.now


def test_what_a_run_does_when_its_wait_is_over_is_promised_too_and_is_no_new_start() -> None:
    life = living(a_playbook(onboarding={"p": a_play(wait_for("login", "10d", otherwise=[escalate()]), at={"day": 1})}))
    life.advance(moment("2026-03-04"))

    assert (promised(life), next_touch_at(life.session, life.now)) == ([], moment("2026-03-13"))


def test_before_the_enrolment_its_first_touch_is_promised() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 1})}), a_customer())

    assert next_touch_at(life.session, moment("2026-03-01")) == moment("2026-03-03")


def test_after_the_stage_nothing_is_promised() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 1})}, growth={"g": a_play(task(), at={"day": 1})}))
    life.advance(moment("2026-03-04"))

    assert (promised(life), next_touch_at(life.session, life.now)) == ([], None)
