"""Takes in what is told, by whatever way it came: one customer's events in one signal, usage in sums."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from gateway.intake.clock import Clock
from gateway.intake.incoming_event import Told
from gateway.intake.results import CLASH, Fate, Status
from gateway.intake.signalling import Signals, unknown
from gateway.routes.metrics import Metrics
from gateway.senders.sources import Source
from lifecycle.domain.customer import SLUG
from lifecycle.facts.events import Event

USAGE = "usage.reported"


class Usage(Protocol):
    """Gathers reported usage into sums."""

    async def gather(self, customer: str, events: Sequence[Event]) -> list[Fate]:
        """Take one customer's reports in, durably, or say why not."""


class Door:
    """Everything that a request needs once its caller is known."""

    def __init__(self, signals: Signals, usage: Usage, clock: Clock, metrics: Metrics) -> None:
        self.clock = clock
        self.metrics = metrics
        self._signals = signals
        self._usage = usage
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def too_many(self, source: Source, events: int) -> Fate | None:
        """Count that many events against the caller's rate; its fate if they are too many. A delivery of more than that counts as a second's."""
        if await self._limiter.hit(RateLimitItemPerSecond(source.rate), source.name, cost=min(events, source.rate)):
            return None
        return Fate(Status.TOO_MANY, f"More than {source.rate} events a second: send the rest a little later.")

    async def tell(self, told: Sequence[Told]) -> list[Fate]:
        """What becomes of each. Events of one customer go together, different customers side by side."""
        fates: dict[int, Fate] = {}
        groups: dict[str, list[int]] = {}
        for number, each in enumerate(told):
            if SLUG.fullmatch(each.customer) is None:
                fates[number] = unknown(each.customer)
            else:
                groups.setdefault(each.customer, []).append(number)
        for group in await asyncio.gather(*(self._tell_one(customer, numbers, told) for customer, numbers in groups.items())):
            fates |= group
        for number, each in enumerate(told):
            self.metrics.told(each.source, each.event.type, fates[number].status)
        return [fates[number] for number in range(len(told))]

    async def _tell_one(self, customer: str, numbers: list[int], told: Sequence[Told]) -> dict[int, Fate]:
        fates = dict.fromkeys(_clashing(numbers, told), CLASH)
        numbers = [number for number in numbers if number not in fates]
        usage = [number for number in numbers if _to_be_summed(told[number].event)]
        others = [number for number in numbers if not _to_be_summed(told[number].event)]
        if others:
            fates |= zip(others, await self._signals.tell(customer, [told[number].event for number in others]), strict=True)
        if usage:
            fates |= zip(usage, await self._usage.gather(customer, [told[number].event for number in usage]), strict=True)
        return fates


def _clashing(numbers: list[int], told: Sequence[Told]) -> list[int]:
    """Those whose id one before them has with other content: the workflow would refuse them, and their caller not hear of it."""
    if len(numbers) == 1:
        return []
    firsts: dict[str, str] = {}
    digests = [(number, told[number].event.id, told[number].event.digest()) for number in numbers]
    return [number for number, id, digest in digests if firsts.setdefault(id, digest) != digest]


def _to_be_summed(event: Event) -> bool:
    """Whether it is a report of usage that nobody has summed yet."""
    return event.type == USAGE and not event.data.get("window")
