"""What the ledger tells of touches: one, a customer's, those of an outcome, and how many of each."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func

from activities.ledger.database.touch_table import TOUCHES, TouchRow, TouchState
from lifecycle.domain.enums import Outcome, Resolution, TouchKind
from lifecycle.domain.texts.addresses import address_key


@dataclass(frozen=True)
class AddressedTouch:
    """A touch, the addresses that it went to or would have gone to, as they are compared, and the subject of a message as it was sent."""

    touch: TouchRow
    addressees: list[str]
    subject: str


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

    def newest(self, most: int | None, customer: str | None = None, outcome: Outcome | None = None) -> list[TouchRow]:
        """The last `most` touches, or all of them, of that customer and of that outcome where one is given, oldest first."""
        of_customer = [TOUCHES.c.customer == customer] if customer is not None else []
        of_outcome = [TOUCHES.c.outcome == outcome] if outcome is not None else []
        return self._rows(sa.true(), *of_customer, *of_outcome, most=most)

    def to_address(self, address: str, *, all_outcomes: bool = False) -> list[AddressedTouch]:
        """What went to that address, over all customers, the oldest first; with what did not go out, or is not known to have, if asked for."""
        key = address_key(address)
        which = TOUCHES.c.addressees.contains(key, autoescape=True)
        if not all_outcomes:
            which &= TOUCHES.c.outcome == Outcome.SENT
        return [each for each in self._addressed(which) if key in each.addressees]

    def of_no_known_address(self) -> list[AddressedTouch]:
        """What went out by builds that did not keep to whom, the oldest first."""
        return self._addressed(TOUCHES.c.addressees.is_(None) & (TOUCHES.c.outcome == Outcome.SENT))

    def _addressed(self, which: sa.ColumnElement[bool]) -> list[AddressedTouch]:
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(TOUCHES).where(which).order_by(TOUCHES.c.at, TOUCHES.c.key)).mappings().all()
        return [
            AddressedTouch(
                touch=_row({name: row[name] for name in TouchRow.__dataclass_fields__}),
                addressees=(row["addressees"] or "").split(),
                subject=json.loads(row["receipt"]).get("subject", "") if row["receipt"] else "",
            )
            for row in rows
        ]

    def has_play(self, play: str) -> bool:
        """Whether there is a touch of a play of that name."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(TOUCHES.c.key).where(TOUCHES.c.play == play).limit(1)).first() is not None

    def unknown(self) -> dict[TouchKind, int]:
        """How many touches of each kind are unknown."""
        # With the kinds named the index answers, and no row is read.
        query = sa.select(TOUCHES.c.kind, func.count()).where(TOUCHES.c.kind.in_(list(TouchKind)), TOUCHES.c.outcome == Outcome.UNKNOWN)
        with self.engine.connect() as connection:
            found = {TouchKind(kind): number for kind, number in connection.execute(query.group_by(TOUCHES.c.kind))}
        return {kind: found.get(kind, 0) for kind in TouchKind}

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

    def _rows(self, *which: sa.ColumnElement[bool], most: int | None = None) -> list[TouchRow]:
        columns = [TOUCHES.c[name] for name in TouchRow.__dataclass_fields__]
        newest_first = sa.select(*columns).where(*which).order_by(TOUCHES.c.at.desc(), TOUCHES.c.key.desc()).limit(most)
        with self.engine.connect() as connection:
            return [_row(row) for row in connection.execute(newest_first).mappings()][::-1]


def _row(found: sa.RowMapping | dict[str, Any]) -> TouchRow:
    words = {
        "state": TouchState(found["state"]),
        "outcome": Outcome(found["outcome"]) if found["outcome"] else None,
        "resolution": Resolution(found["resolution"]) if found["resolution"] else None,
    }
    return TouchRow(**{**found, **words})
