"""`upcoming`: what is done next for whom, over everybody, as each life last planned it."""

import asyncio
from datetime import datetime, timedelta

from activities.ledger.record.reading import Row
from console.customers.record_reading import reading
from console.terminal.listing import Form, by_clock, show_rows

COLUMNS = {
    "at": "when",
    "customer": "customer",
    "kind": "what",
    "to": "to",
    "about": "about",
    "play": "play",
    "stopped": "stopped because",
    "as_of": "as of (UTC)",
}
BESIDES = ("name", "owner", "stage", "timezone")


async def show_upcoming(days: int, now: datetime, *, form: Form) -> None:
    """Print the next touch of each customer that has one by then, the soonest first, by the customer's clock. Raises Failure."""
    with reading() as record:
        rows = await asyncio.to_thread(record.next_before, now + timedelta(days=days))
        about = [await asyncio.to_thread(record.playbooks.about, row["playbook"] or "", row["next_play"] or "") for row in rows]
    shown = [_shown(row, words) for row, words in zip(rows, about, strict=True)]
    show_rows(shown, COLUMNS, form, none=f"Nothing is planned for anybody in the next {days} days.", besides=BESIDES)


def _shown(row: Row, about: str) -> Row:
    return row | {
        "kind": row["next_kind"],
        "to": row["next_to"],
        "about": about,
        "at": by_clock(row["next_touch_at"], row["timezone"]),
        "play": row["next_play"],
        "as_of": by_clock(row["as_of"], "UTC"),
    }
