"""Tasks in the record: asked for, put off, done, and pointless by now. Moments are UTC."""

from datetime import datetime, timedelta

from lifecycle.domain.asked import asked_of
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.workplaces import OWNER_ROLE
from lifecycle.domain.record import FactKind
from lifecycle.domain.touch import Touch
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.facts.tasks import TaskDone, TaskSnoozed
from lifecycle.rules.hours import role_hours
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import PlayRun
from lifecycle.state.record import OpenTask, TaskKey


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
