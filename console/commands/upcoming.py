"""`upcoming`: what is done next for whom, over everybody, as each life last planned it."""

import asyncio
from datetime import datetime, timedelta

from activities.ledger.record.reading import Row
from console.customers.record_reading import reading
from console.terminal.listing import Form, by_clock, show_rows

COLUMNS = {
    "at": "when",
    "customer": "customer",
    "name": "name",
    "play": "play",
    "owner": "owner",
    "stopped": "stopped because",
    "as_of": "as of (UTC)",
}


async def show_upcoming(days: int, now: datetime, *, form: Form) -> None:
    """Print the next touch of each customer that has one by then, the soonest first, by the customer's clock. Raises Failure."""
    with reading() as record:
        rows = await asyncio.to_thread(record.next_before, now + timedelta(days=days))
    show_rows([_shown(row) for row in rows], COLUMNS, form, none=f"Nothing is planned for anybody in the next {days} days.")


def _shown(row: Row) -> Row:
    return row | {
        "at": by_clock(row["next_touch_at"], row["timezone"]),
        "play": row["next_play"],
        "as_of": by_clock(row["as_of"], "UTC"),
    }
