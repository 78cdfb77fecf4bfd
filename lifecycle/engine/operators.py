"""What operations people may do to a life besides telling it events: pause, resume, skip, run now."""

from datetime import datetime

from lifecycle.domain.enums import Outcome, Stage
from lifecycle.engine.releasing import PAUSED
from lifecycle.engine.runs import end, note_unsent, occurrence_key, start
from lifecycle.playbook.program import Program
from lifecycle.rules.planning import plan_next
from lifecycle.state.life import Doing, EntryKind, Lifecycle


def pause(life: Lifecycle, at: datetime, why: str) -> None:
    """Hold every touch back; due dates stay, and stages and events go on as ever."""
    life.paused, life.paused_why = True, why
    life.note(at, EntryKind.OPERATOR, "paused", why=why)


def resume(life: Lifecycle, at: datetime) -> None:
    """Let go what is still inside its window."""
    life.paused, life.paused_why = False, ""
    life.note(at, EntryKind.OPERATOR, "resumed")
    for run in life.runs.values():
        if run.doing is Doing.HELD and run.why == PAUSED:
            run.doing, run.until, run.why = Doing.READY, None, ""


def no_pause(life: Lifecycle) -> str | None:
    """Why it can't be paused, in a sentence; None if it can."""
    if life.stage is Stage.CLOSED:
        return f"{life.customer.id} is closed ({life.closed})"
    return f"{life.customer.id} is paused already: {life.paused_why or 'no reason was given'}" if life.paused else None


def no_resume(life: Lifecycle) -> str | None:
    """Why it can't be resumed, in a sentence; None if it can."""
    return None if life.paused else f"{life.customer.id} is not paused"


def no_play(life: Lifecycle, program: Program, play: str, *, running_will_do: bool) -> str | None:
    """Why the play has no planned occurrence to skip or take forward, in a sentence; None if it has one."""
    who = life.customer.id
    names = [one.id for one in program.here]
    if play not in names:
        return f"{who} is in {life.stage.value}, which has no play '{play}', only {', '.join(names) or 'none at all'}"
    state = life.plays.get(play)
    running = any(run.play == play for run in life.runs.values())
    planned = state is not None and state.due is not None
    if (running or planned) if running_will_do else (planned and not running):
        return None
    return f"play '{play}' has nothing planned for {who}" + (
        ": it runs already" if running else "; its trigger has not come, or it is done"
    )


def skip(life: Lifecycle, program: Program, play: str, at: datetime, why: str) -> str:
    """Drop the next planned occurrence, or else what the play still has running; says which, in a sentence."""
    one = program.plays[play]
    state = life.plays.get(play)
    if state is None or state.due is None:
        for run in [run for run in life.runs.values() if run.play == play]:
            end(life, run, at, why or "skipped by an operator")
        return f"ended what play '{play}' had running"
    due, occurrence = state.due, _take_planned(life, program, play)
    key = occurrence_key(life, play, occurrence)
    note_unsent(life, key, play, play, "play", Outcome.SKIPPED, at, why or "skipped by an operator")
    plan_next(life, program, one)
    return f"play '{play}' is skipped for {due:%Y-%m-%d %H:%M} UTC"


def run_now(life: Lifecycle, program: Program, play: str, at: datetime) -> str:
    """Take the planned occurrence forward; it does not come a second time."""
    one = program.plays[play]
    due = life.plays[play].due
    assert due is not None
    occurrence = _take_planned(life, program, play)
    life.note(at, EntryKind.OPERATOR, f"run now: {play}")
    started = start(life, program, one, occurrence, at, at, at)
    plan_next(life, program, one)
    return f"play '{play}', planned for {due:%Y-%m-%d %H:%M} UTC, {'starts now' if started else 'has its guards against it and is written down as not started'}"


def _take_planned(life: Lifecycle, program: Program, play: str) -> str:
    """Use up the planned occurrence, as its own moment would have."""
    one, state = program.plays[play], life.plays[play]
    state.due = None
    match one.play.trigger:
        case "at":
            state.last_index = int(state.occurrence)
            return state.occurrence
        case "every":
            state.last_index += 1
        case _:
            state.spent = True
    state.count += 1
    return str(state.count)
