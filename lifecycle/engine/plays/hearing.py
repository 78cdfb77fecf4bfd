"""Runs that wait hear events: one that is answered goes on, and a task that is put off is called late later."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from lifecycle.conditions.condition import Condition, condition
from lifecycle.conditions.values import RunKey
from lifecycle.domain.bounds import cut
from lifecycle.domain.model import Scalar
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.runs import end, why_it_waits
from lifecycle.engine.session import Session
from lifecycle.facts.events import CATALOGUE, Event
from lifecycle.facts.tasks import TaskDone, TaskSnoozed
from lifecycle.playbook.play import Trigger
from lifecycle.playbook.program import PlayProgram
from lifecycle.state.plays import PlayRun, RunStatus

LONGEST_SHOWN = 60
"""Bytes of an event's id that are kept with what it answered, to be shown."""


def hear(session: Session, event: Event, moment: datetime, runs: Collection[PlayRun] | None = None) -> None:
    """Let every run that waits, now or further on, remember that the event came; all runs, or those."""
    heard_by = session.life.plays.runs.values() if runs is None else runs
    if not heard_by:
        return
    fields = event.plain()
    for run in heard_by:
        play = session.program.plays.find(run.play)
        if play is None or event.type not in play.awaits:
            continue
        if run.counts_from is not None and event.fact_time < run.counts_from:
            continue
        if fields.get("play", "") not in ("", run.play) or fields.get("run", "") not in ("", run.id):
            continue
        if not _concerns_key(event, play, fields, run):
            continue
        for node in play.awaits[event.type]:
            wait = node.wait
            assert wait is not None
            if node.id in run.answered or not play.concerns(event.type, fields, wait):
                continue
            if wait.if_ is None or session.holds_at(moment, wait.if_, fields, play.about(run.key)):
                run.answered[node.id] = moment
                run.answered_by[node.id] = f"{event.type} '{cut(event.id, LONGEST_SHOWN)}'"
                if run.step == node.id and run.status is RunStatus.WAITING:
                    _go_on(session, run)


def _concerns_key(event: Event, play: PlayProgram, fields: Mapping[str, Scalar], run: PlayRun) -> bool:
    """Whether the event is about the thing that the run is about, as far as it says which."""
    kind = CATALOGUE[event.type]
    if not play.key_field or play.key_field not in kind.model_fields:
        return True
    key = str(fields[play.key_field])
    return key == run.key or (kind.may_mean_all and not key)


def hear_what_else_was_told(session: Session, before: set[str], events: list[Event], moment: datetime) -> None:
    """A run that has just started, so that its id is not among those before, looks back to its start: it hears what else was told then."""
    started = [run for name, run in session.life.plays.runs.items() if name not in before]
    for event in events if started else []:
        hear(session, event, moment, started)


def snooze(session: Session, event: Event, data: TaskSnoozed) -> None:
    """Give whoever has the task more time: what waits for it, and stands there now, waits until then at least."""
    done: dict[str, Scalar] = {**TaskDone(task=data.task, play=data.play).plain(), "type": TaskDone.event_type}
    until = event.at + timedelta(hours=data.hours)
    for run in session.life.plays.runs.values():
        play = session.program.plays.find(run.play)
        node = play.nodes.get(run.step) if play is not None else None
        wait = node.wait if node is not None else None
        if play is None or wait is None or run.status is not RunStatus.WAITING:
            continue
        if data.play not in ("", run.play) or data.run not in ("", run.id):
            continue
        if TaskDone.event_type not in (wait.event or []) or not play.concerns(TaskDone.event_type, done, wait):
            continue
        about = play.about(run.key)
        if run.until is not None and run.until < until and (wait.if_ is None or session.holds_at(event.at, wait.if_, done, about)):
            run.snoozed_until = until
            session.note_wait(run, event.at, Cause.SNOOZED, f"snoozed until {session.clock(until)}, by {event.type} '{event.id}'", data.by)
            session.set_status(run, RunStatus.WAITING, until, why_it_waits(wait, snoozed=True))


def look_at_runs(session: Session, moment: datetime, changed: AbstractSet[str] | None = None) -> None:
    """After the state has changed: end the plays whose `until` is met, and let go those that wait for a condition.

    Asked are the conditions that read one of the names that changed, or all.
    """
    for run in list(session.life.plays.runs.values()):
        play = session.program.plays.find(run.play)
        if play is None:
            continue
        about = play.about(run.key)
        if play.until is not None and _holds_now(session, play.until, changed, about):
            end(session, run, moment, Why(Cause.UNTIL, "what it works towards is so"))
        elif play.play.trigger is Trigger.OVERDUE and session.life.facts.milestones.is_reached(run.key):
            end(session, run, moment, Why(Cause.REACHED, f"milestone {run.key} is reached"))
        elif run.status is RunStatus.WAITING:
            wait = play.nodes[run.step].wait if run.step in play.nodes else None
            if wait is not None and wait.when is not None and _holds_now(session, condition(wait.when), changed, about):
                _go_on(session, run)


def _holds_now(session: Session, asked: Condition, changed: AbstractSet[str] | None, about: RunKey | None) -> bool:
    return (changed is None or not changed.isdisjoint(asked.names)) and session.values.hold(asked, about=about)


def _go_on(session: Session, run: PlayRun) -> None:
    session.set_status(run, RunStatus.MOVING, run.until, run.why)
