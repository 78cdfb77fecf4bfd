"""What people tell a life by hand, at the Temporal UI or with its command line: read as they mean it, or written down as refused.

A signal's name is the event's type and its input the fields, or the signal is `event` and its input is one event, a list of them, or
`{"events": [...]}`. What is not said is filled in: told now, under an id of the life's own making.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import ValidationError

from lifecycle.domain.time.moments import moment_written
from lifecycle.engine.events.inbox import apply_all
from lifecycle.engine.session import Session
from lifecycle.facts.events import CATALOGUE, Event, check_type, read_fields
from lifecycle.state.log import EntryKind

EVENT = "event"
"""The signal that tells events of any type."""

MOST_TOLD = 5000
"""Events that one message tells: one workflow task, which may take two seconds, reads them all."""

MOST_FAULTS = 20
"""Faults of one message that have a line each; the others share one."""

ABOUT = ("id", "at", "happened", "past", "by")
"""What may be said about an event besides its fields."""


class Fault(NamedTuple):
    """One event that does not read: its type as it was written, why, in a sentence, and by whom it was told."""

    what: str
    why: str
    by: str = ""


def tell(session: Session, name: str, said: object, now: datetime) -> None:
    """Take in what a signal of that name says, and write down as refused what does not read or is not true of the customer."""
    life = session.life
    if (whole := _refused_whole(name, said)) is not None:
        life.log.refuse_message(EntryKind.EVENT, name, now, whole)
        return
    events: list[Event] = []
    faults: list[Fault] = []
    for item in _items(name, said):
        read = _read(session, name, item, now)
        events.append(read) if isinstance(read, Event) else faults.append(read)
    for fault in faults[:MOST_FAULTS]:
        life.log.refuse_message(EntryKind.EVENT, fault.what, now, fault.why, fault.by)
    if len(faults) > MOST_FAULTS:
        life.log.refuse_message(EntryKind.EVENT, name, now, f"{len(faults) - MOST_FAULTS} more events of this message do not read either")
    answers = apply_all(session, events, now)
    for event, answer in zip(events, answers, strict=True):
        if not answer.taken:
            life.log.refuse(event, now, answer.why)


def no_signal(name: str, others: tuple[str, ...]) -> str | None:
    """Why nothing is told by a signal of that name, in a sentence; None if it is an event's or one of the `others`."""
    known = [EVENT, *others, *CATALOGUE]
    if name in known:
        return None
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join([EVENT, *others])} and every type of event"
    return f"'{name[:60]}' is no signal; {hint}"


def _refused_whole(name: str, said: object) -> str | None:
    if (isinstance(said, list) and not said) or (isinstance(said, Mapping) and said.get("events") == []):
        return "it tells no event: the list is empty"
    if (count := len(list(_items(name, said)))) > MOST_TOLD:
        return f"it tells {count:,} events at once, and at most {MOST_TOLD:,} are taken; tell them in parts"
    return None


def _items(name: str, said: object) -> Iterator[object]:
    """Each event that the message tells, as it was written."""
    if name == EVENT and isinstance(said, Mapping) and isinstance(events := said.get("events"), list) and len(said) == 1:
        yield from events
    elif isinstance(said, list):
        yield from said
    else:
        yield said


def _read(session: Session, name: str, item: object, now: datetime) -> Event | Fault:
    if item is None and name != EVENT:
        item = {}
    if not isinstance(item, Mapping):
        form = '{"type": "meeting.held", "data": {"meeting": "kickoff"}}' if name == EVENT else "an object of its fields, or nothing"
        return Fault(name, f"{name} takes {form}, and this says {str(item)[:60]!r}")
    by = str(item.get("by", ""))
    type_ = item.get("type", "") if name == EVENT else name
    if not isinstance(type_, str) or not type_:
        return Fault(name, "an event needs its 'type', such as meeting.held", by)
    try:
        return _event(session, type_, item, now)
    except ValueError as error:
        return Fault(type_, str(error), by)


def _event(session: Session, type_: str, item: Mapping[str, object], now: datetime) -> Event:
    """The event, with what was not said filled in. Raises ValueError, in words."""
    fields = CATALOGUE[check_type(type_)].model_fields
    if item.get("type", type_) != type_:
        raise ValueError(f"a signal {type_} tells an event of type '{str(item['type'])[:60]}'; leave 'type' out, or signal '{EVENT}'")
    about = {key: value for key, value in item.items() if key in ABOUT and value is not None}
    data = item.get("data")
    rest = {key: value for key, value in item.items() if key not in (*ABOUT, "type", "data")}
    if isinstance(data, Mapping):
        rest = {**data, **rest}
    elif data is not None:
        raise ValueError(f"{type_}: 'data' is an object of its fields, and this says {str(data)[:60]!r}")
    if "by" in fields and "by" in about:
        rest.setdefault("by", about.pop("by"))
    try:
        return _made(session, type_, rest, about, now)
    except ValueError:
        read_fields(type_, rest)  # what is wrong with its fields is said first
        raise


def _made(session: Session, type_: str, data: Mapping[str, object], about: Mapping[str, object], now: datetime) -> Event:
    event_id = about.get("id", "")
    if isinstance(event_id, int) and not isinstance(event_id, bool):
        event_id = str(event_id)
    if event_id == "":
        read_fields(type_, dict(data))  # one that does not read is given no id
        event_id = session.life.inbox.name_event()
    moments = {key: _moment(key, about[key], session.life.zone) for key in ("at", "happened") if key in about}
    try:
        return Event.model_validate(
            {
                "id": event_id,
                "type": type_,
                "at": moments.get("at", now),
                "happened": moments.get("happened"),
                "data": data,
                "past": about.get("past", False),
                "by": about.get("by", ""),
            }
        )
    except ValidationError as error:
        raise ValueError("; ".join(_in_words(type_, fault) for fault in error.errors())) from None


def _moment(key: str, value: object, zone: str) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"'{key}' is a moment such as '2026-03-01 14:30', and this says {str(value)[:60]!r}")
    try:
        return moment_written(value, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{key}': {error}") from None


def _in_words(type_: str, fault: Mapping[str, object]) -> str:
    place, message = fault["loc"], str(fault["msg"])
    field = ".".join(str(part) for part in place) if isinstance(place, tuple) else ""
    return f"{type_}: '{field}' {message[:1].lower()}{message[1:]}"
