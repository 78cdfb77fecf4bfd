"""`tasks`: what people of ours are asked to do and have not done."""

import asyncio
from datetime import datetime

from activities.ledger.record.reading import Row
from console.customers.record_reading import reading
from console.terminal.listing import Form, by_clock, show_rows

COLUMNS = {
    "due": "due",
    "late": "late",
    "title": "task",
    "customer": "customer",
    "owner": "for",
    "snoozed_until": "snoozed until",
    "task": "step",
    "play": "play",
    "as_of": "as of (UTC)",
}


async def show_tasks(owner: str | None, now: datetime, *, overdue: bool, form: Form) -> None:
    """Print the open tasks, the soonest due first, by the customer's clock. Raises Failure for a database that cannot be read."""
    with reading() as record:
        rows = await asyncio.to_thread(record.open_tasks, owner=owner, due_before=now if overdue else None)
    show_rows([_shown(row, now) for row in rows], COLUMNS, form, none="No task is open." if not overdue else "No task is overdue.")


def _shown(row: Row, now: datetime) -> Row:
    zone, due = row["customer_timezone"], row["due_at"]
    late = due is not None and (row["snoozed_until"] or due) < now
    return {
        "due": by_clock(due, zone),
        "late": f"{(now - due).days} days" if late and (now - due).days else "today" if late else "",
        "title": row["title"],
        "customer": row["customer"],
        "owner": row["owner"],
        "snoozed_until": by_clock(row["snoozed_until"], zone),
        "task": row["name"],
        "play": row["play"],
        "as_of": by_clock(row["as_of"], "UTC"),
    }
