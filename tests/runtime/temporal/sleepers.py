"""Small workflows that sleep, for the tests of time travel."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy

_SHORT = timedelta(seconds=10)


@activity.defn
async def touch() -> None:
    """Nothing, at once."""


class Provider:
    """An activity that fails a given number of times, and one that takes until it is let go."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.attempted_at: list[datetime] = []
        self.entered = asyncio.Event()
        self.let_go = asyncio.Event()

    @activity.defn
    async def call(self) -> int:
        """Fail while failures are left; answers the number of attempts."""
        self.attempted_at.append(activity.info().current_attempt_scheduled_time)
        if len(self.attempted_at) <= self.failures:
            raise RuntimeError("down")
        return len(self.attempted_at)

    @activity.defn
    async def ponder(self) -> None:
        """Run until let go."""
        self.entered.set()
        await self.let_go.wait()


@workflow.defn
class Days:
    """Wakes at 09:00 UTC each day and touches; ten days a run."""

    @workflow.init
    def __init__(self, days: int, woke: list[datetime]) -> None:
        self.woke = woke

    @workflow.run
    async def run(self, days: int, woke: list[datetime]) -> list[datetime]:
        """Live for `days` days; answers the instants at which it woke."""
        while len(self.woke) < days:
            await workflow.sleep(next_nine(workflow.now()) - workflow.now())
            self.woke.append(workflow.now())
            await workflow.execute_activity(touch, start_to_close_timeout=_SHORT)
            if len(self.woke) % 10 == 0 and len(self.woke) < days:
                workflow.continue_as_new(args=[days, self.woke])
        return self.woke

    @workflow.query
    def so_far(self) -> list[datetime]:
        """When it woke so far."""
        return self.woke


@workflow.defn
class Patient:
    """Calls a provider that is down, trying each hour."""

    @workflow.run
    async def run(self) -> datetime:
        """Answers when the provider had answered."""
        await workflow.execute_activity_method(
            Provider.call,
            start_to_close_timeout=_SHORT,
            retry_policy=RetryPolicy(initial_interval=timedelta(hours=1), backoff_coefficient=1),
        )
        answered = workflow.now()
        await workflow.sleep(timedelta(days=1))
        return answered


@workflow.defn
class Busy:
    """Sleeps a day while an activity runs."""

    def __init__(self) -> None:
        self.woke: datetime | None = None

    @workflow.run
    async def run(self) -> None:
        """Ends when both are over."""
        pondering = workflow.start_activity_method(Provider.ponder, start_to_close_timeout=timedelta(minutes=30))
        await workflow.sleep(timedelta(days=1))
        self.woke = workflow.now()
        await pondering
        await workflow.sleep(timedelta(days=1))

    @workflow.query
    def awake(self) -> datetime | None:
        """When the day was over; None while it is not."""
        return self.woke


def next_nine(now: datetime) -> datetime:
    """The next 09:00 UTC after `now`."""
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return nine if nine > now else nine + timedelta(days=1)
