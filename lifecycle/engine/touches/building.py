"""Building a touch from what its step says and what is known of the customer."""

from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.domain.enums import Category, Subject
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.engine.session import Session
from lifecycle.engine.touches.invitations import appointment_of
from lifecycle.engine.touches.message_values import message_values, missing
from lifecycle.engine.touches.system_values import with_system_values
from lifecycle.playbook.graph import Node
from lifecycle.playbook.templates.translations import message_language
from lifecycle.rules.hours import after
from lifecycle.state.plays import PlayRun


@dataclass(slots=True)
class Addressed:
    """Whom a touch goes to, and what it is about."""

    people: list[Contact]
    category: Category
    recipients: list[Recipient] = field(init=False)
    """The same people, as a touch names them."""

    def __post_init__(self) -> None:
        self.recipients = [Recipient.of(person) for person in self.people]


def build_touch(session: Session, run: PlayRun, node: Node, at: datetime, not_after: datetime, addressed: Addressed) -> Touch | str:
    """The touch at which the run stands, done at that moment and begun at `not_after` at the latest (UTC).

    The first value that its template needs and that is not there, instead, if there is one.
    """
    life, playbook, body, customer = session.life, session.program.playbook, node.step.body, session.life.customer
    meeting = body.appointment(at, life.zone, customer.country)
    if meeting is not None:
        meeting = appointment_of(session, run, node.template, meeting, at)
    run.meeting_at = meeting.starts if meeting is not None else run.meeting_at
    survey = body.names().get(Subject.SURVEY, "")
    invited = body.names().get(Subject.MEETING, "")
    language = message_language(playbook, node.template, customer.language, milestone=run.key, survey=survey, meeting=invited)
    values = message_values(session, run, addressed.people[0] if addressed.people else None, at, language, survey, invited)
    hole = missing(values, playbook.templates[node.template].needs) if node.template in playbook.templates else None
    if hole is not None:
        return hole
    kind, request, due = body.touch, body.request(), body.due_in(customer.tier)
    assert kind is not None, f"{node.id} makes no touch"
    if not kind.reaches_the_customer:
        values = with_system_values(session, values)
    return Touch(
        key=run.touch_key(customer.id),
        kind=kind,
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
        language=language,
        to=addressed.recipients,
        category=addressed.category,
        template=node.template,
        owner=request.owner,
        text=request.text,
        level=request.level,
        starts=meeting.starts if meeting is not None else None,
        ends=meeting.ends if meeting is not None else None,
        deadline=after(life, playbook.contact_policy, run.task_counts_from or at, due, request.owner) if due is not None else None,
        sequence=run.invitations,
        values=values,
        tier=customer.tier,
    )
