"""Building a touch from what its step says and what is known of the customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lifecycle.domain.calendar import add, next_business_day, shift
from lifecycle.domain.customer import Contact
from lifecycle.domain.durations import SUB_DAY
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.domain.zones import at_local, local
from lifecycle.engine.message_values import message_values, missing
from lifecycle.engine.session import Session
from lifecycle.playbook.playbook import MeetingStep
from lifecycle.playbook.program import Node
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import PlayRun


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a touch goes to, and what it is about."""

    people: list[Contact]
    category: Category

    @property
    def recipients(self) -> list[Recipient]:
        """The same people, as a touch names them."""
        return [Recipient(name=person.name, email=person.email) for person in self.people]


def build_touch(session: Session, run: PlayRun, node: Node, at: datetime, not_after: datetime, addressed: Addressed) -> Touch | str:
    """The touch at which the run stands, done at that moment and begun at `not_after` at the latest (UTC).

    The first value that its template needs and that is not there, instead, if there is one.
    """
    life, playbook, step, customer = session.life, session.program.playbook, node.step, session.life.customer
    starts = _meeting_start(life, step.meeting, at) if step.meeting is not None else None
    run.meeting_at = starts or run.meeting_at
    survey = step.survey.survey if step.survey is not None else ""
    values = message_values(life, playbook, run, addressed.people[0] if addressed.people else None, at, survey)
    hole = missing(values, playbook.templates[node.template].needs) if node.template in playbook.templates else None
    if hole is not None:
        return hole
    due = step.task.due[customer.tier] if step.task is not None else None
    return Touch(
        key=run.touch_key(customer.id),
        kind=TouchKind(node.kind),
        name=node.touch_name,
        customer=customer.id,
        term=run.term,
        counts_for=run.stage_visit,
        playbook=life.playbook,
        play=run.play,
        at=at,
        due=run.step_due,
        not_after=not_after,
        timezone=life.zone,
        country=customer.country,
        language=customer.language,
        to=addressed.recipients,
        category=addressed.category,
        template=node.template,
        owner=step.task.owner if step.task else step.escalate.to if step.escalate else "",
        text=step.task.title if step.task else step.escalate.reason if step.escalate else step.offer.terms if step.offer else "",
        level=step.escalate.level if step.escalate is not None else 0,
        starts=starts,
        ends=add(starts, step.meeting.length, life.zone, customer.country) if starts is not None and step.meeting is not None else None,
        deadline=add(at, due, life.zone, customer.country) if due is not None else None,
        sequence=run.invitations,
        values=values,
    )


def _meeting_start(life: Lifecycle, meeting: MeetingStep, at: datetime) -> datetime:
    """About half-way through the time it is to be held within, on a business day, at the meeting's own local time."""
    country = life.customer.country
    today = local(at, life.zone).date()
    half = type(meeting.within)(max(1, (meeting.within.amount + 1) // 2), meeting.within.unit)
    day = next_business_day(today + timedelta(days=1), country) if half.unit in SUB_DAY else shift(today, half, country)
    return at_local(next_business_day(day, country), meeting.time, life.zone)
