"""`renewals`: the contracts that end in a quarter, with what speaks for and against their going on."""

import asyncio
from datetime import date, datetime, timedelta

from activities.ledger.record.reading import Row
from activities.ledger.record.risks import risks_of
from activities.reports.periods import quarter_of as quarter_that_has
from activities.reports.periods import read_quarter
from console.customers.record_reading import reading
from console.terminal.listing import Form, by_clock, show_rows

COLUMNS = {
    "contract_end": "ends",
    "customer": "customer",
    "amount": "a year",
    "currency": "",
    "likelihood": "likelihood",
    "intent": "intent",
    "calls": "calls",
    "risk": "risk",
    "next": "next",
    "owner": "owner",
    "as_of": "as of (UTC)",
}

CALLS_SINCE = timedelta(days=90)


def quarter_of(text: str | None, today: date) -> tuple[date, date]:
    """The first day of a quarter and the first behind it: that one, such as 2026-Q4, else the present one. Raises Mistake."""
    period = read_quarter(text) if text is not None else quarter_that_has(today)
    return period.first, period.last + timedelta(days=1)


async def show_renewals(quarter: str | None, now: datetime, *, form: Form) -> None:
    """Print them, the soonest first. Raises Mistake and Failure."""
    first, behind = quarter_of(quarter, now.date())
    with reading() as record:
        rows = await asyncio.to_thread(record.ending, first, behind)
        calls = await asyncio.to_thread(record.calls, [row["customer"] for row in rows], now - CALLS_SINCE)
    shown = [_shown(row, calls.get(row["customer"], 0)) for row in rows]
    show_rows(shown, COLUMNS, form, none=f"No contract ends from {first} to {behind - timedelta(days=1)}.")


def _shown(row: Row, calls: int) -> Row:
    then = by_clock(row["next_touch_at"], row["timezone"])
    return row | {
        "amount": row["annual_value"],
        "calls": calls,
        "risk": "; ".join(risks_of(row)),
        "next": f"{row['next_play']} on {then}" if then else "",
        "as_of": by_clock(row["as_of"], "UTC"),
    }
