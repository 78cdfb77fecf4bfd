"""Reads events from CSV: a bad row is reported with its line and every reason, and the others are taken."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from console.files.forms import Forms
from console.files.tables.json_lines import read_json_lines
from console.files.tables.table import Row, RowFault, Unclear, read_table
from lifecycle.domain.texts.field_faults import named
from lifecycle.domain.time.zones import at_local
from lifecycle.facts.events import CATALOGUE, Event, check_type, sentence

_NEEDED, _OPTIONAL = ("customer", "at", "type"), ("id", "happened", "data")
_SYNONYMS = {"customer_id": "customer", "event": "type", "event_type": "type", "event_id": "id"}
_MOMENT = re.compile(
    r"(.+?)[T ] ?([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(?: ?(AM|PM))?(?: ?(?:(Z|UTC|GMT)|([+-][0-9]{2}):?([0-9]{2})))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CustomerEvent:
    """An event, the customer it is told to, and its line in the file."""

    customer: str
    event: Event
    line: int


def read_events(text: str, zones: Mapping[str, str], notes: list[str] | None = None) -> tuple[list[CustomerEvent], list[RowFault]]:
    """The events of a CSV text in its order, and why the other rows are none.

    `zones` has every customer's time zone by its id: a time without an offset is the customer's own. To `notes` is added how dates were
    read that another file might not mean so.
    """
    rows, faults = read_table(text, _NEEDED, _OPTIONAL, _SYNONYMS, attributes=False)
    return events_of(rows, faults, zones, notes)


def read_event_rows(text: str, *, as_json_lines: bool) -> tuple[list[Row], list[RowFault]]:
    """The rows of a CSV text, or of one with a JSON object a line, and what is wrong with the others."""
    if as_json_lines:
        return read_json_lines(text, _NEEDED, _OPTIONAL, _SYNONYMS)
    return read_table(text, _NEEDED, _OPTIONAL, _SYNONYMS, attributes=False)


def events_of(
    rows: list[Row], faults: list[RowFault], zones: Mapping[str, str], notes: list[str] | None = None
) -> tuple[list[CustomerEvent], list[RowFault]]:
    """The events of those rows, and `faults` with those of the rows that are none; the rest as in `read_events`."""
    forms = Forms(rows, ("at", "happened"), ())
    taken: list[CustomerEvent] = []
    known: dict[tuple[str, str], CustomerEvent] = {}
    for row in rows:
        reasons: list[str] = []
        event = _event(row, forms, zones, reasons)
        if event is not None:
            event_of_row = CustomerEvent(row.cells["customer"], event, row.line)
            first = known.setdefault((event_of_row.customer, event.id), event_of_row)
            if first.event.digest() != event.digest():
                reasons.append(f"id '{event.id}' stands on line {first.line} already and says something else there")
            else:
                taken.append(event_of_row)
        faults += [RowFault(row.line, reason) for reason in reasons]
    if notes is not None:
        notes += forms.notes
    return taken, sorted(faults, key=lambda fault: fault.line)


def _event(row: Row, forms: Forms, zones: Mapping[str, str], reasons: list[str]) -> Event | None:
    who = row.get("customer")
    if who not in zones:
        near = get_close_matches(who, zones, 1)
        reasons.append(f"there is no customer '{who}'{f'; did you mean {near[0]}?' if near else ''}" if who else "'customer' is empty")
    at = _moment(row, "at", forms, zones.get(who, "UTC"), reasons)
    if not row.get("at"):
        reasons.append("'at' is empty")
    happened = _moment(row, "happened", forms, zones.get(who, "UTC"), reasons)
    type_name = row.get("type")
    try:
        check_type(type_name)
    except ValueError as error:
        reasons.append(str(error) if type_name else "'type' is empty")
        return None
    raw = _pairs(row.get("data"), reasons)
    model = CATALOGUE[type_name]
    try:
        data = model.model_validate(raw).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        if raw or not reasons:
            reasons += [sentence(type_name, model, fault) for fault in error.errors()]
        return None
    if reasons or at is None:
        return None
    name = row.get("id") or _derived(who, at, type_name, data)
    try:
        return Event(id=name, type=type_name, at=at, happened=happened, data=data)
    except ValidationError as error:
        reasons += [named(fault) for fault in error.errors()]
        return None


def _moment(row: Row, column: str, forms: Forms, zone_name: str, reasons: list[str]) -> datetime | None:
    text = row.get(column)
    if not text:
        return None
    match = _MOMENT.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day, clock = forms.day(match[1]), _clock(match[2], match[3])
        if match[4] or match[5]:
            offset = "+00:00" if match[4] else f"{match[5]}:{match[6]}"
            return datetime.combine(day, clock, datetime.fromisoformat(f"2026-01-01T00:00{offset}").tzinfo)
        return at_local(day, clock, zone_name)
    except Unclear as unclear:
        reasons.append(f"{column} '{text}' {unclear}")
        return None
    except ValueError:
        reasons.append(
            f"{column} '{text}' is no moment; write it as 2026-03-01 14:30, with an offset such as +02:00 if it is not the customer's own time"
        )
        return None


def _clock(text: str, half: str | None) -> time:
    hours, _, rest = text.partition(":")
    number = int(hours)
    if half is not None:
        if not 1 <= number <= 12:
            raise ValueError(text)
        number = number % 12 + (12 if half.upper() == "PM" else 0)
    return time.fromisoformat(f"{number:02}:{rest}")


def _pairs(text: str, reasons: list[str]) -> dict[str, object]:
    """`key=value; key=value`, or a JSON object for values that hold a semicolon."""
    if text.startswith("{"):
        try:
            read = json.loads(text)
        except (ValueError, RecursionError) as error:
            reasons.append(f"data is no JSON object: {error}")
            return {}
        return dict(read)
    pairs: dict[str, object] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name:
            reasons.append(f"data '{part}' is no key=value")
        elif name in pairs:
            reasons.append(f"data names '{name}' twice")
        elif value:
            pairs[name] = value
    return pairs


def _derived(customer: str, at: datetime, type_name: str, data: dict[str, Any]) -> str:
    """An id that the same row has whenever it is read."""
    content = json.dumps([customer, at.timestamp(), type_name, data], sort_keys=True)
    return f"{type_name}-{hashlib.blake2b(content.encode(), digest_size=6).hexdigest()}"
