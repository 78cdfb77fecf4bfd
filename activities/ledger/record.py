"""Writing into the record: along with what an activity does, in its own transaction.

Written again it changes nothing, and an older state of a row never covers a newer one: so an attempt that was taken for dead may still write, and
two may write at once. Tables are written in one order, touches, facts, tasks, customers, so that no two transactions wait for each other.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from activities.ledger.database import UtcDateTime, insert
from activities.ledger.record_tables import CUSTOMERS, FACTS, TASKS
from lifecycle.domain.record import Fact, RecordLines, task_columns


class Record:
    """The record of one database. Its methods block: call them from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def write(self, lines: RecordLines) -> None:
        """Write the lines, in a transaction of their own."""
        with self._engine.begin() as connection:
            write_lines(connection, lines)


def write_lines(connection: sa.Connection, lines: RecordLines) -> None:
    """Write the lines, in that transaction."""
    if lines.facts:
        _write_facts(connection, lines.customer, ((f"{lines.life}.{fact.number}", lines.life, fact) for fact in lines.facts), lines.as_of)
    _write_row(connection, lines)


def write_asked(connection: sa.Connection, customer: str, asked: Fact) -> None:
    """Write that a task was asked for, in the transaction that says that it went out."""
    _write_facts(connection, customer, [(f"asked {asked.data['task']}", None, asked)], asked.at)


def _write_facts(connection: sa.Connection, customer: str, facts: Iterable[tuple[str, int | None, Fact]], as_of: datetime) -> None:
    new: list[Fact] = []
    for id, life, fact in facts:
        row = {
            "customer": customer,
            "id": id,
            "life": life,
            "number": fact.number or None,
            "at": fact.at,
            "kind": fact.kind,
            "what": fact.what,
            "said_by": fact.by,
            "data": json.dumps(fact.data, ensure_ascii=False),
            "as_of": as_of,
        }
        unseen = insert(connection.engine, FACTS).values(row).on_conflict_do_nothing().returning(FACTS.c.id)
        if connection.execute(unseen).first() is not None:
            new.append(fact)
    # What is known already has changed its task already, and a later line may have changed it since.
    for fact in new:
        write_task(connection, customer, fact, as_of)


def write_task(connection: sa.Connection, customer: str, fact: Fact, as_of: datetime) -> None:
    """Write what a line says of a task into its row; nothing, for a line of no task."""
    found = task_columns(fact)
    if found is None:
        return
    key, columns = found
    row = insert(connection.engine, TASKS).values({"key": key, "customer": customer, "as_of": as_of} | columns)
    newest = sa.case((TASKS.c.as_of > as_of, TASKS.c.as_of), else_=sa.bindparam("newest", as_of, TASKS.c.as_of.type))
    changes = {name: row.excluded[name] for name in columns} | {"as_of": newest}
    connection.execute(row.on_conflict_do_update(index_elements=["key"], set_=changes))


def _write_row(connection: sa.Connection, lines: RecordLines) -> None:
    """Write what is told of the customer's row, unless a later state of it is written."""
    c = CUSTOMERS.c
    older = (c.life < lines.life) | ((c.life == lines.life) & (c.version < lines.version))
    told = {"life": lines.life, "version": lines.version, "as_of": lines.as_of} | {
        name: _as_column(CUSTOMERS.c[name], value) for name, value in lines.values.items()
    }
    if not lines.values:
        connection.execute(CUSTOMERS.update().where(c.customer == lines.customer, older).values(told))
        return
    row = insert(connection.engine, CUSTOMERS).values({"customer": lines.customer} | told)
    connection.execute(
        row.on_conflict_do_update(index_elements=["customer"], set_={name: row.excluded[name] for name in told}, where=older)
    )


def _as_column(column: sa.Column[object], value: object) -> object:
    """A value as JSON has it, as the column does."""
    if isinstance(value, str):
        if isinstance(column.type, sa.Date):
            return date.fromisoformat(value)
        if isinstance(column.type, UtcDateTime):
            return datetime.fromisoformat(value)
    return value
