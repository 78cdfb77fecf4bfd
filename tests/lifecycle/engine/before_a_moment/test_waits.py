"""What a play's own waits lead to goes, after the moment too."""

from datetime import date

from lifecycle.domain.enums import Outcome
from tests.lifecycle.building import (
    a_play,
    a_playbook,
    amended,
    changed,
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
    wait_for,
)
from tests.lifecycle.engine.before_a_moment.reminders import BEFORE_END, a_life, days, rests


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
