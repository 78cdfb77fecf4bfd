"""Durations as operations people write them: `7d`, `3bd`, `4bh`, `24h`, `2w`, `1mo`, `30m`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer


class Unit(StrEnum):
    """Elapsed (seconds, minutes, hours), calendar (days, weeks, months: the wall-clock time stays), business days, or working hours."""

    SECOND = "s"
    MINUTE = "m"
    HOUR = "h"
    DAY = "d"
    BUSINESS_DAY = "bd"
    WORKING_HOUR = "bh"
    WEEK = "w"
    MONTH = "mo"


SUB_DAY = frozenset({Unit.SECOND, Unit.MINUTE, Unit.HOUR})
"""Units of elapsed time."""

A_DAY = {Unit.SECOND: 86_400, Unit.MINUTE: 1_440, Unit.HOUR: 24}
"""How many of a unit of elapsed time are a day."""

WORKED = frozenset({Unit.BUSINESS_DAY, Unit.WORKING_HOUR})
"""Units of working time, which stands still while the hours are closed."""

CLOCKED = SUB_DAY | {Unit.WORKING_HOUR}
"""Units that lead from one moment to another, and from no day to another day."""

_FORM = re.compile(r"^\s*(\d{1,5})\s*(s|m|h|d|bd|bh|w|mo)\s*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in one unit; what it comes to depends on where it starts (`calendar.add`)."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read `7d`, `3bd`, `4bh`, `24h`, `2w`, `1mo`, `30m` or `45s`. Raises ValueError on anything else."""
        match = _FORM.match(text)
        if match is None:
            raise ValueError(f"'{text}' is no duration: write a whole number and a unit, such as 7d, 3bd, 24h, 2w or 1mo")
        return cls(int(match[1]), Unit(match[2]))

    def in_days(self) -> "Span":
        """The same where a date is moved, which has no hours: the days that were begun."""
        if self.unit not in CLOCKED:
            return self
        return Span(-(-self.amount // A_DAY.get(self.unit, A_DAY[Unit.HOUR])), Unit.DAY)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"


def _read(value: Any) -> Any:
    if isinstance(value, str):
        return Span.parse(value)
    if isinstance(value, Span):
        return value
    raise ValueError(f"{value!r} is no duration: write a whole number and a unit, such as 7d, 3bd or 24h")


Duration = Annotated[Span, BeforeValidator(_read), PlainSerializer(str, return_type=str)]
"""A `Span` as a model's field; reads and writes `7d`."""
