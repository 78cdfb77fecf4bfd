"""Starting a run of a play that is due, unless a guard forbids it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from lifecycle.domain.bounds import json_size
from lifecycle.domain.enums import Once, OnChange, Outcome
from lifecycle.domain.model import Scalar
from lifecycle.domain.touch import Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.missed import forget_beat, note_missed
from lifecycle.engine.plays.runs import end
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.playbook.play import Trigger
from lifecycle.playbook.program import PlayProgram, name_of_key, name_of_occurrence, occurrence_of_key
from lifecycle.rules.hours import after, customer_hours, owner_hours, role_hours
from lifecycle.rules.planning import deadline_of
from lifecycle.rules.windows import last_moment
from lifecycle.state.plays import Counted, MissedPlay, PlayRun, RunStatus
from lifecycle.state.room import FEW_RUNS, KEYS_KEPT, RUNS, size_of_run

MOST_AT_ONCE = 100
"""Runs of one play side by side: a life is carried from run to run whole, and each of them is part of it."""

_PLANNED = frozenset({Trigger.AT, Trigger.EVERY, Trigger.OVERDUE, Trigger.SILENT_FOR})
"""Triggers whose starts are foreseen: one that does not come is an occurrence that does not. The others may come a thousand times."""

_OF_ITS_OWN = frozenset({Trigger.AT, Trigger.EVERY, Trigger.OVERDUE})
"""Triggers each of whose occurrences has a key that no later one has: one that was missed may be sent after all."""


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
    """A guard forbids the start: why, what becomes of it, and whether an occurrence is lost by it whatever the trigger."""

    why: Why
    outcome: Outcome = Outcome.SKIPPED
    lost: bool = False


def why_forbidden(session: Session, asked: Start) -> Why | None:
    """Why a guard would forbid the start; None if it would start."""
    return next((forbidden.why for guard in _GUARDS if (forbidden := guard(session, asked)) is not None), None)


def start(session: Session, asked: Start) -> bool:
    """Start a run, unless a guard forbids it; whether it started. What does not start is written down with the moment it was due at."""
    session.work += 1
    for guard in _GUARDS:
        forbidden = guard(session, asked)
        if forbidden is not None:
            if forbidden.lost or asked.play.play.trigger in _PLANNED:
                session.note_play_unsent(asked.play.id, asked.occurrence, forbidden.outcome, asked.due, forbidden.why)
            else:
                session.note_held_off(asked.play.id, asked.due, forbidden.why, singly=1)
            if forbidden.outcome is Outcome.MISSED and asked.play.play.trigger in _OF_ITS_OWN:
                missed = MissedPlay(play=asked.play.id, occurrence=asked.occurrence, due=asked.due, key=asked.key)
                note_missed(session, asked.play, missed, asked.moment)
            return False
    known: dict[str, Scalar] = {}
    if asked.event is not None and (running := _run_of_key(session, asked)) is not None:
        known = running.event
        words = f"begins again: {_in_words(_changes(asked.event, running))}"
        end(session, running, asked.moment, Why(Cause.BEGINS_AGAIN, words))
    counted(session, asked.play, name_of_key(asked.key)).last_started = asked.moment
    run = _run(session, asked, known)
    session.add_run(run)
    forget_beat(session, asked.play)
    if session.size_of_runs is not None:
        session.remember_size_of_runs(session.size_of_runs + _size_of_run(session, run))
    return True


def _run(session: Session, asked: Start, known: dict[str, Scalar]) -> PlayRun:
    """The run that is to start; `known` is what the one before it under its key was about."""
    comes_before = deadline_of(session.life, session.program.playbook, asked.play.play)
    return PlayRun(
        play=asked.play.id,
        occurrence=asked.occurrence,
        term=session.life.key_term,
        stage_visit=stage_visit(session),
        key=asked.key,
        started=asked.moment,
        counts_from=min(asked.due, asked.event.fact_time) if asked.event is not None else asked.due,
        step=asked.play.first,
        step_due=asked.due,
        event=_told(asked.event, known) if asked.event is not None else {},
        comes_before=comes_before,
        planned=asked.due if comes_before is not None else None,
    )


def start_by_event(session: Session, event: Event, moment: datetime, now: datetime) -> None:
    """Start the plays that this event triggers."""
    with session.many_starts():
        for play in session.program.by_event.get(event.type, []):
            state = session.life.plays.state(play.id)
            for key in _keys(session, play, event):
                count = state.count + 1
                occurrence = occurrence_of_key(key, count) if play.key_field else str(count)
                if start(session, Start(play, occurrence, moment, moment, now, event, key)):
                    state.count = count


def _keys(session: Session, play: PlayProgram, event: Event) -> list[str]:
    """What the event is about, for that play: one thing by its key, or all that its runs are about."""
    key = str(event.plain().get(play.key_field, "")) if play.key_field else ""
    if play.key_field and not key and event.fields().may_mean_all:
        return list(dict.fromkeys(run.key for run in session.life.plays.runs_of(play.id) if not run.repeats))
    return [key]


def stage_visit(session: Session) -> str:
    """This visit to this stage, for `once: stage`."""
    life = session.life
    return f"{life.key_term}/{life.stage.value}/{life.progress.visits}"


def counted(session: Session, play: PlayProgram, name: str) -> Counted:
    """What the play's `once` and `cooldown` go by: those of the key that `name` stands for (`name_of_key`), or of the play."""
    plays = session.life.plays
    if not play.play.counts_by_key:
        return plays.state(play.id)
    found = plays.state(play.id).of_key(name)
    plays.forget_keys(KEYS_KEPT)
    return found


def used_up(session: Session, play: PlayProgram, key: str, apart_from: PlayRun | None = None) -> bool:
    """Whether the play's `once` is spent, for that key: by what went out or may have, or by another run that is about to."""
    once = play.play.once
    if once is None:
        return False
    plays = session.life.plays
    state = counted(session, play, name_of_key(key))
    spent = {
        Once.STAGE: state.went_out_stage == stage_visit(session),
        Once.TERM: state.went_out_term == session.life.key_term,
        Once.EVER: state.went_out_ever,
    }
    others = [run for run in plays.runs_of(play.id) if run is not apart_from and (run.key == key or not play.play.counts_by_key)]
    return (
        spent[once]
        or any(run.repeats or run.status is RunStatus.PERFORMING for run in others)
        or any(_is_of(play, key, each.touch) and spends(session, once, each.touch) for each in plays.unknown.values())
    )


def _is_of(play: PlayProgram, key: str, touch: Touch) -> bool:
    """Whether the touch is one of that play, and of that key where the play counts by keys."""
    return touch.play == play.id and (not play.play.counts_by_key or name_of_touch_key(play, touch) == name_of_key(key))


def name_of_touch_key(play: PlayProgram, touch: Touch) -> str:
    """What stands for the key of the run that a touch of that play belongs to (`name_of_key`); empty where the play has none."""
    return name_of_occurrence(touch.key.split("/")[3]) if play.key_field else ""


def spends(session: Session, once: Once, touch: Touch) -> bool:
    """Whether a `once` is spent now if that touch was done."""
    match once:
        case Once.STAGE:
            return touch.counts_for == stage_visit(session)
        case Once.TERM:
            return touch.term == session.life.key_term
        case Once.EVER:
            return True
    assert_never(once)


def _run_of_key(session: Session, asked: Start) -> PlayRun | None:
    return next((run for run in session.life.plays.runs_of(asked.play.id) if run.key == asked.key and not run.repeats), None)


def _changes(event: Event, run: PlayRun) -> dict[str, Scalar]:
    """What the event says otherwise than the one that the run knows; what it leaves open changes nothing."""
    return {name: value for name, value in event.plain().items() if name != "type" and value != "" and run.event.get(name) != value}


def _told(event: Event, known: dict[str, Scalar]) -> dict[str, Scalar]:
    """What the event says, and what was known before where it leaves that open."""
    return known | {name: value for name, value in event.plain().items() if name not in known or value != ""}


def _in_words(changes: dict[str, Scalar]) -> str:
    return ", ".join(f"{name} {value}" for name, value in changes.items())


# ---- guards, in the order in which they are asked


def _still_runs(session: Session, asked: Start) -> Guarded | None:
    running = [run for run in session.life.plays.runs_of(asked.play.id) if not run.repeats]
    same = _run_of_key(session, asked)
    if same is not None:
        changes = _changes(asked.event, same) if asked.event is not None and asked.key else {}
        if asked.play.play.on_change is OnChange.RESTART and not changes.keys().isdisjoint(asked.play.reads_of_event):
            return None
        growth = sum(json_size(value) for value in changes.values() if isinstance(value, str))
        if growth > _LITTLE and _size_of_runs(session) + growth > RUNS:
            return Guarded(Why(Cause.NO_ROOM, "the play still runs, and there is no room for what has changed"), lost=True)
        same.event |= changes
        if changes:
            session.size_of_runs = None
        seen = f", and sees {_in_words(changes)}" if changes else ""
        return Guarded(Why(Cause.STILL_RUNS, f"the play still runs{seen}"))
    if len(running) >= MOST_AT_ONCE:
        return Guarded(Why(Cause.TOO_MANY_RUNS, f"{MOST_AT_ONCE} of its runs go on already"), lost=True)
    return None


def _once(session: Session, asked: Start) -> Guarded | None:
    once = asked.play.play.once
    if once is None or not used_up(session, asked.play, asked.key):
        return None
    return Guarded(Why(Cause.ONCE, "goes out once ever" if once is Once.EVER else f"goes out once a {once.value}"))


def _cooldown(session: Session, asked: Start) -> Guarded | None:
    cooldown = asked.play.play.cooldown
    last = counted(session, asked.play, name_of_key(asked.key)).last_started if cooldown is not None else None
    if cooldown is None or last is None:
        return None
    cool = after(session.life, session.program.playbook.contact_policy, last, cooldown)
    return Guarded(Why(Cause.COOLDOWN, f"cools down for {cooldown} after its last run")) if asked.moment < cool else None


def _until(session: Session, asked: Start) -> Guarded | None:
    until = asked.play.until
    met = until is not None and session.values.hold(until, about=asked.play.about(asked.key))
    return Guarded(Why(Cause.UNTIL, "what it works towards is already so")) if met else None


def _if(session: Session, asked: Start) -> Guarded | None:
    if_ = asked.play.play.if_
    if if_ is None:
        return None
    fields = asked.event.plain() if asked.event is not None else None
    holds = session.holds_at(asked.moment, if_, fields, asked.play.about(asked.key))
    return None if holds else Guarded(Why(Cause.CONDITION, "its condition does not hold"))


def _passed(session: Session, asked: Start) -> Guarded | None:
    comes_before = deadline_of(session.life, session.program.playbook, asked.play.play)
    if comes_before is None or asked.now < comes_before:
        return None
    words = f"it was to go before {session.clock(comes_before)}, which has passed"
    return Guarded(Why(Cause.PASSED, words), Outcome.MISSED, lost=True)


def _window(session: Session, asked: Start) -> Guarded | None:
    life, play, playbook = session.life, asked.play.play, session.program.playbook
    if life.progress.anew is not None and asked.due < life.progress.anew:
        words = f"was due {asked.due:%Y-%m-%d %H:%M} UTC, before this life was begun in the place of one that may have sent it"
        return Guarded(Why(Cause.WINDOW, words), Outcome.MISSED, lost=True)
    if asked.now <= last_moment(life, playbook, play, asked.due):
        return None
    # Each touch is looked at again by its own hours when it is due.
    policy = playbook.contact_policy
    roles = sorted({role for node in asked.play.nodes.values() if (role := node.step.body.request().owner)} if policy.people else set())
    for hours in (customer_hours(life, policy), owner_hours(life, policy), *(role_hours(life, policy, role) for role in roles)):
        if asked.now <= last_moment(life, playbook, play, asked.due, hours):
            return None
    words = f"was due {asked.due:%Y-%m-%d %H:%M} UTC, its window of {play.within or playbook.within} is over"
    return Guarded(Why(Cause.WINDOW, words), Outcome.MISSED, lost=True)


def _room(session: Session, asked: Start) -> Guarded | None:
    if len(session.life.plays.runs) < FEW_RUNS or _size_of_runs(session) + _size_of_run(session, _run(session, asked, {})) <= RUNS:
        return None
    return Guarded(Why(Cause.NO_ROOM, "what goes on already leaves no room for another run"), lost=True)


def _size_of_runs(session: Session) -> int:
    """What all runs have together, as they may grow."""
    if session.size_of_runs is not None:
        return session.size_of_runs
    size = sum(_size_of_run(session, run) for run in session.life.plays.runs.values())
    session.remember_size_of_runs(size)
    return size


def _size_of_run(session: Session, run: PlayRun) -> int:
    return size_of_run(run, _waits(session.program.plays.find(run.play)))


def _waits(play: PlayProgram | None) -> int:
    return sum(map(len, play.awaits.values())) if play is not None else 0


_LITTLE = 100
"""Bytes by which a run may grow without a look at the others: as much is left for it."""


_GUARDS: tuple[Callable[[Session, Start], Guarded | None], ...] = (_still_runs, _once, _cooldown, _until, _if, _window, _passed, _room)
