"""Reported usage in the database: a sum for each window, and the ids of the reports that are in it.

Any number of gateways may share one database: a report is counted once, whichever gateway received it. Every call blocks.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal
from enum import Enum, auto

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, UtcDateTime, insert
from gateway.intake.usage.windows import Window

IDS_LAST = timedelta(days=3)
"""How long a report's id is known."""

SUMS_LAST = timedelta(days=60)
"""How long a window's sum is kept after it was told."""

LEASE = timedelta(seconds=30)
"""How long a sum that one gateway has claimed is not claimed by others."""

_KEYS_AT_ONCE = 500

# Wide enough for the sum of the largest and the smallest number that a report can carry, so that no sum is ever rounded.
_EXACT = Context(prec=800)

SUMS = sa.Table(
    "usage_sums",
    METADATA,
    sa.Column("customer", sa.String, primary_key=True),
    sa.Column("window", sa.String, primary_key=True),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("ends", UtcDateTime, nullable=False),
    sa.Column("total", sa.String, nullable=False),
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("last", UtcDateTime, nullable=False),
    sa.Column("hinted", sa.Integer, nullable=False),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Column("held_until", UtcDateTime, nullable=False),
    sa.Index("usage_sums_waiting", "waits", "ends"),
)
"""`total` is a decimal number of any length, `reports` is how many are in it, and `hinted` how many were when it was last told in part.
It `waits` until it has been told whole as it stands.
"""

SEEN = sa.Table(
    "usage_seen",
    METADATA,
    sa.Column("customer", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)


class ReportOutcome(Enum):
    """What became of a report: counted, known already with the same content, or known with other content."""

    COUNTED = auto()
    REPEATED = auto()
    CONFLICTING = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """One report of usage. `happened` is when the usage took place."""

    window: Window
    id: str
    digest: str
    count: float
    happened: datetime


@dataclass(frozen=True, slots=True)
class Sum:
    """A window's sum so far, of that many reports; `last` is when the latest of them happened."""

    window: Window
    count: float
    reports: int
    last: datetime


class UsageStore:
    """Adds reports to sums, and hands sums out to be told. Each method is one transaction and raises SQLAlchemyError."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, reports: Sequence[Report], now: datetime) -> list[ReportOutcome]:
        """Add the reports to their windows' sums; returns what became of each, in their order. `now` is kept as when their ids were seen."""
        first = {(report.window.customer, report.id): report for report in reversed(reports)}
        with self._engine.begin() as connection:
            # In one order everywhere, so that two gateways never wait for each other; it also takes SQLite's lock for writing.
            counted = self._mark_seen(connection, [first[key] for key in sorted(first)], now)
            self._count(connection, [first[key] for key in sorted(counted)], now)
            known = _digests(connection, [key for key in first if key not in counted])
        outcomes = []
        for report in reports:
            key = (report.window.customer, report.id)
            if first[key] is report and key in counted:
                outcomes.append(ReportOutcome.COUNTED)
            else:
                outcomes.append(ReportOutcome.REPEATED if known.get(key, first[key].digest) == report.digest else ReportOutcome.CONFLICTING)
        return outcomes

    def known(self, reports: Sequence[Report]) -> dict[tuple[str, str], str]:
        """The digests of those reports that are counted already, by customer and report id."""
        with self._engine.connect() as connection:
            return _digests(connection, [(report.window.customer, report.id) for report in reports])

    def total(self, window: Window) -> Decimal | None:
        """The window's sum so far; None if nothing was ever reported in it."""
        with self._engine.connect() as connection:
            total = connection.scalar(sa.select(SUMS.c.total).where(_is(window)))
        return Decimal(total) if total is not None else None

    def claim(self, over_by: datetime, now: datetime, limit: int) -> list[Sum]:
        """At most `limit` sums of windows that ended by `over_by` and are not told in full, for this gateway to tell within LEASE of `now`."""
        due = (
            sa.select(SUMS.c.customer, SUMS.c.window)
            .where(SUMS.c.waits, SUMS.c.ends <= over_by, SUMS.c.held_until <= now)
            .order_by(SUMS.c.ends)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        held = sa.update(SUMS).where(sa.tuple_(SUMS.c.customer, SUMS.c.window).in_(due)).values(held_until=now + LEASE).returning(SUMS)
        with self._engine.begin() as connection:
            return [_sum(row) for row in connection.execute(held)]

    def grown(self, windows: Iterable[Window]) -> list[Sum]:
        """The sums of those windows that have grown since they were last told, in part or whole."""
        found = []
        with self._engine.connect() as connection:
            for window in windows:
                row = connection.execute(sa.select(SUMS).where(_is(window), SUMS.c.waits, SUMS.c.hinted < SUMS.c.reports)).one_or_none()
                found += [_sum(row)] if row is not None else []
        return found

    def mark_told(self, sums: Iterable[Sum], *, whole: bool) -> None:
        """Note that these sums were told; `whole` as those of windows that are over."""
        with self._engine.begin() as connection:
            for usage_sum in sums:
                values = {"hinted": usage_sum.reports} | ({"waits": SUMS.c.reports > usage_sum.reports} if whole else {})
                connection.execute(sa.update(SUMS).where(_is(usage_sum.window)).values(values))

    def give_up(self, sums: Iterable[Sum]) -> None:
        """Note that these will never be told: their customers' lives are over."""
        with self._engine.begin() as connection:
            for usage_sum in sums:
                connection.execute(sa.update(SUMS).where(_is(usage_sum.window)).values(waits=False))

    def hold(self, sums: Iterable[Sum], until: datetime) -> None:
        """Let nobody claim these before `until`."""
        with self._engine.begin() as connection:
            for usage_sum in sums:
                connection.execute(sa.update(SUMS).where(_is(usage_sum.window)).values(held_until=until))

    def waiting(self) -> int:
        """How many sums are still to be told."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(SUMS.c.waits)) or 0

    def of_customer(self, customer: str) -> list[dict[str, object]]:
        """The customer's sums, the oldest window first."""
        query = sa.select(SUMS.c.window, SUMS.c.days, SUMS.c.ends, SUMS.c.total, SUMS.c.reports, SUMS.c.last)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query.where(SUMS.c.customer == customer).order_by(SUMS.c.ends)).mappings()]

    def erase(self, customer: str) -> tuple[int, int]:
        """Delete all of the customer; how many sums and how many ids of reports there were."""
        with self._engine.begin() as connection:
            sums, seen = (connection.execute(sa.delete(table).where(table.c.customer == customer)).rowcount for table in (SUMS, SEEN))
        return sums, seen

    def prune(self, now: datetime) -> None:
        """Delete report ids older than IDS_LAST and told sums older than SUMS_LAST."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(SEEN).where(SEEN.c.at < now - IDS_LAST))
            connection.execute(sa.delete(SUMS).where(~SUMS.c.waits, SUMS.c.ends < now - SUMS_LAST))

    def _mark_seen(self, connection: sa.Connection, reports: list[Report], now: datetime) -> set[tuple[str, str]]:
        rows = [{"customer": report.window.customer, "id": report.id, "digest": report.digest, "at": now} for report in reports]
        marked = connection.execute(insert(self._engine, SEEN).on_conflict_do_nothing().returning(SEEN.c.customer, SEEN.c.id), rows)
        return {(row.customer, row.id) for row in marked}

    def _count(self, connection: sa.Connection, reports: list[Report], now: datetime) -> None:
        by_window: dict[Window, list[Report]] = {}
        for report in reports:
            by_window.setdefault(report.window, []).append(report)
        for window in sorted(by_window):
            added = by_window[window]
            new = insert(self._engine, SUMS).values(
                customer=window.customer,
                window=window.id,
                days=window.days,
                ends=window.ends,
                total="0",
                reports=0,
                last=added[0].happened,
                hinted=1,
                waits=True,
                held_until=now,
            )
            connection.execute(new.on_conflict_do_nothing())
            row = connection.execute(sa.select(SUMS.c.total, SUMS.c.last).where(_is(window)).with_for_update()).one()
            total = Decimal(row.total)
            for report in added:
                # The float's shortest form is what the sender wrote: ten times 0.1 are 1.
                total = _EXACT.add(total, Decimal(repr(report.count)))
            connection.execute(
                sa.update(SUMS)
                .where(_is(window))
                .values(
                    total=str(total),
                    reports=SUMS.c.reports + len(added),
                    last=max(row.last, *(report.happened for report in added)),
                    waits=True,
                )
            )


def _digests(connection: sa.Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    digests: dict[tuple[str, str], str] = {}
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        named = sa.tuple_(SEEN.c.customer, SEEN.c.id).in_(keys[first : first + _KEYS_AT_ONCE])
        digests |= {(row.customer, row.id): row.digest for row in connection.execute(sa.select(SEEN).where(named))}
    return digests


def _is(window: Window) -> sa.ColumnElement[bool]:
    return sa.and_(SUMS.c.customer == window.customer, SUMS.c.window == window.id)


def _sum(row: sa.Row[tuple[object, ...]]) -> Sum:
    fields = row._mapping
    window = Window(fields["customer"], fields["window"], fields["days"], fields["ends"])
    return Sum(window, min(float(Decimal(fields["total"])), sys.float_info.max), fields["reports"], fields["last"])
