"""Reading the record: who is where, what is asked of whom, what comes next. Moments are UTC, and every row says as of when it is."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from activities.ledger.record.lived_playbooks import LivedPlaybooks
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from lifecycle.domain.enums import Stage

Row = dict[str, Any]

GONE = tuple(stage.value for stage in Stage if stage.has_left)
"""Stages of customers who have left."""

_AT_ONCE = 500
"""Keys that one statement names."""

_OF_A_TASKS_CUSTOMER = (
    *("name", "timezone", "country", "owner", "owner_email", "owner_timezone", "owner_country"),
    *("playbook", "annual_value", "currency"),
)


class RecordReading:
    """The record of one database. Its methods block: call them from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.playbooks = LivedPlaybooks(engine)

    def customers(self, *which: sa.ColumnElement[bool], owner: str | None = None) -> list[Row]:
        """The rows of customers, by their ids; of `owner` a part of the name will do, in any case."""
        query = sa.select(CUSTOMERS).where(*which).order_by(CUSTOMERS.c.customer)
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [row for row in rows if owner is None or owner.casefold() in (row["owner"] or "").casefold()]

    def ending(self, first: date, behind: date) -> list[Row]:
        """Customers with us whose term ends from that day on and before the other, the soonest first."""
        within = (CUSTOMERS.c.contract_end >= first) & (CUSTOMERS.c.contract_end < behind)
        rows = self.customers(within, CUSTOMERS.c.stage.not_in(GONE))
        return sorted(rows, key=lambda row: (row["contract_end"], row["customer"]))

    def next_before(self, moment: datetime) -> list[Row]:
        """Customers for whom something is done next by then, the soonest first."""
        rows = self.customers(CUSTOMERS.c.next_touch_at <= moment, CUSTOMERS.c.stage != Stage.CLOSED.value)
        return sorted(rows, key=lambda row: (row["next_touch_at"], row["customer"]))

    def open_tasks(self, *, owner: str | None = None, due_before: datetime | None = None) -> list[Row]:
        """Tasks that are not done, the soonest due first, with what is known of their customer as `customer_*`; `owner` as in `customers`."""
        joined = TASKS.outerjoin(CUSTOMERS, TASKS.c.customer == CUSTOMERS.c.customer)
        of_customer = [CUSTOMERS.c[name].label(f"customer_{name}") for name in _OF_A_TASKS_CUSTOMER]
        query = sa.select(TASKS, *of_customer).select_from(joined).where(TASKS.c.closed_at.is_(None), TASKS.c.asked_at.is_not(None))
        if due_before is not None:
            query = query.where(sa.func.coalesce(TASKS.c.snoozed_until, TASKS.c.due_at) < due_before)
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        asked = [row for row in rows if owner is None or owner.casefold() in f"{row['owner']} {row['customer_owner']}".casefold()]
        return sorted(asked, key=lambda row: (row["due_at"] is None, row["due_at"] or row["asked_at"], row["key"]))

    def facts_of(self, customer: str, most: int) -> list[Row]:
        """The customer's latest lines, the oldest of them first, `data` as JSON."""
        newest = (
            sa.select(FACTS).where(FACTS.c.customer == customer).order_by(FACTS.c.at.desc(), FACTS.c.life.desc(), FACTS.c.number.desc())
        )
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(newest.limit(most)).mappings()][::-1]

    def titles(self, keys: list[str]) -> dict[str, str]:
        """What those of these touches that are tasks ask for, by their keys."""
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for begin in range(0, len(keys), _AT_ONCE):
                some = sa.select(TASKS.c.key, TASKS.c.title).where(
                    TASKS.c.key.in_(keys[begin : begin + _AT_ONCE]), TASKS.c.title.is_not(None)
                )
                found |= {row.key: row.title for row in connection.execute(some)}
        return found

    def zones(self) -> dict[str, str]:
        """The time zone of each customer of whom one is known."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(CUSTOMERS.c.customer, CUSTOMERS.c.timezone).where(CUSTOMERS.c.timezone.is_not(None)))
            return {row.customer: row.timezone for row in rows}

    def calls(self, customers: list[str], since: datetime) -> dict[str, int]:
        """How many meetings were held, and calls and visits noted, with each of these customers since then."""
        talks = (FACTS.c.kind == "meeting.held") | ((FACTS.c.kind == "note.added") & FACTS.c.data.regexp_match('"way": "(call|visit)"'))
        query = (
            sa.select(FACTS.c.customer, sa.func.count())
            .where(FACTS.c.customer.in_(customers), FACTS.c.at >= since, talks)
            .group_by(FACTS.c.customer)
        )
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}
