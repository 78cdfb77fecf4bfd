"""The base of every model here: strict about names, cheap to read and write."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)
"""No business has a date beyond these days."""

FIRST, LAST = date(1950, 1, 1), date(2250, 12, 31)
"""Moments worked out from such days lie between these: calendars and zones are computed so far and no further (`zones.within_calendar`)."""

MOST = 2**53
"""The largest whole number that every part of Evergreen can hold exactly: JSON, conditions and databases alike."""

Whole = Annotated[int, Field(ge=-MOST, le=MOST)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Scalar = str | Whole | Finite | bool | None


class Model(BaseModel):
    """A model that refuses a field it does not know."""

    model_config = ConfigDict(extra="forbid")


class Frozen(BaseModel):
    """A model that never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


def _known_day(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise ValueError(f"does not lie between {EARLIEST} and {LATEST}")
    return value


Day = Annotated[date, AfterValidator(_known_day)]
"""A calendar day, in the customer's own zone."""


def _to_utc(value: datetime) -> datetime:
    if not FIRST < value.date() < LAST:
        raise ValueError(f"{value:%Y-%m-%d} does not lie between {FIRST} and {LAST}")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment, kept in UTC; a time without an offset is refused."""
