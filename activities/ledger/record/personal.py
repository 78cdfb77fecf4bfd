"""What the record has of customers and people: to be shown, and to be taken out."""

import json
from collections.abc import Iterable

import sqlalchemy as sa

from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from lifecycle.domain.texts.redaction import Redaction

TABLES = (FACTS, TASKS, CUSTOMERS)
"""In the order in which they are written."""

_TEXTS: dict[sa.Table, tuple[str, ...]] = {
    FACTS: ("what", "said_by", "data"),
    TASKS: ("owner", "title", "snoozed_by", "closed_by", "note"),
    CUSTOMERS: ("stopped", "lost_because", "closed", "next_to"),
}
"""Columns that hold what somebody wrote, or somebody's name."""


def record_of(connection: sa.Connection, customer: str) -> dict[str, object]:
    """The customer's row, its lines and tasks, the oldest first."""
    rows = [
        [dict(row) for row in connection.execute(sa.select(table).where(table.c.customer == customer).order_by(*_order(table))).mappings()]
        for table in TABLES
    ]
    facts, tasks, customers = rows
    return {
        "customer": customers[0] if customers else None,
        "facts": [row | {"data": json.loads(row["data"])} for row in facts],
        "tasks": tasks,
    }


def customers_naming(connection: sa.Connection, address: str) -> set[str]:
    """Customers in whose lines or rows that address stands."""
    redaction, found = Redaction([address]), set[str]()
    for table, names in _TEXTS.items():
        texts = sa.func.lower(
            sum((sa.func.coalesce(table.c[name], "") + " " for name in names[1:]), sa.func.coalesce(table.c[names[0]], ""))
        )
        query = sa.select(table.c.customer, *(table.c[name] for name in names)).where(texts.contains("@"))
        found |= {row[0] for row in connection.execute(query) if any(redaction.finds_address(text or "") for text in row[1:])}
    return found


def delete_record(connection: sa.Connection, customer: str) -> int:
    """Delete all of the customer's rows; how many."""
    return sum(connection.execute(sa.delete(table).where(table.c.customer == customer)).rowcount for table in TABLES)


def scrub_record(connection: sa.Connection, customer: str, redaction: Redaction) -> int:
    """Take these people's traces out of the customer's rows; of how many rows."""
    number = 0
    for table, names in _TEXTS.items():
        for row in connection.execute(sa.select(table).where(table.c.customer == customer).with_for_update()).mappings().all():
            found = {name: redaction.without(row[name]) for name in names if row[name] and redaction.finds(row[name])}
            if found:
                same = sa.and_(*(column == row[column.name] for column in table.primary_key))
                connection.execute(table.update().where(same).values(found))
                number += 1
    return number


def _order(table: sa.Table) -> Iterable[sa.ColumnElement[object]]:
    return (table.c.at, table.c.id) if table is FACTS else table.primary_key
