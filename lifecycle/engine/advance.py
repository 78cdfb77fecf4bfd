"""Everything of one moment: what was told by then, then what falls due."""

from bisect import bisect_right
from datetime import datetime

from lifecycle.domain.enums import Outcome
from lifecycle.engine.conditions_changed import look_around
from lifecycle.engine.effective_time import prompt
from lifecycle.engine.runs import hear, note_unsent, occurrence_key, snooze, start, start_by_event
from lifecycle.engine.stage_plan import end_plays
from lifecycle.engine.transitions import next_turn, objection, turn_by_clock, turn_by_event
from lifecycle.engine.view import view_of
from lifecycle.facts.changes import take_in
from lifecycle.facts.events import Event
from lifecycle.playbook.program import PlayProgram, Program
from lifecycle.rules.contact_policy import unwanted
from lifecycle.rules.health import health_of
from lifecycle.rules.planning import every_due, plan_next, plan_silence
from lifecycle.state.life import Doing, Lifecycle, PlayState


def step(life: Lifecycle, program: Program, deadline: datetime, now: datetime) -> None:
    """Everything of one moment: first what was told by then, then what falls due then.

    A moment that has passed already (late enrolment, an event told late) counts as the latest one that was dealt with.
    """
    moment = life.clock = max(deadline, life.clock)
    now = prompt(moment, now)
    waiting = bisect_right(life.inbox, deadline, key=lambda event: event.at)
    told = life.inbox[:waiting]
    if told:
        del life.inbox[:waiting]
        if _take_all(life, program, told, moment, now) or life.replan:
            # Deadlines of this very moment may have moved: they are looked at again, in their new places.
            return
    turn = next_turn(life, program)
    if turn is not None and turn <= deadline:
        turn_by_clock(life, program, moment)
        end_plays(life, program, moment)
        return
    _milestones_fall_due(life, program, deadline, moment, now)
    for run in list(life.runs.values()):
        if run.until is None or run.until > deadline:
            continue
        if run.doing is Doing.HELD:
            run.doing, run.until = Doing.READY, None
        elif run.doing is Doing.WAITING:
            run.doing = Doing.MOVING
    before = set(life.runs)
    for one in program.here:
        state = life.plays.get(one.id)
        if state is not None and state.due is not None and state.due <= deadline:
            _fall_due(life, program, one, state, moment, now)
    _hear_each_other(life, program, before, [event for event in told if event.at == deadline], moment)


def _take_all(life: Lifecycle, program: Program, events: list[Event], moment: datetime, now: datetime) -> bool:
    """All events of one instant, before anything is decided; whether another stage or term has begun."""
    taken: list[Event] = []
    stage, term, visits = life.stage, life.contract.term, life.visits
    for event in events:
        why = objection(life, program, event)
        if why is not None:
            life.refuse(event, moment, why)
            life.forget(event)
            continue
        take_in(life, program, event, moment)
        if event.in_part:
            continue
        taken.append(event)
        turn_by_event(life, program, event, moment)
        if event.type == "customer.changed":
            life.replan = True
    life.health = health_of(life)
    view = view_of(life, program)
    view.refresh(life)
    changed = view.take_changed()
    _call_off_unwanted(life)
    for event in taken:
        hear(life, program, event, moment)
        if event.type == "task.snoozed":
            snooze(life, program, event)
    if (life.stage, life.contract.term, life.visits) != (stage, term, visits):
        end_plays(life, program, moment)
        life.arriving = taken
        return True
    for one in program.by_silence:
        plan_silence(life, one)
    if changed:
        look_around(life, program, moment)
    for event in taken:
        before = set(life.runs)
        start_by_event(life, program, event, moment, now)
        _hear_each_other(life, program, before, [other for other in taken if other is not event], moment)
    return False


def _hear_each_other(life: Lifecycle, program: Program, before: set[str], told: list[Event], moment: datetime) -> None:
    """A run that has just started looks back to its start, and so hears what else was told in that very moment."""
    started = [run for name, run in life.runs.items() if name not in before]
    for event in told if started else []:
        hear(life, program, event, moment, started)


def _call_off_unwanted(life: Lifecycle) -> None:
    """A message in flight that nobody it goes to may or will have any more is called off, if it has not acted yet."""
    for touch in life.in_flight.values():
        if touch.to and touch.key not in life.withdrawn and all(unwanted(life, person, touch.category) for person in touch.to):
            life.withdrawn.append(touch.key)


def _milestones_fall_due(life: Lifecycle, program: Program, deadline: datetime, moment: datetime, now: datetime) -> None:
    late = [
        name
        for name in program.plan.milestones
        if (state := life.milestones.get(name)) is not None and state.deadline is not None and state.deadline <= deadline
    ]
    if not late:
        return
    for name in late:
        life.milestones[name].overdue = True
    life.health = health_of(life)
    view_of(life, program).refresh(life)
    look_around(life, program, moment)
    for name in late:
        due = life.milestones[name].due or moment
        for one in program.by_milestone.get(name, []):
            start(life, program, one, name, due, moment, now, key=name)


def _fall_due(life: Lifecycle, program: Program, one: PlayProgram, state: PlayState, moment: datetime, now: datetime) -> None:
    """A planned play's moment has come."""
    due = state.due
    assert due is not None
    match one.play.trigger:
        case "at":
            state.last_index, state.due = int(state.occurrence), None
            start(life, program, one, state.occurrence, due, moment, now)
        case "every":
            _rhythm_falls_due(life, program, one, state, due, moment, now)
        case _:
            state.due, state.spent = None, True
            occurrence = str(state.count + 1)
            if start(life, program, one, occurrence, due, moment, now):
                state.count += 1


def _rhythm_falls_due(
    life: Lifecycle, program: Program, one: PlayProgram, state: PlayState, due: datetime, moment: datetime, now: datetime
) -> None:
    """Of occurrences that piled up only the last may still go; the rhythm stays."""
    piled_up = 0
    while (later := every_due(life, program, one, state.last_index + piled_up + 2)) <= now:
        piled_up, due = piled_up + 1, later
    if piled_up:
        key = occurrence_key(life, one.id, str(state.count + piled_up))
        note_unsent(
            life, key, one.id, one.id, "play", Outcome.MISSED, moment, f"{piled_up} came due before the last one, while nothing ran"
        )
    _give_way(life, one, moment)
    state.last_index += piled_up + 1
    state.count += piled_up + 1
    start(life, program, one, str(state.count), due, moment, now)
    plan_next(life, program, one)


def _give_way(life: Lifecycle, one: PlayProgram, moment: datetime) -> None:
    """A beat that is still held back when the next one comes gives way to it: the last occurrence is the one that may go."""
    for run in [run for run in life.runs.values() if run.play == one.id and run.doing in (Doing.HELD, Doing.READY)]:
        key = run.key_of(life.customer.id, run.step)
        if not run.went_out and key not in life.tried:
            del life.runs[run.id]
            note_unsent(life, key, run.play, run.name, run.kind, Outcome.MISSED, moment, "held back until the next one came due")
