"""Moments as people type them."""

from datetime import datetime

from lifecycle.domain.errors import Mistake
from lifecycle.domain.time.moments import moment_written


def read_moment(text: str, zone: str, what: str) -> datetime:
    """`2026-03-01 14:30` by the customer's clock, or with an offset of its own; a date alone is its first instant. Raises Mistake."""
    try:
        return moment_written(text, zone)
    except ValueError as error:
        raise Mistake(f"{what} {error}.") from None
