"""Takes in events, whichever route they came by: those of one customer in one signal, reported usage in sums."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from limits import RateLimitItemPerDay, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from gateway.http.metrics import Metrics
from gateway.intake.clock import Clock
from gateway.intake.incoming_event import IncomingEvent
from gateway.intake.results import ID_CONFLICT, Result, Status
from gateway.intake.signalling import Signals, unknown_customer
from gateway.senders.sources import Source
from lifecycle.domain.people.customer import SLUG
from lifecycle.facts.events import Event

USAGE = "usage.reported"

MOST_WINDOWS = RateLimitItemPerDay(100)
"""How many windows callers may name for one customer."""

_ONCE_A_DAY = RateLimitItemPerDay(1)
_TOO_MANY_WINDOWS = Result(
    Status.TOO_MANY,
    f"More than {MOST_WINDOWS.amount} windows a day for one customer: leave 'window' out, and reports are summed for you.",
    "window",
)


class Usage(Protocol):
    """Gathers reported usage into sums."""

    async def gather(self, customer: str, events: Sequence[Event]) -> list[Result]:
        """Store one customer's reports. Returns a result for each, in their order."""


class Intake:
    """Accepts events of known callers: within their rate, signals them to the customers' workflows, and counts what became of them."""

    def __init__(self, signals: Signals, usage: Usage, clock: Clock, metrics: Metrics) -> None:
        self.clock = clock
        self.metrics = metrics
        self._signals = signals
        self._usage = usage
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def over_rate(self, source: Source, events: int) -> Result | None:
        """Count that many events against the caller's rate; a TOO_MANY result if they exceed it, else None.

        A delivery of more events than the rate counts as one second's worth.
        """
        if await self._limiter.hit(RateLimitItemPerSecond(source.rate), source.name, cost=min(events, source.rate)):
            return None
        return Result(Status.TOO_MANY, f"More than {source.rate} events a second: send the rest a little later.")

    async def tell(self, events: Sequence[IncomingEvent]) -> list[Result]:
        """Tell the events to their customers' workflows. Returns a result for each, in their order.

        Events of one customer go in one signal, those of different customers side by side.
        """
        results: dict[int, Result] = {}
        by_customer: dict[str, list[int]] = {}
        for number, event in enumerate(events):
            if SLUG.fullmatch(event.customer) is None:
                results[number] = unknown_customer(event.customer)
            else:
                by_customer.setdefault(event.customer, []).append(number)
        for group in await asyncio.gather(*(self._tell_customer(customer, numbers, events) for customer, numbers in by_customer.items())):
            results |= group
        for number, event in enumerate(events):
            self.metrics.count_event(event.source, event.event.type, results[number].status)
        return [results[number] for number in range(len(events))]

    async def _too_many_windows(self, customer: str, numbers: list[int], events: Sequence[IncomingEvent]) -> dict[int, Result]:
        """A TOO_MANY result for each report that names one window too many: callers name windows of their own, and each is told by itself."""
        refused: dict[int, Result] = {}
        for number in numbers:
            if not (window := _window(events[number].event)):
                continue
            if await self._limiter.test(_ONCE_A_DAY, "window", customer, window):
                if not await self._limiter.hit(MOST_WINDOWS, "windows", customer):
                    refused[number] = _TOO_MANY_WINDOWS
                    continue
                await self._limiter.hit(_ONCE_A_DAY, "window", customer, window)
        return refused

    async def _tell_customer(self, customer: str, numbers: list[int], events: Sequence[IncomingEvent]) -> dict[int, Result]:
        results = dict.fromkeys(_conflicting(numbers, events), ID_CONFLICT)
        results |= await self._too_many_windows(customer, [number for number in numbers if number not in results], events)
        numbers = [number for number in numbers if number not in results]
        usage = [number for number in numbers if _is_unsummed_usage(events[number].event)]
        others = [number for number in numbers if not _is_unsummed_usage(events[number].event)]
        if others:
            results |= zip(others, await self._signals.tell(customer, [events[number].event for number in others]), strict=True)
        if usage:
            results |= zip(usage, await self._usage.gather(customer, [events[number].event for number in usage]), strict=True)
        return results


def _window(event: Event) -> str:
    return str(event.data.get("window") or "") if event.type == USAGE else ""


def _conflicting(numbers: list[int], events: Sequence[IncomingEvent]) -> list[int]:
    """Those with the id of an earlier one and other content: the workflow would refuse them, and the caller not hear of it."""
    if len(numbers) == 1:
        return []
    firsts: dict[str, str] = {}
    digests = [(number, events[number].event.id, events[number].event.digest()) for number in numbers]
    return [number for number, id, digest in digests if firsts.setdefault(id, digest) != digest]


def _is_unsummed_usage(event: Event) -> bool:
    """Whether it is a usage report that is not a window's sum yet."""
    return event.type == USAGE and not _window(event)
