"""Moments as people write them."""

import re
from datetime import date, datetime, time

from lifecycle.domain.time.zones import at_local

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?")


_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)")


def timestamp_written(text: str) -> datetime:
    """The moment as RFC 3339 has it, or with an offset without its colon, as Salesforce writes it: 2026-11-27T10:15:30.000+0000. Raises ValueError."""
    if _TIMESTAMP.fullmatch(text) is None:
        raise ValueError(f"'{text[:60]}' is no moment as RFC 3339 has it")
    return datetime.fromisoformat(text.upper())


def moment_written(text: str, zone: str) -> datetime:
    """`2026-03-01 14:30` by the clock of that zone, or with an offset of its own; a date alone is its first instant. Raises ValueError."""
    match = _MOMENT.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        if match[3]:
            return datetime.fromisoformat(text.strip())
        return at_local(date.fromisoformat(match[1]), time.fromisoformat(match[2] or "00:00"), zone)
    except ValueError:
        raise ValueError(
            f"'{text[:60]}' is no moment: write it as '2026-03-01 14:30', with an offset such as +02:00 if it is not the customer's own time"
        ) from None
