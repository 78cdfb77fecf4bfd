"""Tells customers' workflows the sums of their usage windows."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from gateway.http.metrics import Metrics
from gateway.intake.clock import Clock
from gateway.intake.results import Result, Status
from gateway.intake.signalling import Signals
from gateway.intake.usage.store import Sum, UsageStore
from gateway.intake.usage.windows import Window
from lifecycle.engine.events.inbox import AHEAD
from lifecycle.facts.events import OURS, Event

_AT_ONCE = 50
_PRUNE_EVERY = timedelta(hours=1)
_RETRY_AFTER = timedelta(seconds=5)
_log = structlog.get_logger(__name__)


class UsageSender:
    """Sends sums and marks them as told, so that every gateway on the same database tells each once."""

    def __init__(self, store: UsageStore, signals: Signals, metrics: Metrics, clock: Clock, now: Callable[[], datetime]) -> None:
        self._store = store
        self._signals = signals
        self._metrics = metrics
        self._clock = clock
        self._now = now
        self._prune_from = datetime.min.replace(tzinfo=UTC)

    async def send_due(self, over_by: datetime, now: datetime) -> None:
        """Tell the sums of windows that ended by `over_by`, and prune what is old at `now`. Raises SQLAlchemyError."""
        while claimed := await asyncio.to_thread(self._store.claim, over_by, self._now(), _AT_ONCE):
            await self._send(claimed, whole=True)
        if now >= self._prune_from:
            await asyncio.to_thread(self._store.prune, now)
            self._prune_from = now + _PRUNE_EVERY
        self._metrics.usage_pending.set(await asyncio.to_thread(self._store.waiting))

    async def send_partial(self, windows: Sequence[Window]) -> None:
        """Tell what these windows, which are not over, have gathered so far. Raises SQLAlchemyError."""
        sums = await asyncio.to_thread(self._store.grown, windows)
        for first in range(0, len(sums), _AT_ONCE):
            await self._send(sums[first : first + _AT_ONCE], whole=False)

    async def _send(self, sums: list[Sum], *, whole: bool) -> None:
        results = await asyncio.gather(*(self._send_one(usage_sum, whole=whole) for usage_sum in sums))
        pairs = list(zip(sums, results, strict=True))
        told = [usage_sum for usage_sum, result in pairs if result.is_accepted]
        over = [usage_sum for usage_sum, result in pairs if result.status in (Status.UNKNOWN, Status.CONFLICT)]
        later = [usage_sum for usage_sum, result in pairs if result.status is Status.UNAVAILABLE]
        await asyncio.to_thread(self._store.mark_told, told, whole=whole)
        await asyncio.to_thread(self._store.hold, later, self._now() + _RETRY_AFTER)
        if over:
            await asyncio.to_thread(self._store.give_up, over)
            _log.warning("usage of lives that are over", customers=[usage_sum.window.customer for usage_sum in over])

    async def _send_one(self, usage_sum: Sum, *, whole: bool) -> Result:
        window = usage_sum.window
        data = {"count": usage_sum.count, "days": window.days, "window": window.id} | ({} if whole else {"partial": True})
        at = max(await self._clock.now(window.customer), usage_sum.last - AHEAD)
        id = f"{OURS}usage {window.id}/{'' if whole else 'part/'}{usage_sum.reports}"
        event = Event(id=id, type="usage.reported", at=at, happened=usage_sum.last, data=data)
        return (await self._signals.tell(window.customer, [event]))[0]
