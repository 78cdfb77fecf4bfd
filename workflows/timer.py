"""One timer at a time, re-armed only when its time changes."""

import asyncio
from datetime import datetime

from temporalio import workflow

LONGEST_SUMMARY = 200


class Timer:
    """The alarm of a sleeping customer; its reason is its summary in the Temporal UI."""

    def __init__(self) -> None:
        self._rings_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def rang(self) -> bool:
        """Whether its moment has come."""
        return self._task is not None and self._task.done()

    def set(self, at: datetime | None, why: str) -> None:
        """Ring at that moment, or never. One that is set for that moment already is left alone."""
        if at == self._rings_at and not self.rang:
            return
        self.cancel()
        if at is not None:
            self._rings_at = at
            self._task = asyncio.create_task(workflow.sleep(at - workflow.now(), summary=why[:LONGEST_SUMMARY]))

    def cancel(self) -> None:
        """Ring no more."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._rings_at = self._task = None
