"""What reports are made of: the record's rows and the ledger's, each set of them read once and handed to every figure that needs it.

Moments are UTC; which day one lies on is said by the reporting zone. Customers are as they stand now: their name, tier, segment, owner and currency are
those of today, whatever they were then.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from pydantic_core import from_json

from activities.ledger.record.tables import CUSTOMERS, FACTS
from activities.reports.report import Behind, Period
from lifecycle.domain.enums import Stage
from lifecycle.domain.time.zones import day_from, local, midnight

WITH_US = frozenset(stage.value for stage in Stage if not stage.has_left and stage is not Stage.TRIAL)
"""Stages of customers with a contract."""

T = TypeVar("T")

AT_ONCE = 5000
"""Rows that are fetched at once."""


class Window(NamedTuple):
    """A period as moments: from `first` on and before `behind`. What is still open is judged at `until`, which is no later than the report."""

    period: Period
    zone: str
    first: datetime
    behind: datetime
    until: datetime

    @classmethod
    def of(cls, period: Period, zone: str, as_of: datetime) -> "Window":
        """The window of that period."""
        first, behind = midnight(period.first, zone), midnight(day_from(period.last, 1), zone)
        return cls(period, zone, first, behind, max(first, min(behind, as_of)))

    def has(self, moment: datetime | None) -> bool:
        """Whether the moment lies in it."""
        return moment is not None and self.first <= moment < self.behind

    def day(self, moment: datetime) -> date:
        """The day on which the moment lies."""
        return local(moment, self.zone).date()

    @property
    def days(self) -> float:
        """How many days of it are over, one at least."""
        return max(1.0, (self.until - self.first) / timedelta(days=1))


class Customer(NamedTuple):
    """A customer as its row says; what nobody has told is empty or None."""

    id: str
    name: str = ""
    stage: str = ""
    term: int | None = None
    term_start: date | None = None
    contract_end: date | None = None
    tier: str = ""
    owner: str = ""
    value: float | None = None
    currency: str = ""
    likelihood: float | None = None
    signed_until: date | None = None
    segment: str = ""

    @property
    def is_with_us(self) -> bool:
        """Whether it has a contract and has not left, as it stands now."""
        return self.stage in WITH_US

    def behind(self, what: str = "", value: float | None = None, *, counted: bool = True) -> Behind:
        """A row of it behind a figure."""
        return Behind(self.id, self.name, what, value, counted)


class Fact(NamedTuple):
    """A line of what happened."""

    customer: str
    at: datetime
    kind: str
    what: str
    data: dict[str, Any]

    def number(self, name: str) -> float | None:
        """What the line says under that name, if it is a number."""
        found = self.data.get(name)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    def text(self, name: str) -> str:
        """What the line says under that name; empty where it says nothing."""
        found = self.data.get(name)
        return "" if found is None else str(found)


class Material:
    """The rows of one report. It reads when it is asked, in the transaction of its connection."""

    def __init__(self, connection: sa.Connection, window: Window, before: Window) -> None:
        """Of rows that lie in time, those of the period and of the one that ends as it begins are read, unless more are asked for."""
        self.connection, self.since, self.behind, self.window, self.before = connection, before.first, window.behind, window, before
        self._facts: dict[str, list[Fact]] = {}
        self._made: dict[tuple[object, Window | None], Any] = {}
        self.customers = self._read_customers()

    def reports_on(self, window: Window) -> bool:
        """Whether it is the window of the report's own period, and not of the one before."""
        return window == self.window

    def customer(self, id: str) -> Customer:
        """The customer of that id; one of whom there is no row has its id alone."""
        return self.customers.get(id) or Customer(id)

    def facts(self, *kinds: str) -> list[Fact]:
        """The lines of these kinds from both periods, in the order of time. Each kind is read once."""
        for kind in kinds:
            if kind not in self._facts:
                self._facts[kind] = self.read_facts(FACTS.c.kind == kind, FACTS.c.at >= self.since)
        found = [fact for kind in kinds for fact in self._facts[kind]]
        return sorted(found, key=_moment) if len(kinds) > 1 else found

    def read_facts(self, *which: sa.ColumnElement[bool]) -> list[Fact]:
        """Such lines from the record's beginning to the period's end, in the order of time, and those of one life in their own. They are read anew."""
        c, read = FACTS.c, from_json
        query = sa.select(c.customer, c.at, c.kind, c.what, c.data).where(*which, c.at < self.behind)
        rows = self.rows(query.order_by(c.at, c.customer, c.life, c.number))
        return [Fact(row[0], row[1], row[2], row[3], read(row[4])) for row in rows]

    def once(self, make: Callable[["Material"], T]) -> T:
        """What `make` makes of this material, made once."""
        return self._made_once(make, lambda: make(self), None)

    def once_in(self, make: Callable[["Material", Window], T], window: Window) -> T:
        """What `make` makes of this material for that window, made once."""
        return self._made_once(make, lambda: make(self, window), window)

    def _made_once(self, name: object, make: Callable[[], T], window: Window | None) -> T:
        key = name, window
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    def rows(self, query: sa.Select[Any]) -> Iterator[Sequence[Any]]:
        """The rows of a query, some thousands at a time."""
        for rows in self.connection.execution_options(stream_results=True).execute(query).partitions(AT_ONCE):
            yield from rows

    def _read_customers(self) -> dict[str, Customer]:
        c = CUSTOMERS.c
        columns = (c.customer, c.name, c.stage, c.term, c.term_start, c.contract_end, c.tier, c.owner, c.annual_value, c.currency)
        query = sa.select(*columns, c.likelihood, c.signed_until, c.segment).order_by(c.customer)
        texts = (1, 2, 6, 7, 9, 12)
        return {row[0]: Customer(*_without_none(row, texts)) for row in self.rows(query)}


_moment = attrgetter("at")


def _without_none(row: Sequence[Any], texts: Sequence[int]) -> list[Any]:
    values = list(row)
    for index in texts:
        values[index] = values[index] or ""
    return values
