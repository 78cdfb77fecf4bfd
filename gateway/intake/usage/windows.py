"""The windows in which reported usage is summed: every stretch of time belongs to one window, and each customer has its own."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One stretch of a customer's time, for reports that speak of `days` days each. `id` names it among the customer's own."""

    customer: str
    id: str
    days: int
    ends: datetime


def window_of(customer: str, days: int, now: datetime, length: timedelta) -> Window:
    """The window that `now` lies in.

    Where it begins differs from customer to customer and never changes, so that not all of them are over at once.
    """
    offset = timedelta(milliseconds=_hash(customer) % (length // timedelta(milliseconds=1)))
    index = (now - _EPOCH + offset) // length
    begins = _EPOCH + index * length - offset
    # ISO 8601's way of writing a stretch. With the length in it, a changed setting makes other windows, not longer ones.
    stretch = f"{begins:%Y-%m-%dT%H:%M:%S}.{begins.microsecond // 1000:03}Z/PT{length.total_seconds():g}S"
    return Window(customer, f"{stretch}/{days}", days, begins + length)


def _hash(customer: str) -> int:
    return int.from_bytes(hashlib.blake2b(customer.encode(), digest_size=8).digest())
