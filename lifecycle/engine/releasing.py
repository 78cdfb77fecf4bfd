"""The moment of sending: condition, addressee and policy are looked at again, and the touch goes, waits or falls."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from lifecycle.domain.calendar import add
from lifecycle.domain.customer import Contact
from lifecycle.domain.enums import Category, Once, Outcome, Subject, TouchKind
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.engine.message_values import message_values, missing
from lifecycle.engine.runs import call_back, last_moment, last_try, note_unsent, stage_mark, used_up
from lifecycle.engine.view import view_of
from lifecycle.playbook.graph import Node
from lifecycle.playbook.program import PlayProgram, Program
from lifecycle.rules.contact_policy import Delay, Suppress, closes_after, count_send, counts, judge
from lifecycle.state.life import Doing, Lifecycle, OfferState, PlayRun
from lifecycle.steps.base import Grant

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
    kind, addressees = _touch_kind(one.node), one.node.step.body.addressees()
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
    if addressees is None:
        return _go(life, program, one, at, max(last, last_try(life, program, play, run, kind)), [], Category.OPERATIONAL, [])
    people, category = addressees.among(life.customer), addressees.category
    if not people:
        return _fall(life, one, Outcome.SUPPRESSED, at, f"nobody holds the role {' or '.join(role.value for role in addressees.roles)}")
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
    grant = step.body.grant()
    if grant is not None and _granted(life, grant):
        return f"the offer {grant.offer} was made before, and is made once {'ever' if grant.once is Once.EVER else f'a {grant.once.value}'}"
    return None


def _granted(life: Lifecycle, grant: Grant) -> bool:
    state = life.offers.get(grant.offer, OfferState())
    under_way = any(touch.kind is TouchKind.OFFER and touch.name == grant.offer for touch in life.in_flight.values())
    match grant.once:
        case Once.EVER:
            return under_way or state.granted
        case Once.TERM:
            return under_way or life.contract.term in state.terms
        case Once.STAGE:
            return under_way or stage_mark(life) in state.stages
    assert_never(grant.once)


def _touch_kind(node: Node) -> TouchKind:
    kind = node.step.body.touch
    assert kind is not None, f"{node.id} makes no touch"
    return kind


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
    run, body, customer = one.run, one.node.step.body, life.customer
    meeting = body.appointment(at, life.zone, customer.country)
    run.meets = meeting.starts if meeting is not None else run.meets
    survey = body.names().get(Subject.SURVEY, "")
    template = one.node.template
    values = message_values(life, program.playbook, run, people[0] if people else None, at, survey)
    hole = missing(values, program.playbook.templates[template].needs) if template in program.playbook.templates else None
    if hole is not None:
        return _fall(life, one, Outcome.SUPPRESSED, at, f"there is no value for {hole}")
    kind, request, due = _touch_kind(one.node), body.request(), body.due_in(customer.tier)
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
        owner=request.owner,
        text=request.text,
        level=request.level,
        starts=meeting.starts if meeting is not None else None,
        ends=meeting.ends if meeting is not None else None,
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
