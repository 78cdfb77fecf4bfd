"""The record as tests read it: its rows, and whether they are all that the life says."""

from typing import Any

import sqlalchemy as sa

from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from console.customers.customer_client import CustomerClient
from lifecycle.explain.record import Recorded
from tests.workflows.harness.customer_workflow import CustomerWorkflow


def rows(engine: sa.Engine, table: sa.Table, customer: str) -> list[dict[str, Any]]:
    """The customer's rows of that table, in the order of their keys."""
    with engine.connect() as connection:
        found = sa.select(table).where(table.c.customer == customer).order_by(*table.primary_key)
        return [dict(row) for row in connection.execute(found).mappings()]


def whole(engine: sa.Engine, customer: str) -> list[list[dict[str, Any]]]:
    """All rows of the customer, without as of when they are."""
    return [
        [{name: value for name, value in row.items() if name not in ("as_of", "version")} for row in rows(engine, table, customer)]
        for table in (CUSTOMERS, FACTS, TASKS)
    ]


async def recorded(life: CustomerWorkflow) -> Recorded:
    """What the life answers when its record is made anew."""
    return await CustomerClient(life.client, life.customer.id).recorded()


async def lines_missing(engine: sa.Engine, life: CustomerWorkflow) -> set[int]:
    """The numbers of lines that are neither written nor wait."""
    said, latest = await recorded(life), (await CustomerClient(life.client, life.customer.id).whole()).record.number
    written = {row["number"] for row in rows(engine, FACTS, life.customer.id) if row["number"] is not None}
    return {*range(1, latest + 1)} - written - {fact.number for fact in said.lines.facts}
