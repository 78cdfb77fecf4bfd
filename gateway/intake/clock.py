"""What time it is for a customer when it is told something."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol

from temporalio.client import Client

from runtime.temporal.errors import TimeTravelFailed
from runtime.temporal.time_travel import TimeTravel
from workflows.names import id_of

PATIENCE = 2.0
"""Seconds for a dev server to say a customer's time; where it is away, what is told cannot be taken in either."""


class Clock(Protocol):
    """Tells the time that a customer lives in, in UTC."""

    async def now(self, customer: str) -> datetime:
        """The moment at which something told now counts as told."""


class RealClock:
    """Everywhere but on a dev server."""

    async def now(self, customer: str) -> datetime:
        """The time of this machine."""
        return datetime.now(UTC)


class TravellingClock:
    """On a dev server, whose customers may live ahead of us. Costs a question to the server each time."""

    def __init__(self, client: Client) -> None:
        self._travel = TimeTravel(client)

    async def now(self, customer: str) -> datetime:
        """The customer's own time; ours, if there is no such customer, its life is over, or the server does not say in two seconds."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._travel.now(id_of(customer)) or datetime.now(UTC)
        except (TimeTravelFailed, TimeoutError):
            return datetime.now(UTC)
