"""A customer's row of the record, as its life stands: what lists and reports say of it without asking the workflow."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic_core import to_json

from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.model import Frozen, Instant, Scalar
from lifecycle.domain.record import RecordLines
from lifecycle.explain.lookahead import Foreseen
from lifecycle.explain.status import health_change
from lifecycle.rules.contract.going_on import has_end
from lifecycle.state.life import Lifecycle

LONGEST_SHOWN = 200
"""Characters of a reason in a row."""


class CustomerRow(Frozen):
    """What the record says of a customer. Moments are UTC, days the customer's own.

    `health_parts` is JSON: a list of name, points and weight. `health_change` is against thirty days before; None where nothing was known
    then, and health is None while nothing is. `country`, and where the owner works, say by whose hours its tasks are late. `likelihood` of a
    renewal (0 to 1) is None until a playbook tells it. `unread` counts its answers since one of ours last did something. Why `next_play` does
    something next is what the playbook says it is about; `next_kind` is what it is, and `next_to` whom it goes to, by their addresses.
    `stopped` says why nothing goes out, or a part of it: paused or held, by whom and why.
    """

    name: str
    stage: Stage
    stage_since: Instant
    term: int
    term_start: date
    contract_end: date | None
    renews: str
    tier: Tier
    segment: str
    owner: str
    owner_email: str
    timezone: str
    country: str = ""
    owner_timezone: str = ""
    owner_country: str = ""
    playbook: str
    annual_value: float
    currency: str
    health: int | None
    health_band: Band
    health_change: int | None
    health_parts: str
    intent: str
    likelihood: float | None = None
    next_touch_at: Instant | None
    next_play: str
    next_kind: str = ""
    next_to: str = ""
    open_tasks: int
    open_tickets: int
    unread: int
    unknown: int
    stopped: str
    cancelled_to: date | None
    signed_until: date | None
    lost_at: Instant | None
    lost_because: str
    closed: str

    def values(self) -> dict[str, Scalar]:
        """The columns by name, as JSON has them."""
        return self.model_dump(mode="json")


class Recorded(Frozen):
    """What a life answers when its record is made anew: its row whole, the lines that are not known to be written, and the open tasks."""

    lines: RecordLines
    tasks: list[str]


def recorded_of(life: Lifecycle, row: CustomerRow, now: datetime) -> Recorded:
    """That, as of that moment (UTC)."""
    record = life.record
    lines = RecordLines(
        life=life.facts.contract.lives,
        as_of=now,
        version=record.version,
        facts=list(record.waiting),
        values=row.values(),
    )
    return Recorded(lines=lines, tasks=list(record.tasks))


def row_of(life: Lifecycle, now: datetime, following: Foreseen | None = None) -> CustomerRow:
    """The row as of that moment (UTC); `following` is what `foresee_next` says then, and nothing of a life that is over."""
    customer, contract, facts, health = life.customer, life.contract, life.facts, life.health
    signed, cancelled = facts.contract.signed, facts.contract.cancelled
    return CustomerRow(
        name=customer.name,
        stage=life.stage,
        stage_since=life.progress.stage_since,
        term=contract.term,
        term_start=contract.start,
        contract_end=contract.end if has_end(life) else None,
        renews=contract.renews.value,
        tier=customer.tier,
        segment=customer.segment,
        owner=customer.owner.name,
        owner_email=customer.owner.email,
        timezone=life.zone,
        country=customer.country,
        owner_timezone=customer.owner.timezone,
        owner_country=customer.owner.country,
        playbook=life.playbook,
        annual_value=contract.annual_value,
        currency=contract.currency,
        health=health.score if health.is_known else None,
        health_band=health.band,
        health_change=health_change(life, health, now),
        health_parts=to_json([[part.name, round(part.points), part.weight] for part in health.parts]).decode(),
        intent=facts.intent.level,
        next_touch_at=following.at if following is not None else None,
        next_play=following.play if following is not None else "",
        next_kind=following.kind.value if following is not None else "",
        next_to=_in_a_row(following.to) if following is not None else "",
        open_tasks=len(life.record.tasks),
        open_tickets=len(facts.tickets.open),
        unread=life.record.unread,
        unknown=len(life.plays.unknown),
        stopped=stopped_because(life)[:LONGEST_SHOWN],
        cancelled_to=cancelled.end if cancelled is not None else None,
        signed_until=signed[-1].end if signed else None,
        lost_at=facts.churn.at,
        lost_because=facts.churn.reason[:LONGEST_SHOWN] if facts.churn.at is not None else "",
        closed=life.progress.closed[:LONGEST_SHOWN],
    )


def stopped_because(life: Lifecycle) -> str:
    """Why nothing goes out, or a part of it: that the customer is paused, or what holds keep from going; empty where nothing is stopped."""
    plays = life.plays
    if plays.paused:
        return f"paused{f' by {plays.paused_by}' if plays.paused_by else ''}: {plays.paused_why or 'no reason given'}"
    held = {run.held.hold: run.held.words for run in plays.runs.values() if run.held is not None}
    return "; ".join(words for _, words in sorted(held.items()))


def _in_a_row(addresses: Sequence[str]) -> str:
    """The addresses, as many as are shown; none is cut."""
    shown = list(addresses)
    while len(", ".join(shown)) > LONGEST_SHOWN:
        shown.pop()
    return ", ".join(shown)
