"""A customer at a glance, for whoever is about to talk with it: people, what is open, health, what waits and what comes, what happened last."""

from datetime import datetime

from lifecycle.domain.enums import Band, Category, Stage
from lifecycle.domain.health import Contribution
from lifecycle.domain.model import Instant, Model
from lifecycle.domain.record import Fact
from lifecycle.explain.record import stopped_because
from lifecycle.explain.status import Planned, Status, Waiting
from lifecycle.state.life import Lifecycle
from lifecycle.state.record import TaskKey

LATEST = 10
"""Facts that are shown."""


class Person(Model):
    """A contact, and which categories of message it refuses."""

    name: str
    email: str
    role: str
    stance: str
    refuses: list[Category]


class AskedTask(Model):
    """A task that is open: of which play, for which role of ours, what it says where that is known, and by when it is due (UTC)."""

    key: str
    task: str
    play: str
    role: str
    title: str = ""
    due: Instant | None
    snoozed_until: Instant | None


class OpenTicket(Model):
    """A ticket that is open: its level, of 4, and since when (UTC), where that is known."""

    ticket: str
    level: int
    since: Instant | None


class LatestFact(Model):
    """A line of the record: when (UTC), what happened, to what, and by whom."""

    at: Instant
    kind: str
    what: str
    by: str


class Overview(Model):
    """A customer at that moment (`as_of`, UTC). `health_change` is against thirty days before, where something was known then. `unread` counts its
    answers since one of ours last did something. `stopped` says why nothing goes out, or a part of it.
    """

    customer: str
    as_of: Instant
    name: str
    stage: Stage
    tier: str
    segment: str
    owner: str
    timezone: str
    term: int
    contract_end: str
    annual_value: float
    currency: str
    health: Band
    health_score: int | None
    health_change: int | None
    health_parts: list[Contribution]
    intent: str
    stopped: str
    unread: int
    unknown: list[str]
    contacts: list[Person]
    tasks: list[AskedTask]
    tickets: list[OpenTicket]
    waiting: list[Waiting]
    planned: list[Planned]
    facts: list[LatestFact]
    closed: str


def overview_of(life: Lifecycle, status: Status, now: datetime) -> Overview:
    """That of the life, which says that status of itself, as of that moment (UTC). Titles of tasks, and facts that are written, it does not know."""
    customer, facts, people = life.customer, life.facts, life.facts.people
    known = life.health.band is not Band.UNKNOWN
    before = life.record.score_a_month_before(now) if known else None
    return Overview(
        customer=customer.id,
        as_of=now,
        name=customer.name,
        stage=life.stage,
        tier=customer.tier.value,
        segment=customer.segment,
        owner=customer.owner.name,
        timezone=life.zone,
        term=life.contract.term,
        contract_end=life.contract.end.isoformat(),
        annual_value=life.contract.annual_value,
        currency=life.contract.currency,
        health=life.health.band,
        health_score=life.health.score if known else None,
        health_change=life.health.score - before if before is not None else None,
        health_parts=life.health.parts,
        intent=facts.intent.level,
        stopped=stopped_because(life),
        unread=life.record.unread,
        unknown=list(life.plays.unknown),
        contacts=[
            Person(name=one.name, email=one.email, role=one.role.value, stance=one.stance.value, refuses=people.refused_by(one.email))
            for one in customer.contacts
        ],
        tasks=[_task(key, life) for key in life.record.tasks],
        tickets=[
            OpenTicket(ticket=name, level=level, since=facts.times.since(f"ticket {name}"))
            for name, level in sorted(facts.tickets.open.items(), key=lambda each: (each[1], each[0]))
        ],
        waiting=status.waiting,
        planned=status.planned,
        facts=[latest(fact) for fact in life.record.waiting],
        closed=life.progress.closed,
    )


def latest(fact: Fact) -> LatestFact:
    """The line as it is shown."""
    return LatestFact(at=fact.at, kind=fact.kind, what=fact.what, by=fact.by)


def _task(key: str, life: Lifecycle) -> AskedTask:
    its, task = TaskKey.of(key), life.record.tasks[key]
    return AskedTask(key=key, task=its.name, play=its.play, role=task.owner or "csm", due=task.due, snoozed_until=task.snoozed_until)
