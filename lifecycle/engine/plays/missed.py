"""Plays that were not started in time are remembered while their stage lasts: whoever came late has them told to its owner, and one may still be sent."""

from datetime import datetime

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import CATCH_UP
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.session import Session
from lifecycle.playbook.program import PlayProgram
from lifecycle.state.plays import CalledOff, CatchUp, MissedPlay
from lifecycle.state.room import MISSED, size_of_missed


def catch_up_key(session: Session) -> str:
    """The key of the task that lists what a late start has missed: one for each visit to a stage."""
    life = session.life
    return f"{life.customer.id}/{life.key_term}/{CATCH_UP}/{_occurrence(session)}/list"


def _occurrence(session: Session) -> str:
    return str(session.life.progress.visits)


def note_missed(session: Session, play: PlayProgram, missed: MissedPlay, moment: datetime) -> None:
    """Remember a start whose window was over at that moment (UTC). The first that a late start has missed has the owner told of them all."""
    plays, late_since = session.life.plays, session.life.progress.late_since
    missed.late = late_since is not None and missed.due < late_since and moment <= late_since
    # Of a rhythm the last beat may be made up for, and no more.
    kept = [each for each in plays.missed if each.play != missed.play or (play.play.every is None and each.occurrence != missed.occurrence)]
    plays.missed = [*kept, missed]
    while len(plays.missed) > 1 and sum(map(size_of_missed, plays.missed)) > MISSED:
        plays.missed.remove(min(plays.missed, key=lambda each: each.due))
    if missed.late and plays.catch_up is None and session.program.plan.told_of_late_start:
        plays.catch_up = CatchUp(ask_at=late_since)


def forget_beat(session: Session, play: PlayProgram) -> None:
    """A later beat of a rhythm has come: the one that was missed is made up for no more."""
    plays = session.life.plays
    if plays.missed and play.play.every is not None:
        plays.missed = [each for each in plays.missed if each.play != play.id]


def forget_missed(session: Session, moment: datetime) -> None:
    """The stage ends at that moment (UTC): nothing of it is made up for any more, and a list that has not gone out does not."""
    plays = session.life.plays
    plays.missed, catch_up = [], plays.catch_up
    if catch_up is None:
        return
    plays.catch_up = None
    stage = session.program.stage.value
    why = Why(Cause.STAGE_ENDED, f"the stage {stage} ended before anybody was told what a late start had missed in it")
    key = catch_up_key(session)
    if key in plays.in_flight:
        plays.withdrawn.setdefault(key, CalledOff.of(moment, why))
    else:
        session.note_play_unsent(CATCH_UP, _occurrence(session), Outcome.CANCELLED, moment, why)


def note_nothing_left(session: Session, at: datetime) -> None:
    """Write down that nobody needs to be told: what the late start has missed is done, or not wanted any more."""
    why = Why(Cause.UNTIL, "nothing of what the late start has missed is still wanted")
    session.note_play_unsent(CATCH_UP, _occurrence(session), Outcome.SKIPPED, at, why)
