"""Everything of one moment: what was told by then, then what falls due."""

from datetime import datetime, timedelta

from lifecycle.domain.enums import Outcome
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.events.taking_in import take_all
from lifecycle.engine.plays.conditions_changed import conditions_changed
from lifecycle.engine.plays.hearing import hear_what_else_was_told
from lifecycle.engine.plays.runs import end
from lifecycle.engine.plays.stage_plan import plan_next
from lifecycle.engine.plays.starting import Start, start
from lifecycle.engine.session import Session
from lifecycle.engine.stages.stage_turns import end_plays
from lifecycle.engine.stages.transitions import turn_by_clock
from lifecycle.playbook.play import Every
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.planning import beat_due, first_beat
from lifecycle.state.log import SINGLY
from lifecycle.state.plays import PlayRun, RunStatus

MOST_MISSED = 2000
"""Occurrences of a rhythm that are written down singly where they have piled up, years of them by the hour: what is behind is one."""

MOST_MISSED_TOGETHER = 10_000
"""Of all rhythms of a stage: they may all have come due at one moment, which one workflow task deals with."""

_LATER_ONE_DUE = Why(Cause.LATER_ONE_DUE, "a later one had come due before anything ran")
_GAVE_WAY = Why(Cause.LATER_ONE_DUE, "held back until the next one came due")


def advance(session: Session, deadline: datetime, now: datetime) -> None:
    """Everything of one moment: first what was told by then, then what falls due then. All moments are UTC.

    A moment that has passed already (late enrolment, an event told late) counts as the latest one that was dealt with.
    """
    progress = session.life.progress
    moment = progress.decided_until = max(deadline, progress.decided_until)
    now = effective_time(moment, now)
    events = session.life.inbox.take_until(deadline)
    if events and (take_all(session, events, moment, now) or progress.replan):
        # Deadlines of this very moment may have moved: they are looked at again, in their new places.
        return
    if session.turn_at is not None and session.turn_at <= deadline:
        turn_by_clock(session, moment)
        session.refresh_health()
        end_plays(session, moment)
        return
    if session.health_turns_at is not None and session.health_turns_at <= deadline:
        session.refresh_health()
        conditions_changed(session, moment)
    due = session.agenda.due_by(deadline)
    runs = session.life.plays.runs
    if late := due.milestones_among(session.program.plan.milestones):
        _milestones_fall_due(session, late, moment, now)
        due = session.agenda.due_by(deadline)
    for id in due.among(runs):
        _run_falls_due(session, runs[id])
    before = set(runs) if events else set()
    with session.many_starts():
        for name in due.among(session.program.names_here):
            _play_falls_due(session, session.program.plays[name], moment, now)
    if events:
        hear_what_else_was_told(session, before, [event for event in events if event.at == deadline], moment)


def _milestones_fall_due(session: Session, late: list[str], moment: datetime, now: datetime) -> None:
    session.call_overdue(late)
    session.refresh_health()
    conditions_changed(session, moment)
    states = session.life.facts.milestones.states
    for name in late:
        at = states[name].due or moment
        for play in session.program.by_milestone.get(name, []):
            start(session, Start(play, name, at, moment, now, key=name))


def _run_falls_due(session: Session, run: PlayRun) -> None:
    """What is held back may go; what waited goes on, from when it was to."""
    if run.status is RunStatus.HELD:
        session.set_status(run, RunStatus.READY, None, run.why)
    elif run.status is RunStatus.WAITING:
        session.set_status(run, RunStatus.MOVING, run.until, run.why)


def _play_falls_due(session: Session, play: PlayProgram, moment: datetime, now: datetime) -> None:
    """A planned play's moment has come."""
    state = session.life.plays.state(play.id)
    due = state.due
    if due is None:  # a play that fell due before it has ended it
        return
    if play.play.every is not None:
        _beat_falls_due(session, play, play.play.every, due, moment, now)
        return
    session.plan(play.id, None)
    if play.play.at is not None:
        state.last_index = int(state.occurrence)
        start(session, Start(play, state.occurrence, due, moment, now))
        return
    state.spent = True
    if start(session, Start(play, str(state.count + 1), due, moment, now)):
        state.count += 1


def _beat_falls_due(session: Session, play: PlayProgram, every: Every, due: datetime, moment: datetime, now: datetime) -> None:
    """Of occurrences that piled up only the last may still go; the rhythm stays."""
    life, state = session.life, session.life.plays.state(play.id)
    playbook, second = session.program.playbook, state.last_index + 2
    piled_up = first_beat(life, playbook, every, now + timedelta(microseconds=1), above=second - 1) - second
    singly = piled_up if piled_up <= SINGLY else min(piled_up, _most_missed(session))
    for number in range(1, singly + 1):
        session.note_play_unsent(play.id, str(state.count + number), Outcome.MISSED, due, _LATER_ONE_DUE)
        due = beat_due(life, playbook, every, state.last_index + number + 1)
    if piled_up > singly:
        last = beat_due(life, playbook, every, state.last_index + piled_up)
        why = _LATER_ONE_DUE._replace(words=f"{_LATER_ONE_DUE.words}, and {piled_up - singly - 1} more from {session.clock(due)} on")
        session.note_play_unsent(play.id, str(state.count + piled_up), Outcome.MISSED, last, why)
        due = beat_due(life, playbook, every, state.last_index + piled_up + 1)
    _give_way(session, play, moment)
    state.last_index += piled_up + 1
    state.count += piled_up + 1
    start(session, Start(play, str(state.count), due, moment, now))
    plan_next(session, play)


def _most_missed(session: Session) -> int:
    """How many occurrences of one rhythm are written down singly."""
    rhythms = sum(play.play.every is not None for play in session.program.by_time)
    return max(SINGLY, min(MOST_MISSED, MOST_MISSED_TOGETHER // max(1, rhythms)))


def _give_way(session: Session, play: PlayProgram, moment: datetime) -> None:
    """A beat that is still held back when the next one comes gives way to it: the last occurrence is the one that may go."""
    plays = session.life.plays
    for run in plays.runs_of(play.id):
        key = run.touch_key(session.life.customer.id)
        if run.status not in (RunStatus.HELD, RunStatus.READY) or run.went_out:
            continue
        if key not in plays.tried:
            session.drop_run(run)
            session.note_run_unsent(run, Outcome.MISSED, moment, _GAVE_WAY)
        elif run.held is not None:
            end(session, run, moment, _GAVE_WAY)
