"""`today OWNER`: at most five things that matter most to one of ours, each with why and the money at stake.

The rule stands in docs/record.md: of each customer the gravest reason counts, the graver reason comes first, and of two alike the larger contract.
"""

import asyncio
from datetime import datetime, timedelta

from activities.ledger.record.reading import GONE, Row
from activities.ledger.record.risks import FALLEN
from activities.ledger.record.tables import CUSTOMERS
from console.customers.record_reading import reading
from console.terminal.listing import Form, by_clock, show_rows
from lifecycle.domain.enums import Band

MOST = 5
SOON, NEAR = timedelta(days=90), timedelta(days=30)

COLUMNS = {"customer": "customer", "name": "name", "why": "why", "at_stake": "at stake a year", "currency": "", "as_of": "as of (UTC)"}


async def show_today(owner: str, now: datetime, *, form: Form) -> None:
    """Print them, the gravest first. Raises Failure."""
    with reading() as record:
        customers = await asyncio.to_thread(record.customers, CUSTOMERS.c.stage.not_in(GONE), owner=owner)
        overdue = await asyncio.to_thread(record.open_tasks, due_before=now)
    show_rows(ranked(customers, overdue, now), COLUMNS, form, none=f"Nothing presses for {owner}.")


def ranked(customers: list[Row], overdue: list[Row], now: datetime) -> list[Row]:
    """At most five of these customers, each with the gravest reason to look at it today; whom nothing presses is left out."""
    late: dict[str, Row] = {}
    for task in overdue:
        late.setdefault(task["customer"], task)
    found: list[tuple[int, float, str, Row]] = []
    for row in customers:
        reason = _gravest(row, late.get(row["customer"]), now)
        if reason is not None:
            value = row["annual_value"] or 0.0
            shown = row | {"why": reason[1], "at_stake": value, "as_of": by_clock(row["as_of"], "UTC")}
            found.append((reason[0], -value, row["customer"], shown))
    return [shown for *_, shown in sorted(found, key=lambda each: each[:3])[:MOST]]


def _gravest(row: Row, late: Row | None, now: datetime) -> tuple[int, str] | None:
    end, today = row["contract_end"], now.date()
    ends_soon = end is not None and end <= today + SOON
    reasons = [
        (row["cancelled_to"] is not None, f"it has cancelled, to {row['cancelled_to']}"),
        (row["intent"] == "low" and ends_soon, f"its intent to renew is low, and its term ends on {end}"),
        (late is not None, f"'{late['title']}' was due on {by_clock(late['due_at'], row['timezone'])}" if late is not None else ""),
        (row["health_band"] == Band.RED, f"its health is {row['health']} of 100"),
        ((row["health_change"] or 0) <= FALLEN, f"its health has fallen by {-(row['health_change'] or 0)} in a month"),
        (bool(row["unread"]), f"{row['unread']} of its answers since one of ours last did something"),
        (ends_soon and end <= today + NEAR and row["signed_until"] is None, f"its term ends on {end}, and nothing is signed"),
        (bool(row["unknown"]), f"of {row['unknown']} touches nobody knows whether they were sent"),
    ]
    return next(((rank, words) for rank, (so, words) in enumerate(reasons) if so), None)
