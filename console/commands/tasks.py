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
BESIDES = ("late_hours", "key")


async def show_tasks(owner: str | None, now: datetime, *, overdue: bool, form: Form) -> None:
    """Print the open tasks, the soonest due first, by the customer's clock, and by how many working hours of ours each is late.

    Raises Failure for a database that cannot be read.
    """
    with reading() as record:
        rows = await asyncio.to_thread(record.open_tasks, owner=owner, due_before=now if overdue else None)
        late = [await asyncio.to_thread(record.playbooks.late_hours, row, now) for row in rows]
    shown = [_shown(row, hours, now) for row, hours in zip(rows, late, strict=True)]
    show_rows(shown, COLUMNS, form, none="No task is open." if not overdue else "No task is overdue.", besides=BESIDES)


def _shown(row: Row, late: float | None, now: datetime) -> Row:
    zone, due = row["customer_timezone"], row["due_at"]
    is_late = due is not None and (row["snoozed_until"] or due) < now
    return {
        "due": by_clock(due, zone),
        "late": "" if not is_late else "late" if late is None else f"{late:g} working hours",
        "late_hours": late,
        "key": row["key"],
        "title": row["title"],
        "customer": row["customer"],
        "owner": row["owner"],
        "snoozed_until": by_clock(row["snoozed_until"], zone),
        "task": row["name"],
        "play": row["play"],
        "as_of": by_clock(row["as_of"], "UTC"),
    }
