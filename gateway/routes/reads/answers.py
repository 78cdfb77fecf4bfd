"""What the reads answer, as models: moments in UTC, days the customer's own; null is what the record has not been told."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.model import Frozen, Instant, Scalar

Row = Mapping[str, Any]


class HealthPart(Frozen):
    """One part of the health score: points of at most the weight."""

    name: str
    points: float
    weight: float


class CustomerAnswer(Frozen):
    """A customer as the record has it, as of `as_of`. `health` is the band, `health_change` against thirty days before."""

    customer: str
    as_of: Instant
    name: str | None
    stage: Stage | None
    stage_since: Instant | None
    term: int | None
    term_start: date | None
    contract_end: date | None
    renews: str | None
    tier: Tier | None
    segment: str | None
    owner: str | None
    owner_email: str | None
    timezone: str | None
    country: str | None
    playbook: str | None
    annual_value: float | None
    currency: str | None
    health: Band | None
    health_score: int | None
    health_change: int | None
    health_parts: list[HealthPart]
    intent: str | None
    likelihood: float | None
    next_touch_at: Instant | None
    next_play: str | None
    next_kind: str | None
    next_to: list[str]
    open_tasks: int | None
    open_tickets: int | None
    unread: int | None
    unknown: int | None
    stopped: str | None
    cancelled_to: date | None
    signed_until: date | None
    lost_at: Instant | None
    lost_because: str | None
    closed: str | None


class TaskAnswer(Frozen):
    """What one of ours is asked to do and has not done. `late_hours` are working hours of whoever is to do it; `overdue` counts from
    `snoozed_until`, where it is put off.
    """

    key: str
    as_of: Instant
    customer: str
    customer_name: str | None
    title: str | None
    task: str | None
    play: str | None
    owner: str | None
    asked_at: Instant
    due_at: Instant | None
    snoozed_until: Instant | None
    snoozed_by: str | None
    overdue: bool
    late_hours: float | None


class UpcomingAnswer(Frozen):
    """What is done next for a customer, as its life last planned it: what it is, to whom it goes and what it is about."""

    customer: str
    as_of: Instant
    at: Instant
    name: str | None
    kind: str | None
    to: list[str]
    play: str | None
    about: str
    stage: Stage | None
    tier: Tier | None
    owner: str | None
    timezone: str | None
    annual_value: float | None
    currency: str | None
    stopped: str | None


class RenewalAnswer(Frozen):
    """A contract that ends. `calls` are the meetings, calls and visits of the last 90 days, `risks` what speaks against its going on."""

    customer: str
    as_of: Instant
    contract_end: date
    name: str | None
    stage: Stage | None
    tier: Tier | None
    segment: str | None
    owner: str | None
    annual_value: float | None
    currency: str | None
    renews: str | None
    likelihood: float | None
    intent: str | None
    health: Band | None
    health_score: int | None
    health_change: int | None
    calls: int
    risks: list[str]
    signed_until: date | None
    next_touch_at: Instant | None
    next_play: str | None


class FactAnswer(Frozen):
    """A line of what happened: `kind` is an event's type or a kind of the record's own (docs/record.md), `by` who said it."""

    at: Instant
    as_of: Instant
    kind: str
    what: str
    by: str
    data: dict[str, Scalar]


class CustomersPage(Frozen):
    """A page of customers; `next_cursor` is null on the last."""

    customers: list[CustomerAnswer]
    next_cursor: str | None


class TasksPage(Frozen):
    """A page of tasks; `next_cursor` is null on the last."""

    tasks: list[TaskAnswer]
    next_cursor: str | None


class UpcomingPage(Frozen):
    """A page of what comes next; `next_cursor` is null on the last."""

    upcoming: list[UpcomingAnswer]
    next_cursor: str | None


class RenewalsPage(Frozen):
    """A page of contracts that end; `next_cursor` is null on the last."""

    renewals: list[RenewalAnswer]
    next_cursor: str | None


class OneCustomerAnswer(CustomerAnswer):
    """A customer with its open tasks, the soonest due first, and what happened last, the newest first."""

    tasks: list[TaskAnswer]
    facts: list[FactAnswer]


Answer = TypeVar("Answer", bound=Frozen)


def answer_of(model: type[Answer], row: Row, **more: Any) -> Answer:
    """The answer of that model from a row of `customers`, under the names that callers know; `more` are fields that the row has not."""
    parts = [{"name": name, "points": points, "weight": weight} for name, points, weight in json.loads(row["health_parts"] or "[]")]
    addresses = [address for address in (row["next_to"] or "").split(", ") if address]
    renamed = {"health": row["health_band"], "health_score": row["health"], "health_parts": parts, "next_to": addresses}
    named = {**row, **renamed, "at": row["next_touch_at"], "kind": row["next_kind"], "to": addresses, "play": row["next_play"], **more}
    return model.model_validate({name: named[name] for name in model.model_fields})


def task_of(row: Row, late_hours: float | None, now: datetime) -> TaskAnswer:
    """The answer from a row of `RecordPages.open_tasks`, as of that moment (UTC)."""
    due = row["snoozed_until"] or row["due_at"]
    told = {name: row[name] for name in TaskAnswer.model_fields if name in row}
    known = {"task": row["name"], "overdue": due is not None and due < now, "late_hours": late_hours}
    return TaskAnswer.model_validate(told | known)


def fact_of(row: Row) -> FactAnswer:
    """A line as callers see it."""
    same = {name: row[name] for name in ("at", "as_of", "kind", "what")}
    return FactAnswer.model_validate({**same, "by": row["said_by"], "data": json.loads(row["data"])})
