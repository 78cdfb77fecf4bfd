"""The engine: what happened changes the state, and the state says what is to be done, now and next.

    apply(life, program, event, now)          takes an event in, or says why not
    decide(life, program, now)                what is due, what is called off, when to wake and why
    settle(life, program, receipt, now)       what performing a touch led to

They change `life` in place and read nothing else: no clock, no file, no setting. Between two calls nothing is
remembered anywhere but in `life`, so it may be cut and carried on after any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lifecycle.calendar import add
from lifecycle.contract_clock import stage_on
from lifecycle.customer import Customer
from lifecycle.events import Event
from lifecycle.facts import take_in
from lifecycle.health import health_of
from lifecycle.planning import every_due, plan_next, plan_silence, plan_stage
from lifecycle.policy import count_send, counts, uncount_send, unwanted
from lifecycle.program import PlayProgram, Program
from lifecycle.releasing import pass_on, release
from lifecycle.running import call_back, end, hear, last_try, look_again, move, note_unsent, occurrence_key, snooze, start, start_by_event
from lifecycle.state import IDS_KEPT, Doing, EntryKind, Lifecycle, OfferState, PlayRun, PlayState
from lifecycle.touch import Answer, Receipt, Touch
from lifecycle.transitions import next_turn, objection, turn_by_clock, turn_by_event
from lifecycle.view import view_of
from lifecycle.words import Outcome, Stage, TouchKind
from lifecycle.zones import local

PROMPT = timedelta(minutes=1)
"""What is done within a minute of its moment counts as done at that moment: a worker is never quite on time."""

AHEAD = timedelta(hours=1)
"""How far in the future an event may be told; it waits in the inbox until then."""

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=4)
MOST_DOUBLINGS = 10

_SILENT = {
    Answer.REFUSED: "the provider refused it and gave no reason",
    Answer.RETRY: "its play ended while it was tried",
    Answer.WITHDRAWN: "its play ended before it acted",
}
"""What is written down where nobody said why."""

_OUTCOMES = {
    Answer.DONE: Outcome.SENT,
    Answer.UNKNOWN: Outcome.UNKNOWN,
    Answer.REFUSED: Outcome.FAILED,
    Answer.RETRY: Outcome.CANCELLED,
    Answer.WITHDRAWN: Outcome.CANCELLED,
}


@dataclass(slots=True)
class Told:
    """What became of an event that was told."""

    taken: bool
    repeated: bool = False
    why: str = ""


@dataclass(slots=True)
class Wake:
    """When to look again, and why."""

    at: datetime
    why: str


@dataclass(slots=True)
class Decision:
    """What is to be done now. `turned`: another stage or tier needs its own part of the playbook. `over`: the life is closed."""

    touches: list[Touch] = field(default_factory=list)
    call_off: list[str] = field(default_factory=list)
    wake: Wake | None = None
    turned: bool = False
    over: bool = False


def prompt(moment: datetime, now: datetime) -> datetime:
    """When something planned for that moment counts as done: then, if now is hardly later, else now."""
    return moment if now - moment < PROMPT else now


def begin(customer: Customer, playbook: str, at: datetime) -> Lifecycle:
    """A new life on that playbook (`name` or `name@version`), in the stage its contract is in at that moment, which may lie ahead."""
    stage = stage_on(customer.contract, local(at, customer.timezone).date())
    life = Lifecycle(
        customer=customer,
        playbook=playbook,
        stage=stage,
        stage_since=at,
        stage_day=local(at, customer.timezone).date(),
        enrolled=at,
        clock=at,
        term_since=at,
        planned_zone=customer.timezone,
    )
    life.opted_out = {contact.email.casefold(): list(contact.opted_out) for contact in customer.contacts if contact.opted_out}
    life.note(at, EntryKind.STAGE, stage.value, why="enrolled")
    return life


def refusal(life: Lifecycle, program: Program, event: Event, now: datetime, *, judged_later: bool = False) -> str | None:
    """Why the event is not taken in, in a sentence for whoever told it; None if it is.

    What an earlier event, untaken still, makes true or false is seen when both are taken: such an event is `judged_later`.
    """
    known = life.known.get(event.id)
    if known is not None:
        return (
            None
            if known == event.digest()
            else f"event id '{event.id}' was told before with other content; give this event an id of its own"
        )
    if event.at > now + AHEAD:
        return f"event '{event.id}' is told for {event.at:%Y-%m-%d %H:%M} UTC, over an hour ahead of {now:%Y-%m-%d %H:%M}; tell it when it has happened"
    if event.happened is not None and event.happened > event.at + AHEAD:
        return f"event '{event.id}' happened after it was told, at {event.happened:%Y-%m-%d %H:%M} UTC; correct 'happened'"
    if judged_later or any(waiting.at <= event.at for waiting in life.inbox):
        return None
    return objection(life, program, event)


def apply(life: Lifecycle, program: Program, event: Event, now: datetime) -> Told:
    """Take an event in, to be decided on at the moment it was told for. The same id again is answered as before."""
    why = refusal(life, program, event, now)
    if why is not None:
        return Told(taken=False, why=why)
    if event.id in life.known:
        return Told(taken=True, repeated=True)
    life.known[event.id] = event.digest()
    while len(life.known) > IDS_KEPT:
        del life.known[next(iter(life.known))]
    life.inbox.append(event)
    return Told(taken=True)


def apply_all(life: Lifecycle, program: Program, events: Sequence[Event], now: datetime) -> list[Told]:
    """Take events in that are told together, whatever order they come in; the answers are in the order of the events."""
    answers = {position: apply(life, program, events[position], now) for position in _in_order(events)}
    return [answers[position] for position in range(len(events))]


def refusal_of_any(life: Lifecycle, program: Program, events: Sequence[Event], now: datetime) -> str | None:
    """Why events that are told together are not taken in, in a sentence; None if all of them are."""
    digests: dict[str, str] = {}
    for number, position in enumerate(_in_order(events)):
        event = events[position]
        if digests.setdefault(event.id, event.digest()) != event.digest():
            return f"event id '{event.id}' comes twice with different content; give each event an id of its own"
        why = refusal(life, program, event, now, judged_later=number > 0)
        if why is not None:
            return why
    return None


def _in_order(events: Sequence[Event]) -> list[int]:
    return sorted(range(len(events)), key=lambda position: _when_told(events[position]))


def _when_told(event: Event) -> tuple[datetime, str]:
    """The order in which events are taken in: by the moment, and by id within one."""
    return event.at, event.id


def decide(life: Lifecycle, program: Program, now: datetime) -> Decision:
    """Bring the life up to that moment, deadline by deadline in the order of time, then say what is to be done.

    An event told at or before a deadline is taken in before it, whatever was seen first.
    """
    decision = Decision()
    if now < life.enrolled:
        decision.wake = Wake(life.enrolled, "the customer is enrolled then")
        return decision
    view_of(life, program)
    if life.fresh_stage and program.fits(life):
        _begin_stage(life, program, now)
    while True:
        if life.stage is Stage.CLOSED or not program.fits(life) or life.fresh_stage:
            break
        if life.replan:
            _replan(life, program, life.clock)
        for run in [run for run in life.runs.values() if run.doing is Doing.MOVING]:
            if run.id in life.runs:
                move(life, program, run, max(life.clock, run.cursor))
        wake = next_wake(life, program)
        if wake is not None and wake.at <= now:
            _step(life, program, wake.at, now)
            continue
        at = prompt(life.clock, now)
        ready = any(run.doing is Doing.READY for run in life.runs.values())
        if ready:
            decision.touches += release(life, program, at)
            continue
        if life.stage is Stage.FAREWELL and _nothing_left(life, program):
            turn_by_clock(life, program, life.clock)
            continue
        decision.wake = wake
        break
    decision.turned = life.stage is not Stage.CLOSED and (life.fresh_stage or not program.fits(life))
    if life.stage is Stage.CLOSED:
        _close(life, decision)
    decision.touches = [touch for touch in decision.touches if touch.key not in life.withdrawn]
    decision.call_off = list(life.withdrawn)
    return decision


def _nothing_left(life: Lifecycle, program: Program) -> bool:
    """Whether a farewell has been said: nothing runs, and nothing that comes once is to come."""
    return not life.runs and not any(one.play.at is not None and life.plays[one.id].due is not None for one in program.by_time)


def _close(life: Lifecycle, decision: Decision) -> None:
    for run in list(life.runs.values()):
        end(life, run, life.clock, "the customer is closed")
    decision.wake, decision.over = None, True


def next_wake(life: Lifecycle, program: Program) -> Wake | None:
    """The earliest moment at which something may change by itself."""
    best: datetime | None = next_turn(life, program)
    why = f"the stage {life.stage.value} ends"
    for event in life.inbox:
        if best is None or event.at < best:
            best, why = event.at, f"{event.type} is told for then"
    for one in program.here:
        state = life.plays.get(one.id)
        if state is not None and state.due is not None and (best is None or state.due < best):
            best, why = state.due, f"play {one.id} is due"
    for run in life.runs.values():
        if run.until is not None and run.doing in (Doing.WAITING, Doing.HELD) and (best is None or run.until < best):
            best, why = run.until, f"play {run.play}, step {run.step}: {run.why}"
    for name in program.plan.milestones:
        milestone = life.milestones.get(name)
        deadline = milestone.deadline if milestone is not None else None
        if deadline is not None and (best is None or deadline < best):
            best, why = deadline, f"milestone {name} is due"
    return None if best is None else Wake(best, why)


def _step(life: Lifecycle, program: Program, deadline: datetime, now: datetime) -> None:
    """Everything of one moment: first what was told by then, then what falls due then.

    A moment that has passed already (late enrolment, an event told late) counts as the latest one that was dealt with.
    """
    moment = life.clock = max(deadline, life.clock)
    now = prompt(moment, now)
    told = sorted((event for event in life.inbox if event.at <= deadline), key=_when_told)
    if told:
        life.inbox = [event for event in life.inbox if event.at > deadline]
        if _take_all(life, program, told, moment, now) or life.replan:
            # Deadlines of this very moment may have moved: they are looked at again, in their new places.
            return
    turn = next_turn(life, program)
    if turn is not None and turn <= deadline:
        turn_by_clock(life, program, moment)
        _end_plays(life, program, moment)
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
            life.note(moment, EntryKind.EVENT, event.type, why=f"refused: {why}")
            life.known.pop(event.id, None)
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
            snooze(life, program, event, moment)
    if (life.stage, life.contract.term, life.visits) != (stage, term, visits):
        _end_plays(life, program, moment)
        life.arriving = taken
        return True
    for one in program.by_silence:
        plan_silence(life, one)
    if changed:
        _look_around(life, program, moment)
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


def _look_around(life: Lifecycle, program: Program, moment: datetime) -> None:
    """The state may have changed: end what is met, and see which conditions began or ceased to hold."""
    look_again(life, program, moment)
    for one in program.by_time:
        if one.play.at is not None and (one.play.at.of or "").startswith("milestone:"):
            plan_next(life, program, one)
    _scan_conditions(life, program, moment)


def _scan_conditions(life: Lifecycle, program: Program, moment: datetime) -> None:
    """A condition that begins to hold starts counting, and one that ceases to starts over: it fires once per stretch."""
    view = view_of(life, program)
    for one in program.by_condition:
        state = life.play(one.id)
        if not view.holds(one.play.when or "false"):
            if state.since is not None:
                state.since, state.due, state.spent = None, None, False
        elif state.since is None:
            state.since, state.spent = moment, False
            state.due = moment if one.play.for_ is None else add(moment, one.play.for_, life.zone, life.customer.country)


def _end_plays(life: Lifecycle, program: Program, moment: datetime) -> None:
    """Plays belong to their stage and end with it, unless they are marked to outlive it."""
    for run in list(life.runs.values()):
        one = program.plays.find(run.play)
        if one is None or not one.play.outlives_stage or life.churned is not None:
            end(life, run, moment, f"the stage {program.stage.value} ended")
    for state in life.plays.values():
        state.due, state.since, state.spent = None, None, False


def _begin_stage(life: Lifecycle, program: Program, now: datetime) -> None:
    """Plan the stage's plays, and start those for which the stage's own beginning is the cause."""
    life.fresh_stage = life.replan = False
    life.planned_zone = life.zone
    life.playbook = program.playbook.ref
    plan_stage(life, program)
    _end_what_edits_removed(life, program)
    for run in life.runs.values():
        if run.doing is Doing.WAITING:
            # An edit may have given the wait another length; it counts from its own start.
            run.doing, run.until = Doing.MOVING, None
    view_of(life, program).refresh(life)
    look_again(life, program, life.clock)
    _scan_conditions(life, program, life.clock)
    arriving, life.arriving = life.arriving, []
    for event in arriving:
        start_by_event(life, program, event, life.clock, now)


def _end_what_edits_removed(life: Lifecycle, program: Program) -> None:
    """Matching is by play and step id: a run that stands on neither any more ends, with a record."""
    for run in list(life.runs.values()):
        one = program.plays.find(run.play)
        if one is None or run.step not in one.nodes:
            end(life, run, life.clock, "an edit of the playbook removed it")


def _replan(life: Lifecycle, program: Program, moment: datetime) -> None:
    """An anchor moved: every deadline that hangs on it moves with it.

    A start that the move itself put into the past counts as due at the move: moving east skips nothing.
    """
    life.replan = False
    before = {one.id: life.plays[one.id].due for one in program.by_time if one.id in life.plays}
    zone_moved = life.planned_zone != life.zone
    plan_stage(life, program)
    for name, state in life.plays.items():
        # A play that this tier does not have sees no breaks of its condition, so it starts over if it comes back.
        if name not in program.names_here:
            state.due, state.since, state.spent = None, None, False
            state.rhythm = "none" if state.rhythm else ""
    for one in program.by_time:
        state, old = life.plays[one.id], before.get(one.id)
        if zone_moved and old is not None and state.due is not None and state.due < moment <= old:
            state.due = moment
    life.planned_zone = life.zone
    view_of(life, program).refresh(life)
    _scan_conditions(life, program, moment)


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
    _look_around(life, program, moment)
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


def settle(life: Lifecycle, program: Program, receipt: Receipt, now: datetime) -> None:
    """Take in what performing a touch led to. A touch whose play has ended meanwhile is only written down."""
    touch = life.in_flight.pop(receipt.key, None)
    if touch is None:
        return
    at = prompt(touch.at, now)
    if receipt.key in life.withdrawn:
        life.withdrawn.remove(receipt.key)
    run = next((run for run in life.runs.values() if run.key_of(life.customer.id, run.step) == touch.key), None)
    went_out = receipt.answer in (Answer.DONE, Answer.UNKNOWN)
    if counts(touch.kind, touch.category):
        if went_out:
            count_send(life, program.playbook.contact_policy, touch)
        else:
            uncount_send(life, touch)
    if receipt.answer is Answer.RETRY and run is not None and run.fell is None:
        _try_again(life, program, touch, run, receipt, at)
        return
    outcome = _OUTCOMES[receipt.answer]
    if went_out:
        life.note(at, EntryKind.TOUCH, f"{touch.kind.value} {touch.name}", outcome=outcome, why=receipt.why, key=touch.key)
    else:
        # What the engine gave up keeps the engine's reason: the ledger only says that it had not acted.
        fell, why = (run.fell, run.why) if run is not None and run.fell is not None else (outcome, receipt.why)
        note_unsent(life, touch.key, touch.play, touch.name, touch.kind.value, fell, at, why or _SILENT[receipt.answer])
    if went_out:
        _count(life, program, touch, at)
    if run is not None:
        run.went_out = run.went_out or went_out
        run.invites += touch.kind is TouchKind.MEETING
        one = program.plays.find(run.play)
        if one is None:
            end(life, run, at, "an edit of the playbook removed it")
        else:
            pass_on(life, one, run, at)


def _count(life: Lifecycle, program: Program, touch: Touch, at: datetime) -> None:
    """Once counts what went out, for the stage and term in which it was asked for."""
    kind = f"sent:{touch.kind.value}"
    life.counts[kind] = life.counts.get(kind, 0) + 1
    state = life.play(touch.play)
    state.went_out_stage, state.went_out_term, state.went_out_ever = touch.counts_for, touch.term, True
    if touch.kind is TouchKind.OFFER:
        offer = life.offers.setdefault(touch.name, OfferState())
        offer.granted = True
        offer.terms = [*offer.terms, touch.term]
        offer.stages = [*offer.stages, touch.counts_for]
        if program.fits(life) and not life.fresh_stage:
            view_of(life, program).refresh(life)
            _look_around(life, program, at)


def _try_again(life: Lifecycle, program: Program, touch: Touch, run: PlayRun, receipt: Receipt, at: datetime) -> None:
    """The provider could not: hold the touch back a while, longer each time, inside its window; then give it up."""
    pause = min(FIRST_RETRY * 2 ** min(run.tries, MOST_DOUBLINGS), LONGEST_RETRY)
    why = f"the provider could not: {receipt.why}"
    one = program.plays.find(run.play)
    if one is None or at + pause > last_try(life, program, one.play, run, touch.kind):
        call_back(life, run, touch, Outcome.FAILED, why)
        return
    if not run.tries:
        note_unsent(life, touch.key, touch.play, touch.name, touch.kind.value, Outcome.DELAYED, at, why)
    life.tried[touch.key] = touch
    run.tries += 1
    run.doing, run.until, run.why = Doing.HELD, at + pause, why


def lapse(life: Lifecycle, now: datetime) -> None:
    """Call off what was asked for and not begun in its time, as while no worker ran: a new run must not ask for it again."""
    for run in life.runs.values():
        touch = life.in_flight.get(run.key_of(life.customer.id, run.step))
        if touch is not None and now > touch.not_after and touch.key not in life.withdrawn:
            call_back(life, run, touch, Outcome.MISSED, "was not begun before its window was over")
