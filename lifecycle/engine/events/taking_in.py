"""Events of one instant change what is known, before anything is decided on them."""

from datetime import datetime

from lifecycle.domain.time.zones import local
from lifecycle.domain.why import Cause
from lifecycle.engine.events.past import remember_renewal, settle_in
from lifecycle.engine.events.validation import validate
from lifecycle.engine.plays.conditions_changed import conditions_changed
from lifecycle.engine.plays.hearing import hear, hear_what_else_was_told, snooze
from lifecycle.engine.plays.stage_plan import plan_silence
from lifecycle.engine.plays.starting import start_by_event
from lifecycle.engine.recording.events import record_event, what_it_took
from lifecycle.engine.recording.tasks import task_done, task_snoozed
from lifecycle.engine.session import Session
from lifecycle.engine.stages.stage_turns import end_plays
from lifecycle.engine.stages.transitions import tell_renewal_again, turn_by_event
from lifecycle.facts.contract import ContractRenewed
from lifecycle.facts.customer import CustomerChanged
from lifecycle.facts.events import Event
from lifecycle.facts.facts import SUBJECT_OF
from lifecycle.facts.people import ContactAdded
from lifecycle.facts.tasks import TaskDone, TaskSnoozed
from lifecycle.rules.contact_policy import unwanted
from lifecycle.rules.contract.terms import is_told_again, latest_term
from lifecycle.rules.milestones import reached_by
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import CalledOff

_UNTOLD = frozenset({"email", "owner_email", "name", "first_name", "owner_first_name", "phone"})
"""Fields that a timeline's line leaves out: the contact's name stands for the address."""


def take_all(session: Session, events: list[Event], moment: datetime, now: datetime) -> bool:
    """All events of one instant, before anything is decided; whether another stage or term has begun."""
    life, progress = session.life, session.life.progress
    taken: list[Event] = []
    starting: list[Event] = []
    before = (life.stage, life.contract.term, progress.visits)
    if any(event.past for event in events):
        _take_past(session, [event for event in events if event.past], moment)
        events = [event for event in events if not event.past]
    for event in events:
        why = validate(session, event)
        if why is not None:
            life.log.refuse(event, moment, why)
            life.inbox.forget(event)
            continue
        corrects = _only_corrects(session, event)
        if not _take_in(session, event, moment) or event.in_part:
            continue
        taken.append(event)
        if not corrects:
            starting.append(event)
        turn_by_event(session, event, moment)
        if isinstance(event.fields(), CustomerChanged):
            progress.replan = True
    session.refresh_health()
    _call_off_unwanted(session, moment)
    for event in taken:
        hear(session, event, moment)
        match event.fields():
            case TaskSnoozed() as data:
                snooze(session, event, data)
                task_snoozed(session, event, data)
            case TaskDone() as data:
                task_done(session, event, data)
            case _:
                pass
    if (life.stage, life.contract.term, progress.visits) != before:
        end_plays(session, moment)
        life.inbox.arriving = starting
        return True
    for play in session.program.by_silence:
        plan_silence(session, play)
    if session.has_changes:
        conditions_changed(session, moment)
    for event in starting:
        if event.type in session.program.by_event:
            running = set(life.plays.runs)
            start_by_event(session, event, moment, now)
            hear_what_else_was_told(session, running, [other for other in taken if other is not event], moment)
    return False


def _only_corrects(session: Session, event: Event) -> bool:
    """Whether it corrects what is known of a contact who holds that role already: nobody has come, so no play begins on it."""
    data = event.fields()
    known = session.life.customer.contact(data.email) if isinstance(data, ContactAdded) else None
    return known is not None and isinstance(data, ContactAdded) and known.role is data.role


def _take_past(session: Session, events: list[Event], moment: datetime) -> None:
    """What was so before, in the order in which it happened."""
    life = session.life
    for event in sorted(events, key=lambda event: (event.fact_time, event.id)):
        why = validate(session, event)
        if why is None:
            _take_in(session, event, moment)
        else:
            life.log.refuse(event, moment, why)
            life.inbox.forget(event)
    session.refresh_health()
    settle_in(session, moment)


def _take_in(session: Session, event: Event, moment: datetime) -> bool:
    """Change the facts by one event, and write it into the timeline. False where it is superseded: it starts, ends and answers nothing."""
    life, data = session.life, event.fields()
    if data.shows_life:
        life.facts.activity.heard(event.fact_time)
        session.health_is_old("activity")
    words = "" if data.routine else _in_words(session, event)
    why, took = "", what_it_took(session, event)
    if event.past and isinstance(data, ContractRenewed):
        remember_renewal(session, data)
    elif isinstance(data, ContractRenewed) and is_told_again(life, data, local(moment, life.zone).date()):
        tell_renewal_again(session, event, data)
        why = f"the renewal into term {latest_term(life).term} told again: it begins no other term"
    elif not data.in_part and not life.facts.take_in(event, life.customer):
        session.health_is_old(SUBJECT_OF[event.type])  # what it was told of may be known of now, though it changed nothing
        why = f"changes nothing: it happened {event.fact_time:%Y-%m-%d %H:%M} UTC, and something later, or the same, is known"
    if not data.routine:
        cause = Cause.SUPERSEDED if why else Cause.PAST if event.past else None
        said = "; ".join(part for part in (words, "told as past" if event.past else "", why) if part)
        session.note(
            event.fact_time if event.past else event.at, EntryKind.EVENT, event.type, said, cause=cause, by=event.told_by, key=event.id
        )
    if why:
        return False
    if data.in_part:
        return True
    record_event(session, event, took)
    session.subject_changed(SUBJECT_OF[event.type])
    # All are judged by what was known before: the order of the playbook decides nothing.
    reached = list(reached_by(event, session.program.playbook, session.program.measured, life.facts.milestones, session.values))
    for name, how in reached:
        session.reach(name, event.fact_time, how)
    return True


def _in_words(session: Session, event: Event) -> str:
    shown = {name: value for name, value in event.data.items() if value not in ("", None) and name not in _UNTOLD}
    person = session.life.customer.contact(str(event.data.get("email", "")))
    return ", ".join(([person.name] if person is not None else []) + [f"{name} {value}" for name, value in shown.items()])


def _call_off_unwanted(session: Session, moment: datetime) -> None:
    """A message in flight that nobody it goes to may or will have any more is called off, if it has not acted yet."""
    life, plays = session.life, session.life.plays
    for touch in plays.in_flight.values():
        if touch.key in plays.withdrawn:
            continue
        reasons = [why for person in touch.to if (why := unwanted(life, person, touch.category)) is not None]
        if reasons and len(reasons) == len(touch.to):
            plays.withdrawn[touch.key] = CalledOff.of(moment, reasons[0])
