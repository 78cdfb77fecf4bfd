"""A person says what became of an unknown touch: it was sent, it was not, or it was not and is to be done again."""

from dataclasses import replace
from datetime import datetime

from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.starting import stage_visit
from lifecycle.engine.session import Session
from lifecycle.engine.touches.counting import count_sent
from lifecycle.rules.contact_policy import uncount_send
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind
from lifecycle.state.plays import PlayRun, RunStatus, UnknownTouch

SENT, NOT_SENT = "a person says that it was sent", "a person says that it was not sent"
BY_HAND = "resolve it as --not-sent without --again, and do it by hand if it is still worth it"


def not_of(life: Lifecycle, key: str) -> str | None:
    """Why that is no touch of the customer's, in a sentence; None if it may be one."""
    return None if key.partition("/")[0] == life.customer.id else f"{key} is no touch of {life.customer.id}"


def no_repeat(session: Session, key: str) -> str:
    """Why the touch cannot be done again, in a sentence; empty if it can."""
    life = session.life
    unknown = life.plays.unknown.get(key)
    if unknown is None:
        return f"{life.customer.id} does not remember enough of {key} to have it done again: {BY_HAND}"
    if session.is_closed:
        return f"{life.customer.id} is closed ({life.progress.closed}), and nothing is done again: {BY_HAND}"
    why = _ended(session, unknown.run)
    return f"play '{unknown.touch.play}' wants {key} no more ({why}): {BY_HAND}" if why else ""


def _ended(session: Session, run: PlayRun | None) -> str:
    """Why the play would not do the touch any more, whatever its condition, its addressee and the contact policy say; empty if it would."""
    if run is None:
        return "it had ended before"
    play = session.program.plays.find(run.play)
    if play is None or run.step not in play.nodes:
        return "an edit of the playbook removed it"
    churned = session.life.facts.churn.at is not None
    if run.stage_visit != stage_visit(session) and (churned or not play.play.outlives_stage):
        return "its stage is over"
    return "what it works towards is so" if play.until is not None and session.values.hold(play.until, about=play.about(run.key)) else ""


def resolve(session: Session, key: str, resolution: Resolution, by: str, at: datetime) -> None:
    """Take in what a person has said, at that moment (UTC). A touch that the life does not know as unknown gets its line and no more.

    One that is in flight gets none: its receipt will say so.
    """
    unknown = session.life.plays.unknown.get(key)
    if unknown is None and key in session.life.plays.in_flight:
        return
    refused = no_repeat(session, key) if resolution is Resolution.AGAIN else ""
    session.life.plays.unknown.pop(key, None)
    match resolution:
        case Resolution.SENT:
            _line(session, key, unknown, Outcome.SENT, Why(Cause.OPERATOR, SENT, by), at)
            if unknown is not None:
                count_sent(session, unknown.touch, at)
        case Resolution.NOT_SENT:
            _uncount(session, unknown)
            _line(session, key, unknown, Outcome.FAILED, Why(Cause.OPERATOR, NOT_SENT, by), at)
        case Resolution.AGAIN:
            _uncount(session, unknown)
            _again(session, key, unknown, refused, by, at)


def _line(session: Session, key: str, unknown: UnknownTouch | None, outcome: Outcome, why: Why, at: datetime) -> None:
    log = session.life.log
    known = [entry.what for entry in log.touches() if entry.key == key]
    what = f"{unknown.touch.kind.value} {unknown.touch.name}" if unknown is not None else known[-1] if known else key.rpartition("/")[2]
    log.note(Entry(at=at, kind=EntryKind.TOUCH, what=what, outcome=outcome, why=why.words, key=key, cause=why.cause, by=why.by))


def _uncount(session: Session, unknown: UnknownTouch | None) -> None:
    if unknown is not None:
        uncount_send(session.life, unknown.touch)


def _again(session: Session, key: str, unknown: UnknownTouch | None, refused: str, by: str, at: datetime) -> None:
    """Have the touch looked at as if it were due now, under its own key; what the run did behind it stays as it is."""
    why = Why(Cause.OPERATOR, f"{NOT_SENT}; {refused}", by)
    if unknown is None:
        _line(session, key, unknown, Outcome.CANCELLED, why, at)
        return
    plays, touch = session.life.plays, unknown.touch
    if refused or unknown.run is None:
        # Its play has ended while the ledger took the word.
        session.note_touch_unsent(touch, Outcome.CANCELLED, at, why)
        return
    session.note(at, EntryKind.OPERATOR, f"again: {touch.kind.value} {touch.name}", NOT_SENT, cause=Cause.OPERATOR, by=by)
    plays.repeated[touch.key] = plays.repeated.get(touch.key, 0) + 1
    session.add_run(replace(unknown.run, repeats=True, step_due=at, status=RunStatus.READY, until=None, why="", tries=0))
