"""The stop button in the database, and the gate that is asked right before each act.

A hold is in effect when `place` has returned: no touch that it covers is marked as acting from then on. An attempt marks its touch and asks for
holds in one transaction, through the gate; who places or releases one goes through it alone. In PostgreSQL the gate is an advisory lock, which
marks share; in SQLite whoever writes is alone anyway.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from activities.ledger.database.hold_table import HOLDS
from activities.ledger.database.touch_table import TOUCHES, TouchState
from lifecycle.domain.enums import Tier, TouchKind
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.touch import HeldBy, Touch

_GATE = 0x486F6C64


def enter_gate(connection: sa.Connection, *, alone: bool = False) -> None:
    """Go through the gate until the transaction ends: beside other marks, or `alone`."""
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
        connection.execute(sa.select(lock(_GATE)))
    elif alone:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def standing_hold(connection: sa.Connection, touch: Touch) -> HeldBy | None:
    """The first hold that keeps the touch from acting, to whom is in the gate; None if it may act."""
    for row in connection.execute(sa.select(HOLDS).where(HOLDS.c.released_at.is_(None)).order_by(HOLDS.c.number)).mappings():
        if (hold := _hold(row)).selection.covers(touch):
            return hold.held_by
    return None


@dataclass(frozen=True, slots=True)
class HeldTouch:
    """A touch that a hold has kept from acting, and its customer."""

    key: str
    customer: str


class Holds:
    """The holds of one database. Every method is one short transaction and blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def place(self, selection: Selection, by: str, why: str, at: datetime) -> tuple[Hold, bool]:
        """Hold everything of that selection from now on; the hold, and whether it is new: one that stands with that selection stays as it is."""
        with self._engine.begin() as connection:
            enter_gate(connection, alone=True)
            for hold in _holds(connection, HOLDS.c.released_at.is_(None)):
                if hold.selection == selection:
                    return hold, False
            row = selection.model_dump(mode="json") | {"why": why, "held_by": by, "held_at": at}
            number = connection.execute(sa.insert(HOLDS).values(row).returning(HOLDS.c.number)).scalar_one()
            return Hold(number=number, selection=selection, by=by, why=why, since=at), True

    def standing(self) -> list[Hold]:
        """Those that stand, the oldest first."""
        with self._engine.connect() as connection:
            return _holds(connection, HOLDS.c.released_at.is_(None))

    def find(self, number: int) -> Hold | None:
        """The hold of that number, released or not."""
        with self._engine.connect() as connection:
            return next(iter(_holds(connection, HOLDS.c.number == number)), None)

    def of(self, selection: Selection) -> Hold | None:
        """The last hold with exactly that selection, released or not."""
        with self._engine.connect() as connection:
            return next((hold for hold in reversed(_holds(connection)) if hold.selection == selection), None)

    def release(self, number: int, by: str, why: str, at: datetime) -> bool:
        """Let what the hold covers act again; False if it was released before. What it has kept from acting stays listed by `held`."""
        mine = HOLDS.update().where(HOLDS.c.number == number, HOLDS.c.released_at.is_(None))
        with self._engine.begin() as connection:
            enter_gate(connection, alone=True)
            done = connection.execute(mine.values(released_by=by, released_at=at, released_why=why))
            return done.rowcount == 1

    def held(self, number: int) -> list[HeldTouch]:
        """The touches that wait for that hold, those of tier A first, a customer's together; of an unknown tier last."""
        order = sa.case({tier.value: place for place, tier in enumerate(Tier)}, value=TOUCHES.c.tier, else_=len(Tier))
        rows = sa.select(TOUCHES.c.key, TOUCHES.c.customer).where(_waits_for(number))
        first = sa.func.min(order).over(partition_by=TOUCHES.c.customer)
        with self._engine.connect() as connection:
            found = connection.execute(rows.order_by(first, TOUCHES.c.customer, TOUCHES.c.key))
            return [HeldTouch(row.key, row.customer) for row in found]

    def count_held(self) -> dict[int, int]:
        """How many touches wait for each hold that any waits for."""
        query = sa.select(TOUCHES.c.hold, sa.func.count()).where(TOUCHES.c.hold.is_not(None), _LET_GO).group_by(TOUCHES.c.hold)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def forget(self, number: int, customer: str) -> None:
        """The customer's touches wait for that hold no more: they are asked for again, or there is nobody who would ask."""
        with self._engine.begin() as connection:
            connection.execute(TOUCHES.update().where(_waits_for(number), TOUCHES.c.customer == customer).values(hold=None))

    def count_acting(self, selection: Selection, now: float) -> int:
        """How many touches of that selection were marked before and are still being done, at that real time (seconds since the epoch)."""
        which = [
            TOUCHES.c[column] == value
            for column, value in (
                ("kind", selection.channel),
                ("playbook", selection.playbook),
                ("play", selection.play),
                ("customer", selection.customer),
            )
            if value is not None
        ]
        acting = sa.select(sa.func.count()).where(TOUCHES.c.state == TouchState.ACTING, TOUCHES.c.lease_until > now, *which)
        with self._engine.connect() as connection:
            return connection.execute(acting).scalar_one()


# Unknown is one that may have gone out before a restore, and that its life still has to hear of (`comparing.py`).
_LET_GO = TOUCHES.c.state.in_((TouchState.RELEASED, TouchState.ACTING, TouchState.UNKNOWN))


def _waits_for(number: int) -> sa.ColumnElement[bool]:
    return (TOUCHES.c.hold == number) & _LET_GO


def _holds(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> list[Hold]:
    return [_hold(row) for row in connection.execute(sa.select(HOLDS).where(*which).order_by(HOLDS.c.number)).mappings()]


def _hold(row: sa.RowMapping) -> Hold:
    selection = Selection(
        channel=TouchKind(row["channel"]) if row["channel"] is not None else None,
        playbook=row["playbook"],
        play=row["play"],
        customer=row["customer"],
    )
    return Hold(
        number=row["number"], selection=selection, by=row["held_by"], why=row["why"], since=row["held_at"], until=row["released_at"]
    )
