"""Writes usage reports to the database, many in one commit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.http.metrics import Metrics
from gateway.intake.usage.store import Report, ReportOutcome, UsageStore

_MAX_IN_COMMIT = 2000
_Batch = list[tuple[Sequence[Report], asyncio.Future[list[ReportOutcome]]]]


class UsageWriter:
    """Commits together whatever arrived while the last commit was being written."""

    def __init__(self, store: UsageStore, metrics: Metrics, now: Callable[[], datetime]) -> None:
        self._store = store
        self._metrics = metrics
        self._now = now
        self._queue: _Batch = []
        self._wakes = asyncio.Event()
        self._stopping = False

    async def write(self, reports: Sequence[Report]) -> list[ReportOutcome]:
        """Store the reports; returns what became of each once they are committed. Raises SQLAlchemyError. Needs `run` to run."""
        written: asyncio.Future[list[ReportOutcome]] = asyncio.get_running_loop().create_future()
        self._queue.append((reports, written))
        self._wakes.set()
        return await written

    async def run(self) -> None:
        """Commit until `stop` is called and the queue is empty."""
        while not self._stopping:
            await self._wakes.wait()
            self._wakes.clear()
            while self._queue:
                await self._commit(self._next_batch())

    def stop(self) -> None:
        """Let `run` end."""
        self._stopping = True
        self._wakes.set()

    def _next_batch(self) -> _Batch:
        batch: _Batch = []
        size = 0
        while self._queue and (not batch or size + len(self._queue[0][0]) <= _MAX_IN_COMMIT):
            batch.append(self._queue.pop(0))
            size += len(batch[-1][0])
        return batch

    async def _commit(self, batch: _Batch) -> None:
        try:
            outcomes = iter(await asyncio.to_thread(self._store.add, [report for reports, _ in batch for report in reports], self._now()))
        except Exception as failed:  # noqa: BLE001  every waiting caller gets it, and the next batch is written
            for _, written in batch:
                if not written.done():
                    written.set_exception(failed)
            return
        for reports, written in batch:
            callers_outcomes = [next(outcomes) for _ in reports]
            self._metrics.usage_folded.inc(callers_outcomes.count(ReportOutcome.COUNTED))
            if not written.done():
                written.set_result(callers_outcomes)
