"""Makes events of what callers sent: identity, checked fields, times."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from gateway.http.sentences import with_full_stop
from gateway.intake.results import Result, Status
from lifecycle.engine.events.inbox import AHEAD
from lifecycle.facts.events import CATALOGUE, Event, FieldFaults, check_type, read_fields
from lifecycle.facts.usage import UsageReported, window_fault

LONGEST_ID = 120
"""A customer's workflow carries its last thousand ids along, so each is short; `Event` takes up to 200 characters."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """A checked event on its way to one customer's workflow. `source` is the caller's name, for logs and metrics."""

    customer: str
    event: Event
    source: str


def identity(source: str, id: str) -> str:
    """The event's id in the workflow, of at most LONGEST_ID characters: the same for the same source and id, however often it is sent.

    A `source` holds no space, so that no two pairs make the same text.
    """
    full = f"{source} {id}"
    if len(full) <= LONGEST_ID:
        return full
    return f"{source[:80]} ~{hashlib.blake2b(full.encode(), digest_size=16).hexdigest()}"


def make_event(id: str, type_name: str, at: datetime, happened: datetime | None, data: dict[str, Any]) -> Event | Result:
    """The event, or an INVALID result with the field and a sentence.

    `at` is when it is told, in the customer's own time, `happened` when the fact came about; both carry a time zone.
    """
    try:
        check_type(type_name)
    except ValueError as error:
        more = "" if "did you mean" in str(error) else f"; there are {', '.join(CATALOGUE)}"
        return Result(Status.INVALID, with_full_stop(f"{error}{more}"), "type")
    if (unwritable := _unwritable(data)) is not None:
        return Result(Status.INVALID, f"{type_name}: '{unwritable}' holds characters that cannot be kept.", unwritable)
    if happened is not None and happened > at + AHEAD:
        return Result(
            Status.INVALID,
            f"'time' lies over an hour ahead of us, at {happened:%Y-%m-%d %H:%M}: set the clock of whoever tells it.",
            "time",
        )
    try:
        read = read_fields(type_name, data)
        if isinstance(read, UsageReported) and read.window and (why := window_fault(read.window, at, by_a_caller=True)) is not None:
            return Result(Status.INVALID, with_full_stop(why), "window")
        fields = read.model_dump(mode="json", exclude_unset=True)
        return Event(id=id, type=type_name, at=at, happened=happened, data=fields)
    except FieldFaults as faults:
        (field, sentence), *others = faults.faults
        return Result(Status.INVALID, with_full_stop(f"{sentence}{f' (and {len(others)} more)' if others else ''}"), field)
    except ValidationError as error:
        fault = error.errors()[0]
        name = "time" if fault["loc"][:1] == ("happened",) else str(fault["loc"][0])
        return Result(Status.INVALID, f"'{name}' {fault['msg'].removeprefix('Value error, ')}.", name)
    except OverflowError:
        return Result(Status.INVALID, f"{type_name}: a number is too large.", "data")


def _unwritable(data: dict[str, Any]) -> str | None:
    """The name of a field with a NUL or a lone surrogate in it, which JSON can hold and no database and no payload can."""
    for name, value in data.items():
        for text in (name, value if isinstance(value, str) else ""):
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                return name if name.isprintable() else "data"
    return None
