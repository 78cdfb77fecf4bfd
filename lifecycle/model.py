"""The base of every model here: strict about names, cheap to read and write."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

Scalar = str | int | float | bool | None


class Model(BaseModel):
    """A model that refuses a field it does not know."""

    model_config = ConfigDict(extra="forbid")


class Frozen(BaseModel):
    """A model that never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment, kept in UTC; a time without an offset is refused."""
