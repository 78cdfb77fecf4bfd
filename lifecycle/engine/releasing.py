"""The moment of sending: condition, addressee and policy are looked at again, and the touch goes, waits or falls."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lifecycle.domain.calendar import add, next_business_day, shift
from lifecycle.domain.customer import Contact
from lifecycle.domain.durations import Unit
from lifecycle.domain.enums import Category, Once, Outcome, Role, TouchKind
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.domain.zones import at_local, local
from lifecycle.engine.message_values import message_values, missing
from lifecycle.engine.runs import call_back, last_moment, last_try, note_unsent, stage_mark, used_up
from lifecycle.engine.view import view_of
from lifecycle.playbook.playbook import MeetingStep, OfferStep
from lifecycle.playbook.program import Node, PlayProgram, Program
from lifecycle.rules.contact_policy import Delay, Suppress, closes_after, count_send, counts, judge
from lifecycle.state.life import Doing, Lifecycle, OfferState, PlayRun

PAUSED = "paused"


@dataclass(slots=True)
class Candidate:
    """A run whose step is a touch that is due."""

    run: PlayRun
    one: PlayProgram
    node: Node


def release(life: Lifecycle, program: Program, at: datetime) -> list[Touch]:
    """Settle what becomes of every touch that is due at that moment, the most important first; those that go are returned."""
    waiting = [
        Candidate(run, program.plays[run.play], program.plays[run.play].nodes[run.step])
        for run in life.runs.values()
        if run.doing is Doing.READY
    ]
    waiting.sort(key=lambda one: (-one.one.play.priority, one.run.cursor, one.run.id))
    return [touch for one in waiting if (touch := _release(life, program, one, at)) is not None]


def _release(life: Lifecycle, program: Program, one: Candidate, at: datetime) -> Touch | None:
    run, play = one.run, one.one.play
    fault = _wrong_now(life, program, one, at)
    if fault is not None:
        return _fall(life, one, Outcome.SUPPRESSED, at, fault)
    kind = TouchKind(one.node.kind)
    last = last_try(life, program, play, run, kind) if run.tries else last_moment(life, program, play, run.cursor)
    if at > last:
        return _fall(
            life,
            one,
            Outcome.MISSED,
            at,
            f"was due {run.cursor:%Y-%m-%d %H:%M} UTC, its window of {play.within or program.playbook.within} is over",
        )
    if life.paused:
        return _hold(life, one, at, last, PAUSED) if at < last else _fall(life, one, Outcome.MISSED, at, "paused until its window was over")
    if not kind.reaches_the_customer:
        return _go(life, program, one, at, max(last, last_try(life, program, play, run, kind)), [], Category.OPERATIONAL, [])
    people, category = _addressed(life, one.node)
    if not people:
        return _fall(life, one, Outcome.SUPPRESSED, at, f"nobody holds the role {' or '.join(role.value for role in _roles(one.node))}")
    to = [Recipient(name=person.name, email=person.email) for person in people]
    verdict = judge(life, program.playbook.contact_policy, to, category, at)
    if isinstance(verdict, Suppress):
        return _fall(life, one, Outcome.SUPPRESSED, at, verdict.why)
    if isinstance(verdict, Delay):
        if verdict.until > last:
            return _fall(life, one, Outcome.MISSED, at, f"{verdict.why}, and its window is over before it may go")
        return _hold(life, one, at, verdict.until, verdict.why)
    closes = min(last, closes_after(life, program.playbook.contact_policy, at))
    return _go(life, program, one, at, closes, people, category, to)


def _wrong_now(life: Lifecycle, program: Program, one: Candidate, at: datetime) -> str | None:
    """Why the touch is wrong by now, whatever the hour. The play's own `if` is asked until its first touch has gone out."""
    run, play, step = one.run, one.one.play, one.node.step
    view = view_of(life, program)
    for condition in (None if run.went_out else play.if_, step.if_):
        if condition is not None and not view.holds_at(life, at, condition, run.event):
            return "its condition no longer holds"
    if not run.went_out and used_up(life, one.one, apart_from=run):
        return "has gone out meanwhile"
    if step.offer is not None and _granted(life, step.offer):
        return f"the offer {step.offer.offer} was made before, and is made once {'ever' if step.offer.once is Once.EVER else f'a {step.offer.once.value}'}"
    return None


def _granted(life: Lifecycle, offer: OfferStep) -> bool:
    state = life.offers.get(offer.offer, OfferState())
    under_way = any(touch.kind is TouchKind.OFFER and touch.name == offer.offer for touch in life.in_flight.values())
    match offer.once:
        case Once.EVER:
            return under_way or state.granted
        case Once.TERM:
            return under_way or life.contract.term in state.terms
        case Once.STAGE:
            return under_way or stage_mark(life) in state.stages


def _roles(node: Node) -> list[Role]:
    step = node.step
    if step.meeting is not None:
        return step.meeting.with_
    message = step.email or step.survey
    return message.to if message is not None else []


def _addressed(life: Lifecycle, node: Node) -> tuple[list[Contact], Category]:
    """Whoever holds the role now: for a meeting everybody of every role, for a message the first holder of the first role that has one."""
    step = node.step
    if step.meeting is not None:
        return [person for role in step.meeting.with_ for person in life.customer.holders(role)], Category.OPERATIONAL
    for role in _roles(node):
        holders = life.customer.holders(role)
        if holders:
            return holders[:1], step.email.category if step.email is not None else Category.SURVEY
    return [], Category.SUCCESS


def _fall(life: Lifecycle, one: Candidate, outcome: Outcome, at: datetime, why: str) -> Touch | None:
    """The touch does not go out, and the play goes on."""
    run = one.run
    key = run.key_of(life.customer.id, run.step)
    if key in life.tried:
        call_back(life, run, life.tried.pop(key), outcome, why)
        return None
    note_unsent(life, key, run.play, one.node.touch_name, one.node.kind, outcome, at, why)
    pass_on(life, one.one, run, at)
    return None


def pass_on(life: Lifecycle, one: PlayProgram, run: PlayRun, at: datetime) -> None:
    """The run goes on behind its step."""
    following = one.nodes[run.step].next if run.step in one.nodes else None
    run.cursor, run.tries, run.until, run.why, run.fell = at, 0, None, "", None
    if following is None:
        life.runs.pop(run.id, None)
    else:
        run.step, run.doing = following, Doing.MOVING


def _hold(life: Lifecycle, one: Candidate, at: datetime, until: datetime, why: str) -> Touch | None:
    run = one.run
    if run.why != why:
        note_unsent(life, run.key_of(life.customer.id, run.step), run.play, one.node.touch_name, one.node.kind, Outcome.DELAYED, at, why)
    run.doing, run.until, run.why = Doing.HELD, until, why
    return None


def _go(
    life: Lifecycle,
    program: Program,
    one: Candidate,
    at: datetime,
    not_after: datetime,
    people: list[Contact],
    category: Category,
    to: list[Recipient],
) -> Touch | None:
    run, step, customer = one.run, one.node.step, life.customer
    starts = _meeting_start(life, step.meeting, at) if step.meeting is not None else None
    run.meets = starts or run.meets
    survey = step.survey.survey if step.survey is not None else ""
    template = one.node.template
    values = message_values(life, program.playbook, run, people[0] if people else None, at, survey)
    hole = missing(values, program.playbook.templates[template].needs) if template in program.playbook.templates else None
    if hole is not None:
        return _fall(life, one, Outcome.SUPPRESSED, at, f"there is no value for {hole}")
    kind = TouchKind(one.node.kind)
    due = step.task.due[customer.tier] if step.task is not None else None
    touch = Touch(
        key=run.key_of(customer.id, run.step),
        kind=kind,
        name=one.node.touch_name,
        customer=customer.id,
        term=run.term,
        counts_for=run.mark,
        playbook=life.playbook,
        play=run.play,
        at=at,
        due=run.cursor,
        not_after=not_after,
        timezone=life.zone,
        country=customer.country,
        language=customer.language,
        to=to,
        category=category,
        template=template,
        owner=_owner(one.node),
        text=_text(one.node),
        level=step.escalate.level if step.escalate is not None else 0,
        starts=starts,
        ends=add(starts, step.meeting.length, life.zone, customer.country) if starts is not None and step.meeting is not None else None,
        deadline=add(at, due, life.zone, customer.country) if due is not None else None,
        sequence=run.invites,
        values=values,
    )
    life.in_flight[touch.key] = touch
    life.tried.pop(touch.key, None)
    run.doing, run.until, run.why = Doing.PERFORMING, None, ""
    if counts(kind, category):
        count_send(life, program.playbook.contact_policy, touch)
    return touch


def _owner(node: Node) -> str:
    step = node.step
    return step.task.owner if step.task else step.escalate.to if step.escalate else ""


def _text(node: Node) -> str:
    step = node.step
    return step.task.title if step.task else step.escalate.reason if step.escalate else step.offer.terms if step.offer else ""


def _meeting_start(life: Lifecycle, meeting: MeetingStep, at: datetime) -> datetime:
    """About half-way through the time it is to be held within, on a business day, at the meeting's own local time."""
    country = life.customer.country
    today = local(at, life.zone).date()
    half = type(meeting.within)(max(1, (meeting.within.amount + 1) // 2), meeting.within.unit)
    sub_day = half.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR)
    day = next_business_day(today + timedelta(days=1), country) if sub_day else shift(today, half, country)
    return at_local(next_business_day(day, country), meeting.time, life.zone)
