"""The spells that the record tells of: its lines of health, losses, announced ends and what was taken back."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from activities.ledger.record.tables import FACTS
from activities.reports.backtest.spells import Reading, Spell
from lifecycle.domain.enums import Band, ChurnKind, Stage
from lifecycle.domain.record import FactKind

FACTOR = "factor."
"""How the names of factors begin in such a line."""

ANNOUNCED, TAKEN_BACK = "contract.cancelled", "contract.cancellation_withdrawn"


class Line(NamedTuple):
    """A line of the record, of any of the kinds that matter here."""

    customer: str
    at: datetime
    kind: str
    what: str
    data: dict[str, Any]

    @property
    def day(self) -> date:
        """On which it was."""
        return self.at.date()


def spells_of_record(engine: sa.Engine, since: datetime, until: datetime) -> list[Spell]:
    """The spells between those moments (UTC), in the order of the customers' ids. It blocks. Raises SQLAlchemy's errors."""
    c = FACTS.c
    ends = c.kind.in_((FactKind.LOST, ANNOUNCED, TAKEN_BACK)) | ((c.kind == FactKind.STAGE) & (c.what == Stage.CLOSED))
    query = sa.select(c.customer, c.at, c.kind, c.what, c.data).where(
        ((c.kind == FactKind.HEALTH) & (c.what == "")) | ends, c.at >= since, c.at < until
    )
    query = query.order_by(c.customer, c.at, c.life, c.number)
    with engine.connect() as connection:
        lines = [Line(*row[:4], json.loads(row[4])) for row in connection.execute(query)]
    return [spell for _, of_customer in groupby(lines, key=lambda line: line.customer) for spell in spells_of(of_customer, until.date())]


def spells_of(lines: Iterable[Line], until: date) -> Iterator[Spell]:
    """The spells of one customer from its lines, in their order; the last may not be over on that day."""
    readings: list[Reading] = []
    announced: date | None = None
    customer = ""
    for line in lines:
        customer = line.customer
        match line.kind:
            case FactKind.LOST:
                natural = line.data.get("kind") == ChurnKind.NATURAL
                if readings or not natural:
                    yield Spell.of(customer, readings, (not natural and announced) or line.day, lost=not natural)
                readings, announced = [], None
            case FactKind.STAGE:
                if readings:
                    yield Spell.of(customer, readings, line.day, lost=False)
                readings, announced = [], None
            case _ if line.kind == ANNOUNCED:
                announced = announced or line.day
            case _ if line.kind == TAKEN_BACK:
                announced = None
            case _:
                readings.append(_reading(line))
    if readings or announced is not None:
        yield Spell.of(customer, readings, announced or until, lost=announced is not None)


def _reading(line: Line) -> Reading:
    factors = {name.removeprefix(FACTOR): float(value) for name, value in line.data.items() if name.startswith(FACTOR)}
    return Reading(line.day, Band(line.data.get("band", Band.UNKNOWN)), factors)
