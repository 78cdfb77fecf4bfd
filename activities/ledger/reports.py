"""What the ledger tells of touches: one, a customer's, those of an outcome, and how many of each."""

import sqlalchemy as sa
from sqlalchemy import func

from activities.ledger.touch_table import TOUCHES, TouchRow, TouchState
from lifecycle.domain.enums import Outcome


class LedgerReports:
    """The touches of one database, to read. Every method blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def row(self, key: str) -> TouchRow | None:
        """The touch of that key, if the ledger has it."""
        return next(iter(self._rows(TOUCHES.c.key == key)), None)

    def of_customer(self, customer: str) -> list[TouchRow]:
        """Everything the ledger knows of a customer, oldest first."""
        return self._rows(TOUCHES.c.customer == customer)

    def with_outcome(self, outcome: Outcome) -> list[TouchRow]:
        """Every touch of that outcome, oldest first: the unknown ones want a person's eyes."""
        return self._rows(TOUCHES.c.outcome == outcome)

    def counts(self, customer: str | None = None) -> dict[str, dict[str, int]]:
        """How many touches by kind and outcome, of one customer or of all: `counts()["email"]["sent"]`."""
        query = sa.select(TOUCHES.c.kind, TOUCHES.c.outcome, func.count()).where(TOUCHES.c.outcome.is_not(None))
        if customer is not None:
            query = query.where(TOUCHES.c.customer == customer)
        found: dict[str, dict[str, int]] = {}
        with self.engine.connect() as connection:
            for kind, outcome, number in connection.execute(query.group_by(TOUCHES.c.kind, TOUCHES.c.outcome)):
                found.setdefault(kind, {})[outcome] = number
        return found

    def sent_twice(self) -> int:
        """How many touches were confirmed by more than one act: 0, or the ledger has failed. `outbox.sent_twice` counts the files."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(func.count()).where(TOUCHES.c.acted > 1)).scalar_one()

    def _rows(self, which: sa.ColumnElement[bool]) -> list[TouchRow]:
        columns = [TOUCHES.c[name] for name in TouchRow.__dataclass_fields__]
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(*columns).where(which).order_by(TOUCHES.c.at, TOUCHES.c.key))
            return [_row(row) for row in found.mappings()]


def _row(found: sa.RowMapping) -> TouchRow:
    words = {"state": TouchState(found["state"]), "outcome": Outcome(found["outcome"]) if found["outcome"] else None}
    return TouchRow(**{**found, **words})
