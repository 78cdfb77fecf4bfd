"""Events in the record, each with a line of its own; of what comes by the hundred, usage by week. Moments are UTC."""

from datetime import datetime

from lifecycle.domain.model import Scalar
from lifecycle.domain.record import FactKind
from lifecycle.domain.time.zones import local
from lifecycle.engine.session import Session
from lifecycle.facts.churn import CustomerChurned
from lifecycle.facts.contract import ContractRenewed
from lifecycle.facts.events import Event
from lifecycle.facts.facts import SUBJECT_OF
from lifecycle.facts.interventions import InterventionExplained
from lifecycle.facts.milestones import MilestoneReached
from lifecycle.facts.notes import NoteAdded
from lifecycle.facts.subject import Subject
from lifecycle.facts.tasks import TaskDone, TaskSnoozed
from lifecycle.facts.usage import UsageReported
from lifecycle.rules.hours import owner_hours
from lifecycle.state.record import WeekOfUsage

_TOLD_OTHERWISE = (ContractRenewed, CustomerChurned, MilestoneReached, TaskDone, TaskSnoozed)
"""Events of which a line of the engine's own says more."""

_LEFT_OUT = frozenset(("email", "owner_email", "name", "first_name", "owner_first_name", "phone"))
"""Fields that no line has: people's names and addresses."""

_ABOUT = ("survey", "meeting", "offer", "ticket", "invoice", "order")
"""Fields that name what an event is about."""


def what_it_took(session: Session, event: Event) -> dict[str, Scalar]:
    """What a line says of an event besides its own fields; asked before the event changes anything."""
    subject: Subject = getattr(session.life.facts, SUBJECT_OF[event.type])

    def worked(begin: datetime, end: datetime) -> float:
        return owner_hours(session.life, session.program.playbook.contact_policy).hours_between(begin, end)

    return subject.took(event, session.life.facts.times, worked)


def record_event(session: Session, event: Event, took: dict[str, Scalar]) -> None:
    """Write the line of an event that was taken in, as it says."""
    life, data = session.life, event.fields()
    if isinstance(data, UsageReported):
        _count_usage(session, event.fact_time, data.count / data.days)
        return
    if data.routine:
        return
    if data.from_customer and not event.past:
        life.record.unread += 1
    elif isinstance(data, NoteAdded):
        life.record.unread = 0
    if isinstance(data, ContractRenewed) and event.past:
        life.record.add(event.fact_time, FactKind.RENEWED, data={"reason": data.reason, "amount": data.annual_value, "past": True})
        return
    if isinstance(data, _TOLD_OTHERWISE):
        return
    if isinstance(data, InterventionExplained):
        told: dict[str, Scalar] = {"direction": data.direction, "note": data.note, "past": event.past or None}
        life.record.add(event.fact_time, FactKind.INTERVENTION, data.cause, by=event.by or data.by, awaited=not event.past, data=told)
        return
    said = {name: value for name, value in event.data.items() if name not in _LEFT_OUT and name != "by"}
    about = next((str(said.pop(name)) for name in _ABOUT if said.get(name)), "")
    said |= took
    if event.past:
        said["past"] = True
    by = event.by or str(event.data.get("by") or "")
    life.record.add(event.fact_time, event.type, about, by=by, awaited=data.awaited and not event.past, data=said)


def _count_usage(session: Session, at: datetime, rate: float) -> None:
    """Count a report to its week. A week has its line when another one has begun."""
    record = session.life.record
    year, number, _ = local(at, session.life.zone).date().isocalendar()
    week = f"{year}-W{number:02}"
    known = record.usage
    if known is not None and known.week == week:
        known.reports, known.sum = known.reports + 1, known.sum + rate
    elif known is None or known.week < week:
        week_of_usage_is_over(session, at)
        record.usage = WeekOfUsage(week=week, reports=1, sum=rate)
    else:
        _note_usage(session, at, WeekOfUsage(week=week, reports=1, sum=rate))


def week_of_usage_is_over(session: Session, at: datetime) -> None:
    """Write the line of the week whose reports are being counted, if any are."""
    known, session.life.record.usage = session.life.record.usage, None
    if known is not None:
        _note_usage(session, at, known)


def _note_usage(session: Session, at: datetime, week: WeekOfUsage) -> None:
    rate = round(week.sum / week.reports, 3)
    session.life.record.add(at, FactKind.USAGE, week.week, data={"rate": rate, "reports": week.reports if week.reports > 1 else None})
