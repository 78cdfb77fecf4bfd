"""Each term has its own end, and each person is told before it or not at all."""

from datetime import datetime

from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.touch import Answer, Receipt, Touch
from tests.lifecycle.building import (
    a_play,
    a_playbook,
    email,
    live,
    living,
    moment,
    renewed,
    touched,
    unsent,
)
from tests.lifecycle.calls import no_repeat, pause, resolve, resume
from tests.lifecycle.engine.before_a_moment.reminders import BEFORE_END, PASSED, a_life, rests


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

    assert touched(life) == ["2027-03-04 09:00 catch_up/1/list"]
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
