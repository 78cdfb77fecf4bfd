"""A rhythm whose beats are held back for long: the last one goes, and none piles up on it."""

from lifecycle.domain.enums import Outcome
from tests.lifecycle.building import a_play, a_playbook, email, living, moment, touched
from tests.lifecycle.calls import pause, resume


def test_of_beats_held_back_through_a_pause_the_last_one_goes() -> None:
    life = living(a_playbook(onboarding={"weekly": a_play(email(), every="7d", within="20d")}))
    pause(life, life.now, "their merger")
    life.look_again()

    life.advance(moment("2026-03-24", "12:00"))
    assert touched(life) == []
    resume(life, life.now)
    life.look_again()

    assert touched(life) == ["2026-03-24 12:00 weekly/3/email-note"]
    given_up = [(entry.key, entry.why) for entry in life.life.log.touches() if entry.outcome is Outcome.MISSED]
    assert given_up == [
        ("acme/1/weekly/1/email-note", "held back until the next one came due"),
        ("acme/1/weekly/2/email-note", "held back until the next one came due"),
    ]
