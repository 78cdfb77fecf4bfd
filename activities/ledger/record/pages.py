"""The record by pages: each begins behind the last row of the one before, by what that row was sorted by and its id.

So a page is right however many rows were written, changed or taken out since the one before: a row that keeps its place in the order comes
once, and one that is moved comes where it stands then. Moments are UTC.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from activities.ledger.database.database import UtcDateTime
from activities.ledger.record.reading import GONE, Row
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from lifecycle.domain.enums import Band, Stage, Tier

Value = str | float | date | datetime | None

_OF_A_TASKS_CUSTOMER = (
    *("name", "timezone", "country", "owner", "owner_email", "owner_timezone", "owner_country"),
    "playbook",
)


class Kind(Enum):
    """What a column that can be sorted by holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Order:
    """By which column rows come; what is not known comes last either way, and of alike rows the lower id first."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """The row behind which a page begins: what it had in the column that is sorted by, and its id."""

    value: Value
    id: str


@dataclass(frozen=True, slots=True)
class PageOfRows:
    """Rows in their order, and the position behind which there are more; None where these are the last."""

    rows: list[Row]
    last: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which customers: all that match each that is given. Of `owner` a part of the name will do, in any case; `segment` in any case."""

    stage: Stage | None = None
    tier: Tier | None = None
    segment: str | None = None
    owner: str | None = None
    health: Band | None = None


@dataclass(frozen=True, slots=True)
class OneCustomer:
    """A customer's row, its open tasks and its latest lines, the newest first."""

    row: Row
    tasks: list[Row]
    facts: list[Row]


def kind_of(table: sa.Table, column: str) -> Kind:
    """What that column of the table holds."""
    match table.c[column].type:
        case UtcDateTime():
            return Kind.MOMENT
        case sa.Date():
            return Kind.DAY
        case sa.Integer() | sa.Double():
            return Kind.NUMBER
        case _:
            return Kind.TEXT


class RecordPages:
    """The record of one database, a page at a time. Its methods block, and raise SQLAlchemyError: call them from a thread.

    PostgreSQL gives up a statement after `seconds`.
    """

    def __init__(self, engine: sa.Engine, seconds: float) -> None:
        self._engine = engine
        self._milliseconds = max(1, round(1000 * seconds))

    def customers(self, which: Which, order: Order, most: int, after: Position | None = None) -> PageOfRows:
        """Customers, of every stage if `which` names none."""
        with self._reading() as connection:
            return _page(connection, _of(connection, sa.select(CUSTOMERS), which), CUSTOMERS.c.customer, order, most, after)

    def next_before(self, moment: datetime, which: Which, order: Order, most: int, after: Position | None = None) -> PageOfRows:
        """Customers for whom something is done next by then."""
        query = sa.select(CUSTOMERS).where(CUSTOMERS.c.next_touch_at <= moment, CUSTOMERS.c.stage != Stage.CLOSED.value)
        with self._reading() as connection:
            return _page(connection, _of(connection, query, which), CUSTOMERS.c.customer, order, most, after)

    def ending(self, first: date, last: date, which: Which, order: Order, most: int, after: Position | None = None) -> PageOfRows:
        """Customers with us whose term ends on a day from `first` to `last`, both in it."""
        query = sa.select(CUSTOMERS).where(CUSTOMERS.c.contract_end.between(first, last), CUSTOMERS.c.stage.not_in(GONE))
        with self._reading() as connection:
            return _page(connection, _of(connection, query, which), CUSTOMERS.c.customer, order, most, after)

    def open_tasks(
        self, owner: str | None, due_before: datetime | None, order: Order, most: int, after: Position | None = None
    ) -> PageOfRows:
        """Tasks that are not done, with what is known of their customer as `customer_*`; `owner` is whose they are, or whose customer's."""
        query = _OPEN_TASKS
        if due_before is not None:
            query = query.where(sa.func.coalesce(TASKS.c.snoozed_until, TASKS.c.due_at) < due_before)
        with self._reading() as connection:
            if owner is not None:
                owners = [column.in_(_holding(connection, column, owner)) for column in (TASKS.c.owner, CUSTOMERS.c.owner)]
                query = query.where(sa.or_(*owners))
            return _page(connection, query, TASKS.c.key, order, most, after)

    def customer(self, customer: str, most_tasks: int, most_facts: int) -> OneCustomer | None:
        """What there is of a customer: the tasks that are due soonest and the latest lines, so many of each. None of one nobody knows."""
        facts = (
            sa.select(FACTS)
            .where(FACTS.c.customer == customer)
            .order_by(FACTS.c.at.desc(), FACTS.c.number.is_(None), FACTS.c.life.desc(), FACTS.c.number.desc(), FACTS.c.id)
            .limit(most_facts)
        )
        with self._reading() as connection:
            row = connection.execute(sa.select(CUSTOMERS).where(CUSTOMERS.c.customer == customer)).mappings().one_or_none()
            if row is None:
                return None
            tasks = _page(connection, _OPEN_TASKS.where(TASKS.c.customer == customer), TASKS.c.key, Order("due_at"), most_tasks, None)
            return OneCustomer(dict(row), tasks.rows, [dict(line) for line in connection.execute(facts).mappings()])

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.set_config("statement_timeout", str(self._milliseconds), True)))
            yield connection


_OPEN_TASKS = (
    sa.select(TASKS, *(CUSTOMERS.c[name].label(f"customer_{name}") for name in _OF_A_TASKS_CUSTOMER))
    .select_from(TASKS.outerjoin(CUSTOMERS, TASKS.c.customer == CUSTOMERS.c.customer))
    .where(TASKS.c.closed_at.is_(None), TASKS.c.asked_at.is_not(None))
)


def _of(connection: sa.Connection, query: sa.Select[Any], which: Which) -> sa.Select[Any]:
    columns = CUSTOMERS.c
    for column, wanted in ((columns.stage, which.stage), (columns.tier, which.tier), (columns.health_band, which.health)):
        if wanted is not None:
            query = query.where(column == wanted.value)
    if which.segment is not None:
        query = query.where(columns.segment.in_(_holding(connection, columns.segment, which.segment, whole=True)))
    if which.owner is not None:
        query = query.where(columns.owner.in_(_holding(connection, columns.owner, which.owner)))
    return query


def _holding(connection: sa.Connection, column: sa.Column[Any], part: str, *, whole: bool = False) -> list[str]:
    """The texts of that column that have the part in them, or are it, in any case. Databases differ in what case is beyond ASCII."""
    texts = connection.scalars(sa.select(column).distinct().where(column.is_not(None)))
    folded = part.casefold()
    return [text for text in texts if (folded == text.casefold() if whole else folded in text.casefold())]


def _page(
    connection: sa.Connection, query: sa.Select[Any], key: sa.Column[Any], order: Order, most: int, after: Position | None
) -> PageOfRows:
    by = key.table.c[order.column]
    if after is not None:
        query = query.where(_behind(key, by, order, after))
    ordered = query.order_by(by.is_(None), by.desc() if order.descending else by, key).limit(most + 1)
    rows = [dict(row) for row in connection.execute(ordered).mappings()]
    if len(rows) <= most:
        return PageOfRows(rows, None)
    last = rows[most - 1]
    return PageOfRows(rows[:most], Position(last[by.name], last[key.name]))


def _behind(key: sa.Column[Any], by: sa.Column[Any], order: Order, after: Position) -> sa.ColumnElement[bool]:
    if after.value is None:
        return by.is_(None) & (key > after.id)
    further = by < after.value if order.descending else by > after.value
    return further | ((by == after.value) & (key > after.id)) | by.is_(None)
