"""A report: sections of figures, tables and charts, each with its definition and the customers behind it.

It says what was read and means nothing by it: a figure that nobody has told has no value, which is not zero.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import SkipValidation

from lifecycle.domain.model import Finite, Frozen, Instant, Whole

SMALL = 10
"""A figure with fewer rows than this behind it says so."""


class Unit(StrEnum):
    """In what a value is counted. A share is from 0 to 1 and shown in percent; hours are working hours where the definition says so."""

    COUNT = "count"
    SHARE = "share"
    SCORE = "score"
    DAYS = "days"
    HOURS = "hours"
    MONEY = "money"


class Period(Frozen):
    """The days from `first` to `last`, both in it, and how people call them (`2026-Q4`, `October 2026`)."""

    first: date
    last: date
    name: str


class Behind(NamedTuple):
    """One row behind a figure: a customer, what of it counted, and how much, in the figure's unit.

    `counted` says whether it is on the side that the figure counts (kept, in time) rather than only in what it is counted of.
    """

    customer: str
    name: str = ""
    what: str = ""
    value: float | None = None
    counted: bool = True


class Figure(Frozen):
    """One figure. `id` is `section.name` and never changes its meaning; `definition` says in a sentence what is counted of what.

    `value` is None where nothing was told. `count` is how many rows it is made of. `before` is the same figure of the period before. `low` and
    `high` are the bounds of an interval that holds the true value nineteen times of twenty, where one can be given.
    """

    id: str
    title: str
    definition: str
    unit: Unit
    value: Finite | None
    count: Whole = 0
    before: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    currency: str = ""
    # Tens of thousands of rows may stand behind one: they are made here, and nobody checks them again.
    behind: SkipValidation[tuple[Behind, ...]] = ()

    @property
    def told(self) -> bool:
        """Whether anybody has told what it is made of."""
        return self.value is not None

    @property
    def small(self) -> bool:
        """Whether it is made of too few rows to lean on; what is only counted is as it is."""
        return self.told and self.unit is not Unit.COUNT and self.count < SMALL


Cell = str | Whole | Finite | date | None


class Column(Frozen):
    """A column of a table: its heading, and the unit of its numbers (None: it holds words or days)."""

    title: str
    unit: Unit | None = None


class Table(Frozen):
    """Rows that belong together; a cell of None was not told."""

    id: str
    title: str
    definition: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    currency: str = ""


class ChartKind(StrEnum):
    """How a chart draws its series."""

    BARS = "bars"
    LINES = "lines"


class Series(Frozen):
    """One line or one colour of bars: a value a label of its chart, None where nothing was told."""

    name: str
    values: tuple[Finite | None, ...]


class Chart(Frozen):
    """A picture of some numbers: `labels` along the bottom, one value of each series a label."""

    id: str
    title: str
    kind: ChartKind
    unit: Unit
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    currency: str = ""


class Section(Frozen):
    """Figures, tables and charts about one question; `id` begins the ids of all of them.

    `details` are figures whose values a table shows, a row each: they are not shown by themselves, and can be explained as the others.
    """

    id: str
    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    details: tuple[Figure, ...] = ()

    @property
    def every_figure(self) -> tuple[Figure, ...]:
        """Its figures and the details."""
        return self.figures + self.details


class Report(Frozen):
    """The report of a period, as the record was at that moment (UTC); its days are those of `zone`."""

    period: Period
    before: Period
    as_of: Instant
    zone: str = "UTC"
    customers: Whole
    sections: tuple[Section, ...]

    def figure(self, wanted: str) -> Figure | None:
        """The figure of that id."""
        return next((each for section in self.sections for each in section.every_figure if each.id == wanted), None)
