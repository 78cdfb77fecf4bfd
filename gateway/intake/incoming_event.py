"""From what somebody told to an event of ours: identity, fields, times."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from gateway.intake.results import Fate, Status
from lifecycle.engine.inbox import AHEAD
from lifecycle.facts.events import CATALOGUE, Event, FieldFaults, check_type, read_fields

LONGEST_ID = 120
"""A customer's workflow carries its last thousand ids along, so each is short; `Event` takes up to 200 characters."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event for one customer. `source` is the caller's name, for logs and counts."""

    customer: str
    event: Event
    source: str


def identity(source: str, id: str) -> str:
    """The event's id in the workflow: the same source and id are the same event, however often it is told.

    A `source` holds no space, so that no two pairs are written alike.
    """
    whole = f"{source} {id}"
    if len(whole) <= LONGEST_ID:
        return whole
    return f"{source[:80]} ~{hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()}"


def make_event(id: str, type_name: str, at: datetime, happened: datetime | None, data: dict[str, Any]) -> Event | Fate:
    """The event, or its fate where it can't be one: 422 with the field and a sentence."""
    try:
        check_type(type_name)
    except ValueError as error:
        more = "" if "did you mean" in str(error) else f"; there are {', '.join(CATALOGUE)}"
        return Fate(Status.INVALID, with_stop(f"{error}{more}"), "type")
    if (unwritable := _unwritable(data)) is not None:
        return Fate(Status.INVALID, f"{type_name}: '{unwritable}' holds characters that cannot be kept.", unwritable)
    if happened is not None and happened > at + AHEAD:
        return Fate(
            Status.INVALID,
            f"'time' lies over an hour ahead of us, at {happened:%Y-%m-%d %H:%M}: set the clock of whoever tells it.",
            "time",
        )
    try:
        fields = read_fields(type_name, data).model_dump(mode="json", exclude_unset=True)
        return Event(id=id, type=type_name, at=at, happened=happened, data=fields)
    except FieldFaults as faults:
        (field, sentence), *others = faults.faults
        return Fate(Status.INVALID, with_stop(f"{sentence}{f' (and {len(others)} more)' if others else ''}"), field)
    except ValidationError as error:
        fault = error.errors()[0]
        name = "time" if fault["loc"][:1] == ("happened",) else str(fault["loc"][0])
        return Fate(Status.INVALID, f"'{name}' {fault['msg'].removeprefix('Value error, ')}.", name)
    except OverflowError:
        return Fate(Status.INVALID, f"{type_name}: a number is too large.", "data")


def with_stop(text: str) -> str:
    """With its full stop, if it has no mark of its own."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _unwritable(data: dict[str, Any]) -> str | None:
    """The field with half a character or a NUL in it, which JSON can spell and no database and no payload can keep."""
    for name, value in data.items():
        for text in (name, value if isinstance(value, str) else ""):
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                return name if name.isprintable() else "data"
    return None
