"""Reported usage, gathered into sums: ten thousand reports a day cost a customer's history a handful of events.

A window's first report is also told at once, in part: a sign of life, by which an unknown customer or a closed life shows.
From then on a report is taken in when the database has it. When the window is over its sum is told, under an id that is made of what
it says, so that a sum told twice is one; the engine keeps the largest of each window, so that order does not matter.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType

import sqlalchemy as sa
import structlog

from gateway.intake.clock import Clock
from gateway.intake.results import ACCEPTED, CLASH, Fate, Status
from gateway.intake.signalling import NOT_NOW, Signals
from gateway.intake.usage_store import Entry, Report, Sum, UsageStore
from gateway.intake.usage_windows import Window, window_of
from gateway.routes.metrics import Metrics
from gateway.senders.sources import OURS
from lifecycle.engine.inbox import AHEAD
from lifecycle.facts.events import Event
from lifecycle.facts.usage import UsageReported

LAST_WORDS = 10
"""Seconds for telling what is gathered when the gateway stops; what is not told then is told later, from the database."""

_AT_ONCE = 50
_MOST_IN_COMMIT = 2000
_PRUNED_EVERY = timedelta(hours=1)
_AGAIN = timedelta(seconds=5)
_log = structlog.get_logger(__name__)

_Batch = list[tuple[Sequence[Report], asyncio.Future[list[Entry]]]]


class UsageSums:
    """Gathers while the block lasts. Windows are cut by `now`, the real time; `clock` gives the customers' own."""

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
        self._metrics = metrics
        self._clock = clock
        self._now = now
        self._begun: set[Window] = set()
        self._met: set[Window] = set()
        self._beginning: dict[Window, asyncio.Lock] = {}
        self._queue: _Batch = []
        self._wakes = asyncio.Event()
        self._stops = asyncio.Event()
        self._prune_from = datetime.min.replace(tzinfo=UTC)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "UsageSums":
        """Begin; what another gateway, or a crash, left behind is told by and by."""
        self._tasks = [asyncio.create_task(self._keep_writing()), asyncio.create_task(self._keep_flushing())]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Tell in part what the running windows have gathered."""
        self._stops.set()
        self._wakes.set()
        try:
            async with asyncio.timeout(LAST_WORDS):
                await asyncio.gather(*self._tasks)
                await self._tell_in_part()
        except (TimeoutError, sa.exc.SQLAlchemyError) as failed:
            _log.warning("usage is told later", why=type(failed).__name__)

    async def gather(self, customer: str, events: Sequence[Event]) -> list[Fate]:
        """Take reports in: ACCEPTED means that the database has it. The same one again is answered as before."""
        try:
            return await self._gather(customer, events)
        except sa.exc.SQLAlchemyError as failed:
            _log.error("usage is not gathered", kind=type(failed).__name__)
            return [NOT_NOW] * len(events)

    async def _gather(self, customer: str, events: Sequence[Event]) -> list[Fate]:
        by_window: dict[Window, list[int]] = {}
        reports = [self._report(customer, event) for event in events]
        for number, report in enumerate(reports):
            by_window.setdefault(report.window, []).append(number)
        fates: dict[int, Fate] = {}
        for window, numbers in by_window.items():
            entries = await self._count(window, [reports[number] for number in numbers], [events[number] for number in numbers])
            if isinstance(entries, Fate):
                fates |= dict.fromkeys(numbers, entries)
            else:
                fates |= {number: CLASH if entry is Entry.CLASHES else ACCEPTED for number, entry in zip(numbers, entries, strict=True)}
        return [fates[number] for number in range(len(events))]

    def _report(self, customer: str, event: Event) -> Report:
        data = event.fields()
        assert isinstance(data, UsageReported)
        now = self._now()
        # By when it was used, so that what an exporter sends after an outage is a sum for each day and not one for the last.
        window = window_of(customer, data.days, min(event.happened or now, now), self._length)
        return Report(window, event.id, event.digest(), data.count, event.fact_time)

    async def _count(self, window: Window, reports: list[Report], events: list[Event]) -> list[Entry] | Fate:
        if self._needs_nothing(window, reports):
            return await self._write(reports)
        # One begins the window, and the others wait for what comes of it.
        async with self._beginning.setdefault(window, asyncio.Lock()):
            try:
                if not self._needs_nothing(window, reports):
                    return await self._begin(window, reports, events)
            finally:
                self._beginning.pop(window, None)
        return await self._write(reports)

    def _needs_nothing(self, window: Window, reports: list[Report]) -> bool:
        """Whether the workflow has heard of the window what these say: that the product is used, or, of nothing, that it is there."""
        return window in self._begun or (window in self._met and not _above_nothing(reports))

    async def _begin(self, window: Window, reports: list[Report], events: list[Event]) -> list[Entry] | Fate:
        total = await asyncio.to_thread(self._store.total, window)
        if total is None or (not total and _above_nothing(reports)):
            known = await asyncio.to_thread(self._store.known, reports)
            new = [event for event in events if (window.customer, event.id) not in known]
            fate = await self._show_life(window, new) if new else ACCEPTED
            if not fate.taken:
                return fate
        entries = await self._write(reports)
        counted = [report for entry, report in zip(entries, reports, strict=True) if entry is Entry.COUNTED]
        # Reports of nothing are no sign of life: the first one above it shows one.
        (self._begun if total or _above_nothing(counted) else self._met).add(window)
        return entries

    async def _show_life(self, window: Window, events: list[Event]) -> Fate:
        event = max(events, key=lambda event: (bool(event.data["count"]), event.fact_time))
        data = event.data | {"days": window.days, "window": window.id, "partial": True}
        # Named after its report: another gateway may begin the same window with another one.
        id = f"{OURS}usage {window.id}/{hashlib.blake2b(event.id.encode(), digest_size=8).hexdigest()}"
        sign = Event(id=id, type=event.type, at=event.at, happened=event.happened, data=data)
        return (await self._signals.tell(window.customer, [sign]))[0]

    # ---- writing

    async def _write(self, reports: Sequence[Report]) -> list[Entry]:
        written: asyncio.Future[list[Entry]] = asyncio.get_running_loop().create_future()
        self._queue.append((reports, written))
        self._wakes.set()
        return await written

    async def _keep_writing(self) -> None:
        """Commit what came while the last commit was on its way to the disk, all in one."""
        while not self._stops.is_set():
            await self._wakes.wait()
            self._wakes.clear()
            while self._queue:
                await self._commit(self._next_batch())

    def _next_batch(self) -> _Batch:
        batch: _Batch = []
        size = 0
        while self._queue and (not batch or size + len(self._queue[0][0]) <= _MOST_IN_COMMIT):
            batch.append(self._queue.pop(0))
            size += len(batch[-1][0])
        return batch

    async def _commit(self, batch: _Batch) -> None:
        try:
            entries = iter(await asyncio.to_thread(self._store.add, [report for reports, _ in batch for report in reports], self._now()))
        except Exception as failed:  # noqa: BLE001  each of those who wait is told, and the next batch is written
            for _, written in batch:
                if not written.done():
                    written.set_exception(failed)
            return
        for reports, written in batch:
            own = [next(entries) for _ in reports]
            self._metrics.folded.inc(own.count(Entry.COUNTED))
            if not written.done():
                written.set_result(own)

    # ---- telling

    async def _keep_flushing(self) -> None:
        while not self._stops.is_set():
            try:
                await self.flush()
            except sa.exc.SQLAlchemyError as failed:
                _log.error("usage is not told", kind=type(failed).__name__)
            try:
                await asyncio.wait_for(self._stops.wait(), self._pause)
            except TimeoutError:
                continue

    async def flush(self) -> None:
        """Tell the sums of the windows that are over."""
        now = self._now()
        while claimed := await asyncio.to_thread(self._store.claim, now - self._settling, self._now(), _AT_ONCE):
            await self._tell(claimed, whole=True)
        if now >= self._prune_from:
            await asyncio.to_thread(self._store.prune, now)
            self._prune_from = now + _PRUNED_EVERY
        self._begun = {window for window in self._begun if window.ends > now - self._settling}
        self._met = {window for window in self._met if window.ends > now - self._settling}
        self._metrics.pending.set(await asyncio.to_thread(self._store.waiting))

    async def _tell_in_part(self) -> None:
        news = await asyncio.to_thread(self._store.news, list(self._begun))
        for first in range(0, len(news), _AT_ONCE):
            await self._tell(news[first : first + _AT_ONCE], whole=False)

    async def _tell(self, sums: list[Sum], *, whole: bool) -> None:
        fates = await asyncio.gather(*(self._tell_one(each, whole=whole) for each in sums))
        told = [each for each, fate in zip(sums, fates, strict=True) if fate.taken]
        over = [each for each, fate in zip(sums, fates, strict=True) if fate.status in (Status.UNKNOWN, Status.CONFLICT)]
        later = [each for each, fate in zip(sums, fates, strict=True) if fate.status is Status.UNAVAILABLE]
        await asyncio.to_thread(self._store.told, told, whole=whole)
        await asyncio.to_thread(self._store.hold, later, self._now() + _AGAIN)
        if over:
            await asyncio.to_thread(self._store.give_up, over)
            _log.warning("usage of lives that are over", customers=[each.window.customer for each in over])

    async def _tell_one(self, one: Sum, *, whole: bool) -> Fate:
        window = one.window
        data = {"count": one.count, "days": window.days, "window": window.id} | ({} if whole else {"partial": True})
        at = max(await self._clock.now(window.customer), one.last - AHEAD)
        id = f"{OURS}usage {window.id}/{'' if whole else 'part/'}{one.reports}"
        event = Event(id=id, type="usage.reported", at=at, happened=one.last, data=data)
        return (await self._signals.tell(window.customer, [event]))[0]


def _above_nothing(reports: Sequence[Report]) -> bool:
    return any(report.count > 0 for report in reports)
