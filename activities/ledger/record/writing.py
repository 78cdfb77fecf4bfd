"""Writing into the record: along with what an activity does, in its own transaction.

Written again it changes nothing, and an older state of a row never covers a newer one: so an attempt that was taken for dead may still write, and
two may write at once. Tables are written in one order, touches, facts, tasks, customers, so that no two transactions wait for each other.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from activities.ledger.database.database import UtcDateTime, insert
from activities.ledger.database.touch_table import TOUCHES
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.record import Fact, FactKind, RecordLines, TaskState, task_columns
from lifecycle.domain.touch import LIST
from lifecycle.explain.record import Recorded


class RecordWriting:
    """The record of one database. Its methods block: call them from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def customers(self, after: str = "") -> list[str]:
        """The customers of whom there is a line, a row, a task or the touch of one, behind that id, in the order of their ids."""
        tasks = sa.select(TOUCHES.c.customer).where(TOUCHES.c.kind == TouchKind.TASK, ~TOUCHES.c.customer.startswith(LIST))
        known = sa.union(sa.select(FACTS.c.customer), sa.select(CUSTOMERS.c.customer), sa.select(TASKS.c.customer), tasks)
        with self._engine.connect() as connection:
            return sorted(name for name in connection.scalars(known) if name > after)

    def make_anew(self, customer: str, recorded: Recorded | None) -> None:
        """Make the customer's row and tasks anew from what its life answers and what the ledger has; without an answer, the tasks alone, and the
        row stays as it was written.

        A task of which there is no line, for a build before the record had it asked for, is known by its touch: it is open if the life says so.
        """
        with self._engine.begin() as connection:
            if recorded is not None:
                write_lines(connection, customer, recorded.lines, again=True)
            # The rows are locked before the lines are read: what is written meanwhile waits, and says its own on top.
            connection.execute(sa.delete(TASKS).where(TASKS.c.customer == customer))
            asked = set[str]()
            for row in connection.execute(
                sa.select(FACTS).where(FACTS.c.customer == customer).order_by(FACTS.c.life, FACTS.c.number)
            ).mappings():
                fact = Fact(
                    number=row["number"] or 0,
                    at=row["at"],
                    kind=row["kind"],
                    what=row["what"],
                    by=row["said_by"],
                    data=json.loads(row["data"]),
                )
                write_task(connection, customer, fact, row["as_of"])
                if fact.kind == FactKind.TASK_ASKED:
                    asked.add(str(fact.data.get("task")))
            self._tasks_of_touches(connection, customer, asked, recorded)

    def _tasks_of_touches(self, connection: sa.Connection, customer: str, known: set[str], recorded: Recorded | None) -> None:
        went_out = sa.select(TOUCHES.c.key, TOUCHES.c.play, TOUCHES.c.name, TOUCHES.c.at).where(
            TOUCHES.c.customer == customer, TOUCHES.c.kind == TouchKind.TASK, TOUCHES.c.outcome == Outcome.SENT
        )
        for key, play, name, at in connection.execute(went_out).all():
            if key in known:
                continue
            write_task(
                connection, customer, Fact(number=0, at=at, kind=FactKind.TASK_ASKED, what=name, data={"task": key, "play": play}), at
            )
            if recorded is None or key not in recorded.tasks:
                over = (TASKS.c.key == key) & TASKS.c.closed_at.is_(None)
                values = {
                    "closed_at": at,
                    "closed_as": TaskState.DROPPED,
                    "note": "asked for before there was a record; nobody knows what became of it",
                }
                connection.execute(TASKS.update().where(over).values(values))

    def write(self, customer: str, lines: RecordLines) -> None:
        """Write the lines, in a transaction of their own."""
        with self._engine.begin() as connection:
            write_lines(connection, customer, lines)


def write_lines(connection: sa.Connection, customer: str, lines: RecordLines, *, again: bool = False) -> None:
    """Write the lines, in that transaction, and the row, unless a later state of it is written; `again`, unless a state after this one is."""
    if lines.facts:
        _write_facts(connection, customer, ((f"{lines.life}.{fact.number}", lines.life, fact) for fact in lines.facts), lines.as_of)
    _write_row(connection, customer, lines, again=again)


def write_asked(connection: sa.Connection, customer: str, asked: Fact) -> None:
    """Write that a task was asked for, in the transaction that says that it went out."""
    _write_facts(connection, customer, [(f"asked {asked.data['task']}", None, asked)], asked.at)


def _write_facts(connection: sa.Connection, customer: str, facts: Iterable[tuple[str, int | None, Fact]], as_of: datetime) -> None:
    by_id: dict[str, Fact] = {}
    rows: list[dict[str, object]] = []
    for id, life, fact in facts:
        by_id.setdefault(id, fact)
        rows.append(
            {
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
        )
    unseen = insert(connection.engine, FACTS).on_conflict_do_nothing().returning(FACTS.c.id)
    new = set(connection.scalars(unseen, rows))
    # What is known already has changed its task already, and a later line may have changed it since.
    for id, fact in by_id.items():
        if id in new:
            write_task(connection, customer, fact, as_of)


def write_task(connection: sa.Connection, customer: str, fact: Fact, as_of: datetime) -> None:
    """Write what a line says of a task into its row; nothing, for a line of no task."""
    found = task_columns(fact)
    if found is None:
        return
    key, columns = found
    statement = _task_upsert(connection.dialect.name, tuple(columns))
    connection.execute(statement, {"key": key, "customer": customer, "as_of": as_of} | columns)


@lru_cache(maxsize=64)
def _task_upsert(dialect: str, columns: tuple[str, ...]) -> "postgresql.Insert | sqlite.Insert":
    """What writes these columns of a task's row, of which there may be one. It takes longer to make than to run."""
    row = postgresql.insert(TASKS) if dialect == "postgresql" else sqlite.insert(TASKS)
    as_of = row.excluded.as_of
    newest = sa.case((TASKS.c.as_of > as_of, TASKS.c.as_of), else_=as_of)
    return row.on_conflict_do_update(index_elements=["key"], set_={name: row.excluded[name] for name in columns} | {"as_of": newest})


def _write_row(connection: sa.Connection, customer: str, lines: RecordLines, *, again: bool) -> None:
    """Write what is told of the customer's row; `again` as in `write_lines`."""
    c = CUSTOMERS.c
    version = c.version <= lines.version if again else c.version < lines.version
    older = (c.life < lines.life) | ((c.life == lines.life) & version)
    told = {"life": lines.life, "version": lines.version, "as_of": lines.as_of} | {
        name: _as_column(CUSTOMERS.c[name], value) for name, value in lines.values.items()
    }
    if not lines.values:
        connection.execute(CUSTOMERS.update().where(c.customer == customer, older).values(told))
        return
    row = insert(connection.engine, CUSTOMERS).values({"customer": customer} | told)
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
