"""The time that a customer lives in: under time travel it may be ahead of the real time."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol

from temporalio.client import Client

from runtime.temporal.errors import TimeTravelFailed
from runtime.temporal.time_travel import TimeTravel
from workflows.names import id_of

TIMEOUT = 2.0
"""Seconds for a dev server to answer with a customer's time. While it is down, events cannot be accepted either."""


class Clock(Protocol):
    """Tells the time that a customer lives in, in UTC."""

    async def now(self, customer: str) -> datetime:
        """The moment, in UTC, at which an event that arrives now counts as told."""


class RealClock:
    """The time of this machine: for every server but a dev server."""

    async def now(self, customer: str) -> datetime:
        """This machine's time, in UTC."""
        return datetime.now(UTC)


class TravellingClock:
    """The customers' times on a dev server, which may be ahead of ours. Each call asks the server."""

    def __init__(self, client: Client) -> None:
        self._travel = TimeTravel(client)

    async def now(self, customer: str) -> datetime:
        """The customer's own time, in UTC; this machine's if there is no such customer, its life is over, or the server does not answer in TIMEOUT."""
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._travel.now(id_of(customer)) or datetime.now(UTC)
        except (TimeTravelFailed, TimeoutError):
            return datetime.now(UTC)
