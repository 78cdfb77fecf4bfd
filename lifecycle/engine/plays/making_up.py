"""What was missed and is still wanted: what a late start's owner is told of, and what is sent after all because somebody says so. Moments are UTC."""

from collections.abc import Iterator
from datetime import datetime

from lifecycle.engine.plays.starting import Start, used_up, why_forbidden
from lifecycle.engine.session import Session
from lifecycle.playbook.program import PlayProgram
from lifecycle.state.plays import MissedPlay


def missed_by_late_start(session: Session, at: datetime) -> Iterator[tuple[MissedPlay, PlayProgram]]:
    """What the late start has missed and is still wanted at that moment, in the order in which it was due.

    What has been reached, done or sent meanwhile is not, nor what an edit has removed or the customer's tier does not have; and of a rhythm
    that comes again in the stage nothing is lost.
    """
    for missed in _in_order(session):
        play = _play_of(session, missed)
        if missed.late and play is not None and _is_wanted(session, missed, play, at) and not _comes_again(session, play):
            yield missed, play


def lost_something(session: Session) -> bool:
    """Whether the late start has missed anything but a beat of a rhythm, wanted or not."""
    every = {play.id for play in session.program.here if play.play.every is not None}
    return any(missed.late and missed.play not in every for missed in session.life.plays.missed)


def _in_order(session: Session) -> list[MissedPlay]:
    return sorted(session.life.plays.missed, key=lambda each: (each.due, each.play, each.occurrence))


def _play_of(session: Session, missed: MissedPlay) -> PlayProgram | None:
    return session.program.plays.find(missed.play) if missed.play in session.program.names_here else None


def _is_wanted(session: Session, missed: MissedPlay, play: PlayProgram, at: datetime) -> bool:
    about = play.about(missed.key)
    if play.until is not None and session.values.hold(play.until, about=about):
        return False
    if play.play.if_ is not None and not session.holds_at(at, play.play.if_, None, about):
        return False
    return not _is_reached(session, missed) and not used_up(session, play, missed.key)


def _comes_again(session: Session, play: PlayProgram) -> bool:
    """Whether another beat of the play comes before its stage ends."""
    state, ends = session.life.plays.states.get(play.id), session.turn_at
    return play.play.every is not None and state is not None and state.due is not None and (ends is None or state.due < ends)


def _is_reached(session: Session, missed: MissedPlay) -> bool:
    """Whether the milestone that it is about, as overdue, has been reached since."""
    return bool(missed.key) and session.life.facts.milestones.is_reached(missed.key)


# ---- what is sent after all


def missed_of(session: Session, name: str) -> tuple[MissedPlay, PlayProgram] | None:
    """The first occurrence of that play that was missed in this stage, and has not gone out since; None if there is none."""
    found = ((missed, play) for missed in _in_order(session) if missed.play == name and (play := _play_of(session, missed)) is not None)
    return next(found, None)


def why_not_made_up_for(session: Session, missed: MissedPlay, play: PlayProgram, at: datetime) -> str:
    """Why it can't be sent at that moment, in words; empty if it can."""
    if _is_reached(session, missed):
        return f"the milestone {missed.key} has been reached"
    forbidden = why_forbidden(session, start_again(missed, play, at))
    return forbidden.words if forbidden is not None else ""


def start_again(missed: MissedPlay, play: PlayProgram, at: datetime) -> Start:
    """Its start at that moment: the occurrence that was missed, so that it can't come twice, with a window of its own."""
    return Start(play, missed.occurrence, at, at, at, key=missed.key)
