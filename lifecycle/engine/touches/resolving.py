"""A person says what became of an unknown touch: it was sent, it was not, or it was not and is to be done again."""

from dataclasses import replace
from datetime import datetime

from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.touch import Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.anchors import has_passed
from lifecycle.engine.plays.starting import stage_visit
from lifecycle.engine.recording.tasks import task_asked_after_all, tasks_about_dropped
from lifecycle.engine.session import Session
from lifecycle.engine.touches.counting import count_sent
from lifecycle.rules.contact_policy import uncount_send
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import PlayRun, RunStatus

SENT, NOT_SENT = "a person says that it was sent", "a person says that it was not sent"
BY_HAND = "resolve it as --not-sent without --again, and do it by hand if it is still worth it"


def not_of(life: Lifecycle, key: str) -> str | None:
    """Why that is no touch of the customer's, in a sentence; None if it may be one."""
    return None if key.partition("/")[0] == life.customer.id else f"{key} is no touch of {life.customer.id}"


def no_repeat(session: Session, key: str, now: datetime | None = None) -> str:
    """Why the touch cannot be done again at that moment (UTC; None: where the life stands), in a sentence; empty if it can."""
    life = session.life
    unknown = life.plays.unknown.get(key)
    if unknown is None:
        return f"{life.customer.id} does not remember enough of {key} to have it done again: {BY_HAND}"
    if session.is_closed:
        return f"{life.customer.id} is closed ({life.progress.closed}), and nothing is done again: {BY_HAND}"
    why = _ended(session, unknown.run, now or life.progress.decided_until)
    return f"play '{unknown.touch.play}' wants {key} no more ({why}): {BY_HAND}" if why else ""


def _ended(session: Session, run: PlayRun | None, at: datetime) -> str:
    """Why the play would not do the touch any more, whatever its condition, its addressee and the contact policy say; empty if it would."""
    if run is None:
        return "it had ended before"
    play = session.program.plays.find(run.play)
    if play is None or run.step not in play.nodes:
        return "an edit of the playbook removed it"
    churned = session.life.facts.churn.at is not None
    if run.stage_visit != stage_visit(session) and (churned or not play.play.outlives_stage):
        return "its stage is over"
    if has_passed(run, at):
        return "the moment that it was to go before has passed"
    return "what it works towards is so" if play.until is not None and session.values.hold(play.until, about=play.about(run.key)) else ""


def resolve(session: Session, key: str, resolution: Resolution, by: str, at: datetime) -> None:
    """Take in what a person has said, at that moment (UTC). A touch that the life does not know as unknown gets its line and no more.

    One that is in flight gets none: its receipt will say so.
    """
    unknown = session.life.plays.unknown.get(key)
    if unknown is None and key in session.life.plays.in_flight:
        return
    refused = no_repeat(session, key, at) if resolution is Resolution.AGAIN else ""
    session.life.plays.unknown.pop(key, None)
    touch = unknown.touch if unknown is not None else None
    tasks_about_dropped(session, key, at, "the touch that it asks about is resolved")
    session.life.record.deed(at, f"resolved: {key}", resolution.value, by)
    if resolution is Resolution.SENT:
        session.note_resolved(at, touch, key, Outcome.SENT, Why(Cause.OPERATOR, SENT, by))
        if touch is not None:
            task_asked_after_all(session, touch)
            count_sent(session, touch, at)
        return
    if touch is not None:
        uncount_send(session.life, touch)
    not_sent = Why(Cause.OPERATOR, NOT_SENT, by)
    if resolution is Resolution.NOT_SENT:
        session.note_resolved(at, touch, key, Outcome.FAILED, not_sent)
    elif unknown is None or unknown.run is None or refused:
        # Its play has ended while the ledger took the word.
        _not_again(session, touch, key, not_sent._replace(words=f"{not_sent.words}; {refused}"), at)
    else:
        _again(session, unknown.touch, unknown.run, not_sent, at)


def _not_again(session: Session, touch: Touch | None, key: str, why: Why, at: datetime) -> None:
    if touch is not None:
        session.note_touch_unsent(touch, Outcome.CANCELLED, at, why)
    else:
        session.note_resolved(at, None, key, Outcome.CANCELLED, why)


def _again(session: Session, touch: Touch, run: PlayRun, why: Why, at: datetime) -> None:
    """Have the touch looked at as if it were due now, under its own key; what the run did behind it stays as it is."""
    plays = session.life.plays
    what = f"again: {touch.kind.value} {touch.name}"
    session.note(at, EntryKind.OPERATOR, what, why.words, cause=why.cause, by=why.by, key=touch.key)
    plays.repeated[touch.key] = plays.repeated.get(touch.key, 0) + 1
    session.add_run(replace(run, repeats=True, step_due=at, status=RunStatus.READY, until=None, why="", tries=0))
