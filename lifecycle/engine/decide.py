"""Bringing a life up to a moment: deadline by deadline in the order of time, then what is to be done."""

from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.domain.enums import Stage
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.record import FactKind
from lifecycle.domain.time.zones import LAST_DAY, local, midnight
from lifecycle.domain.touch import Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.advance import advance
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.events.validation import validate
from lifecycle.engine.plays.runs import end, move
from lifecycle.engine.recording.events import week_of_usage_is_over
from lifecycle.engine.recording.tasks import all_tasks_dropped
from lifecycle.engine.session import Session
from lifecycle.engine.stages.stage_turns import begin_stage, replan
from lifecycle.engine.stages.transitions import turn_by_clock
from lifecycle.engine.touches.invitations import cancel_meetings
from lifecycle.engine.touches.own_tasks.catching_up import tell_owner
from lifecycle.engine.touches.own_tasks.unknown import ask_owners
from lifecycle.engine.touches.releasing import release
from lifecycle.engine.wakes import Wake, next_moment, wake_at
from lifecycle.facts.people import name_of_address
from lifecycle.playbook.policy import USUAL_LENGTHS, StageLengths
from lifecycle.rules.contract.clock import stage_on
from lifecycle.rules.past import begins_as, why_no_past
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind
from lifecycle.state.plays import PlayRun
from lifecycle.state.progress import Progress
from lifecycle.state.room import too_large

WORK_OF_A_DEADLINE = 20
"""Starts and moves of runs (`Session.work`) that count as one more deadline."""


@dataclass(slots=True)
class Decision:
    """What is to be done now. `turned`: another stage or tier needs its own part of the playbook. `over`: the life is closed.
    `more`: it is not brought up to now yet, and nothing is to be done before it is.
    """

    touches: list[Touch] = field(default_factory=list)
    call_off: list[str] = field(default_factory=list)
    wake: Wake | None = None
    turned: bool = False
    over: bool = False
    more: bool = False


def begin(customer: Customer, playbook: str, at: datetime, lengths: StageLengths = USUAL_LENGTHS, *, listed: bool = False) -> Lifecycle:
    """A new life on that playbook (`name` or `name@version`), in the stage its contract is in at that moment (UTC), which may lie ahead.

    `lengths` are those of the playbook's stages. `listed`: what its late start has missed stands on a list that its file makes.
    Who is a customer already is not onboarded again, and its milestones stay reached.
    Raises Mistake, with a sentence, for a customer that is too large for a life, and for a past that cannot be.
    """
    today = local(at, customer.timezone).date()
    if (why := too_large(customer) or why_no_past(customer, today)) is not None:
        raise Mistake(f"{why}.")
    anchor = customer.contract.start
    customer = customer.model_copy(update={"contract": begins_as(customer, today)})
    stage = stage_on(customer.contract, today, lengths)
    progress = Progress(
        stage=stage,
        stage_since=at,
        stage_day=today,
        enrolled=at,
        term_since=at,
        decided_until=at,
        planned_zone=customer.timezone,
        recalls=True,
        late_since=at,
        listed=listed,
    )
    life = Lifecycle(customer=customer, playbook=playbook, progress=progress)
    for contact in customer.contacts:
        if contact.opted_out:
            key = name_of_address(contact.email)
            life.facts.people.opted_out[key] = sorted({*life.facts.people.opted_out.get(key, []), *contact.opted_out})
    life.facts.contract.anchor = anchor
    _remember_past(life, at)
    life.log.note(Entry(at=at, kind=EntryKind.STAGE, what=stage.value, why="enrolled"))
    contract = life.contract
    said: dict[str, Scalar] = {"term": contract.term, "start": anchor.isoformat(), "amount": contract.annual_value}
    life.record.add(at, FactKind.ENROLLED, stage.value, data=said)
    return life


def _remember_past(life: Lifecycle, at: datetime) -> None:
    """The milestones that were reached before the enrolment, each with its line; where nobody knows the day, at the enrolment."""
    for name, day in sorted(life.customer.past.milestones.items(), key=lambda told: (told[1] or LAST_DAY, told[0])):
        moment = min(midnight(day, life.zone), at) if day is not None else at
        life.facts.milestones.reach(name, moment)
        why = "reached before the customer was enrolled" + ("" if day is not None else "; nobody said when")
        life.log.note(Entry(at=moment, kind=EntryKind.MILESTONE, what=name, why=why))
        life.record.add(moment, FactKind.MILESTONE, name, data={"past": True, "why": why})


def decide(session: Session, now: datetime, most: int | None = None) -> Decision:
    """Bring the life up to that moment (UTC), deadline by deadline in the order of time, then say what is to be done.

    An event told at or before a deadline is taken in before it, whatever was seen first. After `most` deadlines, or fewer of which
    each concerns a great many plays, it stops and says that there are `more`: nothing is to be done before those are seen too, so it
    is to be called again.
    """
    decision = Decision()
    progress = session.life.progress
    if now < progress.enrolled and not session.is_closed:
        decision.wake = Wake(progress.enrolled, "the customer is enrolled then")
        return decision
    if progress.stage_is_new and session.fits and not session.is_closed:
        begin_stage(session, now)
    steps, work = 0, session.work
    while session.can_go_on:
        if progress.replan:
            replan(session, progress.decided_until)
        moving, ready = session.runs_to_go_on()
        if moving:
            _move(session, moving)
            _, ready = session.runs_to_go_on()
        at = next_moment(session)
        if at is not None and at <= now:
            # A touch that is asked for already is handed out first: what is left then lies within the minute a worker may be late.
            if most is not None and steps + (session.work - work) // WORK_OF_A_DEADLINE >= most and not decision.touches:
                decision.more = True
                return decision
            _step(session, at, now)
            steps += 1
        elif ready:
            decision.touches += release(session, effective_time(progress.decided_until, now))
        elif session.life.stage is Stage.FAREWELL and _nothing_left(session):
            turn_by_clock(session, progress.decided_until)
        else:
            decision.touches += ask_owners(session, now)
            decision.touches += tell_owner(session, now)
            decision.touches += cancel_meetings(session, now)
            decision.wake = wake_at(session, at)
            break
    if progress.stage is Stage.CLOSED:
        _close(session, decision, now)
    else:
        decision.turned = not session.can_go_on
    withdrawn = session.life.plays.withdrawn
    if withdrawn:
        decision.touches = [touch for touch in decision.touches if touch.key not in withdrawn]
        decision.call_off = list(withdrawn)
    return decision


def _move(session: Session, moving: list[PlayRun]) -> None:
    runs, decided_until = session.life.plays.runs, session.life.progress.decided_until
    for run in moving:
        if run.id in runs:
            move(session, run, max(decided_until, run.step_due))


def _step(session: Session, at: datetime, now: datetime) -> None:
    before = _how_far(session)
    advance(session, at, now)
    after = _how_far(session)
    assert after != before, f"{session.life.customer.id} does not get past {at}"


def _how_far(session: Session) -> tuple[int, int, int, datetime | None]:
    return session.agenda.writes, len(session.life.inbox.waiting), session.life.progress.visits, session.health_turns_at


def _nothing_left(session: Session) -> bool:
    """Whether a farewell has been said: nothing runs, and nothing that comes once is to come."""
    plays = session.life.plays
    return not plays.runs and not any(
        play.play.at is not None and plays.states[play.id].due is not None for play in session.program.by_time
    )


def _close(session: Session, decision: Decision, now: datetime) -> None:
    """The life is over when nothing is in flight any more, and every owner who is to be asked about an unknown touch has been."""
    life, moment = session.life, session.life.progress.decided_until
    session.refresh_health()
    for run in list(life.plays.runs.values()):
        end(session, run, moment, Why(Cause.CLOSED, "the customer is closed"))
    all_tasks_dropped(session, moment, "the customer is closed")
    week_of_usage_is_over(session, moment)
    for event in life.inbox.waiting:
        life.log.refuse(event, max(event.at, moment), validate(session, event) or "the customer is closed")
        life.inbox.forget(event)
    life.inbox.waiting.clear()
    decision.touches += ask_owners(session, now)
    decision.touches += cancel_meetings(session, now)
    decision.wake = wake_at(session, None)
    decision.over = not life.plays.in_flight and decision.wake is None
