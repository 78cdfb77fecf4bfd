"""Starting a run of a play that is due, unless a guard forbids it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lifecycle.domain.calendar import add
from lifecycle.domain.enums import Once, Outcome
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.playbook.play import Trigger
from lifecycle.playbook.program import PlayProgram, occurrence_of_key
from lifecycle.rules.windows import last_moment
from lifecycle.state.plays import PlayRun, RunStatus
from lifecycle.state.room import FEW_RUNS, RUNS, size_of_run

MOST_AT_ONCE = 100
"""Runs of one play side by side: a life is carried from run to run whole, and each of them is part of it."""

_PLANNED = frozenset({Trigger.AT, Trigger.EVERY, Trigger.OVERDUE, Trigger.SILENT_FOR})
"""Triggers whose starts are foreseen, so that one which does not come is written down."""


@dataclass(frozen=True, slots=True)
class Start:
    """A start that is due. `due` is the moment it was due at, `moment` the one it is dealt with at, `now` the present (UTC);
    the three differ after an outage. `key` is what a keyed run is about, `event` what triggered it.
    """

    play: PlayProgram
    occurrence: str
    due: datetime
    moment: datetime
    now: datetime
    event: Event | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guard forbids the start: what becomes of it, why, and whether that is news whatever the trigger."""

    why: str
    outcome: Outcome = Outcome.SKIPPED
    always_told: bool = False


def start(session: Session, asked: Start) -> bool:
    """Start a run, unless a guard forbids it; whether it started.

    What was planned and does not start is written down with its reason; a trigger that merely found its guard shut is not news.
    """
    for guard in _GUARDS:
        forbidden = guard(session, asked)
        if forbidden is not None:
            if forbidden.always_told or forbidden.outcome is Outcome.MISSED or asked.play.play.trigger in _PLANNED:
                session.note_play_unsent(asked.play.id, asked.occurrence, forbidden.outcome, asked.moment, forbidden.why)
            return False
    session.life.plays.state(asked.play.id).last_started = asked.moment
    session.add_run(_run(session, asked))
    return True


def _run(session: Session, asked: Start) -> PlayRun:
    return PlayRun(
        play=asked.play.id,
        occurrence=asked.occurrence,
        term=session.life.contract.term,
        stage_visit=stage_visit(session),
        key=asked.key,
        started=asked.moment,
        step=asked.play.first,
        step_due=asked.due,
        event=asked.event.plain() if asked.event is not None else {},
    )


def start_by_event(session: Session, event: Event, moment: datetime, now: datetime) -> None:
    """Start the plays that this event triggers."""
    for play in session.program.by_event.get(event.type, []):
        state = session.life.plays.state(play.id)
        key = str(event.plain().get(play.key_field, "")) if play.key_field else ""
        count = state.count + 1
        occurrence = occurrence_of_key(key, count) if play.key_field else str(count)
        if start(session, Start(play, occurrence, moment, moment, now, event, key)):
            state.count = count


def stage_visit(session: Session) -> str:
    """This visit to this stage, for `once: stage`."""
    life = session.life
    return f"{life.contract.term}/{life.stage.value}/{life.progress.visits}"


def used_up(session: Session, play: PlayProgram, apart_from: PlayRun | None = None) -> bool:
    """Whether the play's `once` is spent: by what went out, or by another run that is about to."""
    once = play.play.once
    if once is None:
        return False
    plays = session.life.plays
    state = plays.state(play.id)
    spent = {
        Once.STAGE: state.went_out_stage == stage_visit(session),
        Once.TERM: state.went_out_term == session.life.contract.term,
        Once.EVER: state.went_out_ever,
    }
    return spent[once] or any(run is not apart_from and run.status is RunStatus.PERFORMING for run in plays.runs_of(play.id))


# ---- guards, in the order in which they are asked


def _still_runs(session: Session, asked: Start) -> Guarded | None:
    running = session.life.plays.runs_of(asked.play.id)
    if any(run.key == asked.key for run in running):
        return Guarded("the play still runs")
    if len(running) >= MOST_AT_ONCE:
        return Guarded(f"{MOST_AT_ONCE} of its runs go on already", always_told=True)
    return None


def _once(session: Session, asked: Start) -> Guarded | None:
    once = asked.play.play.once
    if once is None or not used_up(session, asked.play):
        return None
    return Guarded("goes out once ever" if once is Once.EVER else f"goes out once a {once.value}")


def _cooldown(session: Session, asked: Start) -> Guarded | None:
    cooldown, last = asked.play.play.cooldown, session.life.plays.state(asked.play.id).last_started
    if cooldown is None or last is None:
        return None
    cool = add(last, cooldown, session.life.zone, session.life.customer.country)
    return Guarded(f"cools down for {cooldown} after its last run") if asked.moment < cool else None


def _until(session: Session, asked: Start) -> Guarded | None:
    until = asked.play.until
    return Guarded("what it works towards is already so") if until is not None and session.values.hold(until) else None


def _if(session: Session, asked: Start) -> Guarded | None:
    if_ = asked.play.play.if_
    if if_ is None:
        return None
    fields = asked.event.plain() if asked.event is not None else None
    return None if session.holds_at(asked.moment, if_, fields) else Guarded("its condition does not hold")


def _window(session: Session, asked: Start) -> Guarded | None:
    play, playbook = asked.play.play, session.program.playbook
    if asked.now <= last_moment(session.life, playbook, play, asked.due):
        return None
    why = f"was due {asked.due:%Y-%m-%d %H:%M} UTC, its window of {play.within or playbook.within} is over"
    return Guarded(why, Outcome.MISSED)


def _room(session: Session, asked: Start) -> Guarded | None:
    runs = session.life.plays.runs
    if len(runs) < FEW_RUNS:
        return None
    plays = session.program.plays
    size = sum(size_of_run(run, _waits(plays.find(run.play))) for run in (*runs.values(), _run(session, asked)))
    return Guarded("what goes on already leaves no room for another run", always_told=True) if size > RUNS else None


def _waits(play: PlayProgram | None) -> int:
    return sum(map(len, play.awaits.values())) if play is not None else 0


_GUARDS: tuple[Callable[[Session, Start], Guarded | None], ...] = (_still_runs, _once, _cooldown, _until, _if, _window, _room)
