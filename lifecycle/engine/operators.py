"""What operations people may do to a life besides telling it events: pause, resume, skip, run now, remove. Moments are UTC."""

from datetime import datetime

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Outcome, Stage
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.earlier_lives import REMOVED
from lifecycle.engine.plays.making_up import missed_of, start_again, why_not_made_up_for
from lifecycle.engine.plays.runs import end
from lifecycle.engine.plays.stage_plan import plan_next
from lifecycle.engine.plays.starting import Start, stage_visit, start
from lifecycle.engine.session import Session
from lifecycle.engine.stages.transitions import close_quietly
from lifecycle.engine.touches.releasing import PAUSED
from lifecycle.playbook.play import Trigger
from lifecycle.playbook.program import PlayProgram
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind
from lifecycle.state.plays import MissedPlay, RunStatus

SKIPPED = "skipped by an operator"

LONGEST_PAUSE = 1000
"""Bytes that are kept of why a customer is paused."""


def pause(session: Session, at: datetime, why: str, by: str = "") -> None:
    """Hold every touch back; due dates stay, and stages and events go on as ever. `by` is who says so, if that is known."""
    begin_paused(session.life, at, why, by)


def begin_paused(life: Lifecycle, at: datetime, why: str, by: str) -> None:
    """Hold every touch back of a life that nothing has been decided on yet, as `pause` does."""
    plays = life.plays
    plays.paused, plays.paused_why, plays.paused_by = True, cut(why, LONGEST_PAUSE), cut(by, LONGEST_PAUSE)
    life.log.note(Entry(at=at, kind=EntryKind.OPERATOR, what="paused", why=why, cause=Cause.OPERATOR, by=by))
    life.record.deed(at, "paused", why, by)


def resume(session: Session, at: datetime, why: str = "", by: str = "") -> None:
    """Let go what is still inside its window."""
    plays = session.life.plays
    plays.paused, plays.paused_why, plays.paused_by = False, "", ""
    session.note_deed(at, "resumed", why, by)
    for run in session.runs_with(RunStatus.HELD):
        if run.why == PAUSED:
            session.set_status(run, RunStatus.READY)


CANCELLED = "cancelled at the Temporal server"


def remove(session: Session, at: datetime, why: str, by: str = "") -> None:
    """End a life that should not have been begun, without a farewell: nothing more goes out, and what is in flight is called off."""
    session.note_deed(at, "removed", why, by)
    close_quietly(session, at, cut(f"{REMOVED}{why}", LONGEST_PAUSE))


def cancel(session: Session, at: datetime) -> None:
    """The same for a life whose workflow somebody has cancelled."""
    session.note_deed(at, CANCELLED, "nothing more goes out", "")
    close_quietly(session, at, CANCELLED)


def no_removal(life: Lifecycle, why: str) -> str | None:
    """Why it can't be removed, in a sentence; None if it can."""
    if life.stage is Stage.CLOSED:
        return f"{life.customer.id} is closed already ({life.progress.closed})"
    return None if why.strip() else f"say why {life.customer.id} is removed"


def no_pause(life: Lifecycle) -> str | None:
    """Why it can't be paused, in a sentence; None if it can."""
    if life.stage is Stage.CLOSED:
        return f"{life.customer.id} is closed ({life.progress.closed})"
    return f"{life.customer.id} is paused already: {life.plays.paused_why or 'no reason was given'}" if life.plays.paused else None


def no_resume(life: Lifecycle) -> str | None:
    """Why it can't be resumed, in a sentence; None if it can."""
    return None if life.plays.paused else f"{life.customer.id} is not paused"


def no_play(session: Session, play: str, *, running_will_do: bool) -> str | None:
    """Why the play has no planned occurrence to skip or take forward, in a sentence; None if it has one."""
    life = session.life
    names = [each.id for each in session.program.here]
    if play not in names:
        return f"{life.customer.id} is in {life.stage.value}, which has no play '{play}', only {', '.join(names) or 'none at all'}"
    state = life.plays.states.get(play)
    running = bool(life.plays.runs_of(play))
    if not running_will_do and not running and (found := missed_of(session, play)) is not None:
        why = why_not_made_up_for(session, *found, life.progress.decided_until)
        return f"play '{play}' was missed, and is not sent to {life.customer.id} any more: {why}" if why else None
    planned = state is not None and state.due is not None
    if (running or planned) if running_will_do else (planned and not running):
        return None
    if not running and state is not None and state.went_out_stage == stage_visit(session):
        return f"play '{play}' has gone out already in this stage of {life.customer.id}, and nothing more of it is planned"
    return f"play '{play}' has nothing planned for {life.customer.id}" + (
        ": it runs already" if running else "; its trigger has not come, or it is done"
    )


def skip(session: Session, play: str, at: datetime, why: str, by: str = "") -> str:
    """Drop the next planned occurrence, or else what the play still has running; says which, in a sentence."""
    state = session.life.plays.states.get(play)
    if state is None or state.due is None:
        for run in session.life.plays.runs_of(play):
            end(session, run, at, Why(Cause.OPERATOR, why or SKIPPED, by))
        session.life.record.deed(at, f"ended: {play}", why or SKIPPED, by)
        return f"ended what play '{play}' had running"
    due, occurrence = state.due, _take_planned(session, play)
    words = f"{why or SKIPPED}; it was planned for {session.clock(due)}"
    session.note_play_unsent(play, occurrence, Outcome.SKIPPED, at, Why(Cause.OPERATOR, words, by))
    session.life.record.deed(at, f"skipped: {play}", words, by)
    plan_next(session, session.program.plays[play])
    return f"play '{play}' is skipped for {due:%Y-%m-%d %H:%M} UTC"


def run_now(session: Session, play: str, at: datetime, why: str = "", by: str = "") -> str:
    """Send what was missed of the play after all, or else take the planned occurrence forward; neither comes a second time."""
    program = session.program.plays[play]
    if (found := missed_of(session, play)) is not None:
        return _make_up_for(session, *found, at, why, by)
    due = session.life.plays.states[play].due
    assert due is not None
    occurrence = _take_planned(session, play)
    words = f"it was planned for {session.clock(due)}" + (f": {why}" if why else "")
    session.note_deed(at, f"run now: {play}", words, by)
    started = start(session, Start(program, occurrence, at, at, at))
    plan_next(session, program)
    return f"play '{play}', planned for {due:%Y-%m-%d %H:%M} UTC, {'starts now' if started else 'has its guards against it and is written down as not started'}"


def _make_up_for(session: Session, missed: MissedPlay, play: PlayProgram, at: datetime, why: str, by: str) -> str:
    """Send the occurrence that was missed, under its own keys; what is planned besides stays so."""
    words = f"it was missed, and had been due {session.clock(missed.due)}" + (f": {why}" if why else "")
    session.note(at, EntryKind.OPERATOR, f"run now: {play.id}", words, cause=Cause.OPERATOR, by=by)
    session.life.plays.missed.remove(missed)
    started = start(session, start_again(missed, play, at))
    due = f"missed on {missed.due:%Y-%m-%d %H:%M} UTC"
    return f"play '{play.id}', {due}, {'starts now' if started else 'has its guards against it and is written down as not started'}"


def _take_planned(session: Session, play: str) -> str:
    """Use up the planned occurrence, as its own moment would have."""
    trigger = session.program.plays[play].play.trigger
    state = session.plan(play, None)
    if trigger is Trigger.AT:
        state.last_index = int(state.occurrence)
        return state.occurrence
    if trigger is Trigger.EVERY:
        state.last_index += 1
    else:
        state.spent = True
    state.count += 1
    return str(state.count)
