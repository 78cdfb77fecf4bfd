"""Reported usage, gathered into sums: ten thousand reports a day cost a customer's history a handful of events.

A window's first report is also told at once, in part: a sign of life, which shows an unknown customer or a closed life.
From then on a report is accepted when the database has it. When the window is over its sum is told, under an id made of what
it says, so that a sum told twice is one; the engine keeps the largest of each window, so that order does not matter.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType

import sqlalchemy as sa
import structlog

from gateway.http.metrics import Metrics
from gateway.intake.clock import Clock
from gateway.intake.results import ACCEPTED, ID_CONFLICT, Result
from gateway.intake.signalling import NOT_NOW, Signals
from gateway.intake.usage.sender import UsageSender
from gateway.intake.usage.store import Report, ReportOutcome, UsageStore
from gateway.intake.usage.windows import Window, window_of
from gateway.intake.usage.writer import UsageWriter
from lifecycle.facts.events import OURS, Event
from lifecycle.facts.usage import UsageReported

SHUTDOWN_SECONDS = 10
"""Seconds for telling partial sums when the gateway stops; what is not told then is told later, from the database."""

_log = structlog.get_logger(__name__)


class UsageSums:
    """Gathers reports while the `async with` block lasts. `now` gives the real time, which cuts the windows; `clock` the customers' own."""

    def __init__(
        self,
        engine: sa.Engine,
        signals: Signals,
        window: float,
        metrics: Metrics,
        clock: Clock,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`window` is in seconds."""
        self._store = UsageStore(engine)
        self._signals = signals
        self._length = timedelta(milliseconds=round(window * 1000))
        # A report that came at the very end may still be on its way into the database.
        self._settling = min(self._length / 10, timedelta(seconds=10))
        self._pause = min(max(window / 20, 0.05), 60.0)
        self._now = now
        self._writer = UsageWriter(self._store, metrics, now)
        self._sender = UsageSender(self._store, signals, metrics, clock, now)
        self._active: set[Window] = set()
        self._known: set[Window] = set()
        self._beginning: dict[Window, asyncio.Lock] = {}
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "UsageSums":
        """Begin; what another gateway, or a crash, left untold is told in the background."""
        self._tasks = [asyncio.create_task(self._writer.run()), asyncio.create_task(self._keep_flushing())]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Tell in part what the running windows have gathered, within SHUTDOWN_SECONDS."""
        self._stopping.set()
        self._writer.stop()
        try:
            async with asyncio.timeout(SHUTDOWN_SECONDS):
                await asyncio.gather(*self._tasks)
                await self._sender.send_partial(list(self._active))
        except (TimeoutError, sa.exc.SQLAlchemyError) as failed:
            _log.warning("usage is told later", why=type(failed).__name__)

    async def gather(self, customer: str, events: Sequence[Event]) -> list[Result]:
        """Store reports. ACCEPTED means that the database has it. A repeated report gets the same result as before."""
        try:
            return await self._gather(customer, events)
        except sa.exc.SQLAlchemyError as failed:
            _log.error("usage is not gathered", kind=type(failed).__name__)
            return [NOT_NOW] * len(events)

    async def flush(self) -> None:
        """Tell the sums of the windows that are over."""
        now = self._now()
        await self._sender.send_due(now - self._settling, now)
        self._active = {window for window in self._active if window.ends > now - self._settling}
        self._known = {window for window in self._known if window.ends > now - self._settling}

    async def _keep_flushing(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.flush()
            except sa.exc.SQLAlchemyError as failed:
                _log.error("usage is not told", kind=type(failed).__name__)
            try:
                await asyncio.wait_for(self._stopping.wait(), self._pause)
            except TimeoutError:
                continue

    async def _gather(self, customer: str, events: Sequence[Event]) -> list[Result]:
        by_window: dict[Window, list[int]] = {}
        reports = [self._report(customer, event) for event in events]
        for number, report in enumerate(reports):
            by_window.setdefault(report.window, []).append(number)
        results: dict[int, Result] = {}
        for window, numbers in by_window.items():
            outcomes = await self._count(window, [reports[number] for number in numbers], [events[number] for number in numbers])
            if isinstance(outcomes, Result):
                results |= dict.fromkeys(numbers, outcomes)
            else:
                results |= {number: _result(outcome) for number, outcome in zip(numbers, outcomes, strict=True)}
        return [results[number] for number in range(len(events))]

    def _report(self, customer: str, event: Event) -> Report:
        data = event.fields()
        assert isinstance(data, UsageReported)
        now = self._now()
        # By when it was used, so that what an exporter sends after an outage is a sum for each day and not one for the last.
        window = window_of(customer, data.days, min(event.happened or now, now), self._length)
        return Report(window, event.id, event.digest(), data.count, event.fact_time)

    async def _count(self, window: Window, reports: list[Report], events: list[Event]) -> list[ReportOutcome] | Result:
        if self._is_announced(window, reports):
            return await self._writer.write(reports)
        # One caller begins the window; the others wait for its result.
        async with self._beginning.setdefault(window, asyncio.Lock()):
            try:
                if not self._is_announced(window, reports):
                    return await self._begin(window, reports, events)
            finally:
                self._beginning.pop(window, None)
        return await self._writer.write(reports)

    def _is_announced(self, window: Window, reports: list[Report]) -> bool:
        """Whether the workflow has been told of the window what these reports say: that there is usage, or that the customer exists."""
        return window in self._active or (window in self._known and not _any_above_zero(reports))

    async def _begin(self, window: Window, reports: list[Report], events: list[Event]) -> list[ReportOutcome] | Result:
        total = await asyncio.to_thread(self._store.total, window)
        if total is None or (not total and _any_above_zero(reports)):
            known = await asyncio.to_thread(self._store.known, reports)
            new = [event for event in events if (window.customer, event.id) not in known]
            result = await self._send_sign_of_life(window, new) if new else ACCEPTED
            if not result.is_accepted:
                return result
        outcomes = await self._writer.write(reports)
        counted = [report for outcome, report in zip(outcomes, reports, strict=True) if outcome is ReportOutcome.COUNTED]
        # Reports of zero are no sign of life: the first one above zero is.
        (self._active if total or _any_above_zero(counted) else self._known).add(window)
        return outcomes

    async def _send_sign_of_life(self, window: Window, events: list[Event]) -> Result:
        event = max(events, key=lambda event: (bool(event.data["count"]), event.fact_time))
        data = event.data | {"days": window.days, "window": window.id, "partial": True}
        # Named after its report: another gateway may begin the same window with another one.
        id = f"{OURS}usage {window.id}/{hashlib.blake2b(event.id.encode(), digest_size=8).hexdigest()}"
        sign = Event(id=id, type=event.type, at=event.at, happened=event.happened, data=data)
        return (await self._signals.tell(window.customer, [sign]))[0]


def _result(outcome: ReportOutcome) -> Result:
    return ID_CONFLICT if outcome is ReportOutcome.CONFLICTING else ACCEPTED


def _any_above_zero(reports: Sequence[Report]) -> bool:
    return any(report.count > 0 for report in reports)
