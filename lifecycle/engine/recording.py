"""What the engine writes into the record besides single lines: events, tasks, usage by week, renewals and losses. Moments are UTC."""

from datetime import datetime, timedelta

from lifecycle.domain.asked import asked_of
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.people.workplaces import OWNER_ROLE
from lifecycle.domain.record import FactKind
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Touch
from lifecycle.engine.session import Session
from lifecycle.facts.churn import CustomerChurned
from lifecycle.facts.contract import ContractRenewed
from lifecycle.facts.events import Event
from lifecycle.facts.facts import SUBJECT_OF
from lifecycle.facts.milestones import MilestoneReached
from lifecycle.facts.notes import NoteAdded
from lifecycle.facts.subject import Subject
from lifecycle.facts.tasks import TaskDone, TaskSnoozed
from lifecycle.facts.usage import UsageReported
from lifecycle.rules.hours import role_hours
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import PlayRun
from lifecycle.state.record import OpenTask, TaskKey, WeekOfUsage

_TOLD_OTHERWISE = (ContractRenewed, CustomerChurned, MilestoneReached, TaskDone, TaskSnoozed)
"""Events of which a line of the engine's own says more."""

_LEFT_OUT = frozenset(("email", "owner_email", "name", "first_name", "owner_first_name", "phone"))
"""Fields that no line has: people's names and addresses."""

_ABOUT = ("survey", "meeting", "offer", "ticket", "invoice", "order")
"""Fields that name what an event is about."""


def what_it_took(session: Session, event: Event) -> dict[str, Scalar]:
    """What a line says of an event besides its own fields; asked before the event changes anything."""
    subject: Subject = getattr(session.life.facts, SUBJECT_OF[event.type])
    return subject.took(event, session.life.facts.times)


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
    said = {name: value for name, value in event.data.items() if name not in _LEFT_OUT and name != "by"}
    about = next((str(said.pop(name)) for name in _ABOUT if said.get(name)), "")
    said |= took
    if event.past:
        said["past"] = True
    by = event.by or str(event.data.get("by") or "")
    life.record.add(event.fact_time, event.type, about, by=by, awaited=data.awaited and not event.past, data=said)


# ---- tasks


def task_asked(session: Session, touch: Touch) -> None:
    """The touch went out; where it was a task, that is open now. Its line is written with the touch."""
    if touch.kind is TouchKind.TASK:
        session.life.record.open_task(touch.key, OpenTask(owner="" if touch.owner == OWNER_ROLE else touch.owner, due=touch.deadline))


def task_asked_after_all(session: Session, touch: Touch) -> None:
    """A person says that a task was asked for of which nobody knew."""
    line = asked_of(touch)
    if line is not None:
        session.life.record.add(line.at, line.kind, line.what, data=line.data)
        task_asked(session, touch)


def task_done(session: Session, event: Event, data: TaskDone) -> None:
    """Each open task that the event names is done, and so many working hours late; where it names none that is known, it has a line all the same."""
    life = session.life
    by = data.by or event.by
    life.record.unread = 0
    names = _named(life, data)
    for key in names:
        task = life.record.tasks.pop(key)
        late = _late(session, task, event.fact_time)
        life.record.add(event.fact_time, FactKind.TASK_DONE, data.task, by=by, data={"task": key, "late": late, "note": data.note})
    if not names:
        life.record.add(event.fact_time, FactKind.TASK_DONE, data.task, by=by, data={"note": data.note})


def task_snoozed(session: Session, event: Event, data: TaskSnoozed) -> None:
    """Each open task that the event names is put off."""
    until = event.at + timedelta(hours=data.hours)
    for key in _named(session.life, data):
        task = session.life.record.tasks[key]
        task.snoozed_until = until
        said: dict[str, Scalar] = {"task": key, "until": until.isoformat()}
        session.life.record.add(event.at, FactKind.TASK_SNOOZED, data.task, by=data.by or event.by, data=said)


def tasks_of_run_dropped(session: Session, run: PlayRun, at: datetime, why: str) -> None:
    """The run ended before its last step: what it asked of somebody is pointless by now."""
    tasks = session.life.record.tasks
    if tasks:
        of_run = f"{run.term}/{run.play}/{run.occurrence}"
        tasks_dropped(session, [key for key in tasks if TaskKey.of(key).run == of_run], at, why)


def tasks_about_dropped(session: Session, key: str, at: datetime, why: str) -> None:
    """The unknown touch of that key is resolved: nobody is to find out about it any more."""
    tasks_dropped(session, [name for name in session.life.record.tasks if name.startswith(f"{key}.unknown")], at, why)


def all_tasks_dropped(session: Session, at: datetime, why: str) -> None:
    """The customer is closed."""
    tasks_dropped(session, list(session.life.record.tasks), at, why)


def tasks_dropped(session: Session, keys: list[str], at: datetime, why: str) -> None:
    """Those of these touches that are open tasks are pointless by now."""
    for key in keys:
        if session.life.record.tasks.pop(key, None) is not None:
            session.life.record.add(at, FactKind.TASK_DROPPED, TaskKey.of(key).name, data={"task": key, "why": why})


def _named(life: Lifecycle, data: TaskDone | TaskSnoozed) -> list[str]:
    """The open tasks that an event means, by touch key."""
    open_ = [(key, TaskKey.of(key)) for key in life.record.tasks]
    return [key for key, its in open_ if its.name == data.task and data.play in ("", its.play) and data.run in ("", its.run)]


def _late(session: Session, task: OpenTask, at: datetime) -> float:
    """By how many working hours of whoever was to do it."""
    if task.due is None or at <= task.due:
        return 0.0
    return role_hours(session.life, session.program.playbook.contact_policy, task.owner).hours_between(task.due, at)


# ---- usage


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


# ---- stages and terms


def record_stage(session: Session, at: datetime, entered: str, *, met: bool, why: str) -> None:
    """The customer leaves its stage for another, after so many days; `met` says whether the stage's exit test was."""
    life = session.life
    days = (local(at, life.zone).date() - life.progress.stage_day).days
    data: dict[str, Scalar] = {"from": life.stage.value, "days": days, "met": met, "why": why}
    life.record.add(at, FactKind.STAGE, entered, data=data)


def record_term(session: Session, at: datetime, contract: Contract) -> None:
    """Another term begins to be lived."""
    data: dict[str, Scalar] = {"start": contract.start.isoformat(), "end": contract.end.isoformat(), "amount": contract.annual_value}
    session.life.record.add(at, FactKind.TERM, str(contract.term), data=data)


def record_renewal(session: Session, at: datetime, reason: str, following: Contract, by: str = "") -> None:
    """The customer renewed into that term, and why, after which offers."""
    life = session.life
    data: dict[str, Scalar] = {
        "reason": reason,
        "start": following.start.isoformat(),
        "end": following.end.isoformat(),
        "amount": following.annual_value,
        "before": life.contract.annual_value,
        "currency": following.currency,
        "offers": offers_in_term(life),
    }
    life.record.add(at, FactKind.RENEWED, str(following.term), by=by, data=data)


def record_loss(session: Session, at: datetime, kind: str, reason: str, detail: str) -> None:
    """The customer has left, and why, in spite of which offers; the amount is what a year of its contract is worth."""
    life = session.life
    data: dict[str, Scalar] = {
        "kind": kind,
        "reason": reason,
        "detail": detail,
        "amount": life.contract.annual_value,
        "currency": life.contract.currency,
        "offers": offers_in_term(life),
    }
    life.record.add(at, FactKind.LOST, str(life.contract.term), data=data)


def offers_in_term(life: Lifecycle) -> str:
    """The offers that were granted in the term in force, each with what was said to it, as in `loyalty accepted, gift`."""
    granted = [(name, state.answer) for name, state in life.facts.offers.states.items() if life.key_term in state.terms]
    return ", ".join(f"{name} {answer}".strip() for name, answer in granted)
