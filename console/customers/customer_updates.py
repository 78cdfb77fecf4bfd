"""Brings what a file says of customers who are enrolled already to their workflows, as events."""

from dataclasses import dataclass, field
from datetime import datetime

from temporalio.client import Client

from console.customers.asking_many import for_each
from console.customers.customer_client import CustomerClient
from console.customers.event_ids import made_id
from console.files.customers.customer_changes import Change, changes_of
from console.files.customers.customers_file import CustomerRow
from console.files.tables.table import RowFault
from lifecycle.domain.errors import EvergreenError
from lifecycle.facts.events import Event


@dataclass
class Updated:
    """What was brought to whom, in a few words each, and what was refused."""

    changed: dict[str, list[str]] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)


async def update_all(client: Client, rows: list[CustomerRow], by: str, *, show: bool) -> Updated:
    """Tell each customer what its row says otherwise than it knows; what a row leaves out stays. Done again, nothing changes."""
    done = Updated()

    async def update(row: CustomerRow) -> None:
        await _update(CustomerClient(client, row.customer.id), row, by, done)

    await for_each(rows, update, doing="updating", show=show)
    return done


async def _update(client: CustomerClient, row: CustomerRow, by: str, done: Updated) -> None:
    try:
        known = await client.known()
        changes = list(changes_of(row.customer, row.given, known.customer, known.refused))
        if changes:
            now = await client.now()
            await client.tell(*(_event(client.customer, change, now, by) for change in changes))
            done.changed[client.customer] = [word for change in changes for word in change.words]
    except (ValueError, EvergreenError) as why:
        done.faults.append(RowFault(row.line, str(why).rstrip(".")))


def _event(customer: str, change: Change, now: datetime, by: str) -> Event:
    name = made_id(customer, change.type, dict(change.data), now.isoformat())
    return Event(id=name, type=change.type, at=now, data=dict(change.data), by=by)
