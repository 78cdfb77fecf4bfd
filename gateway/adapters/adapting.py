"""From a sender's delivery to what it tells us, by an adapter: entry by entry, in the adapter's order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.adapters.adapter_file import Adapter, Entry, Strangers
from gateway.adapters.expressions import Absent, Tables, Terms, Unworkable
from gateway.intake.incoming_event import identity, make_event
from gateway.intake.results import Fate, Status
from lifecycle.domain.customer import SLUG
from lifecycle.facts.events import Event

LONGEST_OWN_ID = 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry makes of a delivery. `own_id` is the sender's; `happened` is when it came about, if the entry says so.
    `item` counts from 1 where the adapter has an `each`.
    """

    entry: Entry
    own_id: str
    customer: str
    happened: datetime | None
    data: dict[str, Any]
    item: int | None = None

    @property
    def id(self) -> str:
        """What the event is known by among those of its source: stable when the delivery comes again."""
        return f"{self.own_id}/{self.entry.called}"


@dataclass(frozen=True, slots=True)
class Undone:
    """What an entry can make nothing of, and why. `entry` is None where the adapter's `each` fails; `own_id` is the sender's
    if it can be worked out, and empty if not.
    """

    entry: Entry | None
    fate: Fate
    item: int | None = None
    own_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for what: it names itself in a fault."""

    adapter: Adapter
    entry: Entry | None = None
    item: int | None = None

    def __str__(self) -> str:
        entry = f", entry {self.entry.called}" if self.entry is not None else ""
        item = f", item {self.item}" if self.item is not None else ""
        return f"Adapter {self.adapter.adapter}{entry}{item}"


class TooMany(ValueError):
    """One delivery tells more than is taken in at once."""


def adapt(adapter: Adapter, roots: Mapping[str, Any], tables: Tables, most: int = 1000) -> list[Draft | Undone]:
    """What the delivery tells, of at most `most` items. Raises TooMany.

    `roots` are what its expressions may name. Nothing here depends on the time or on what was told before.
    """
    terms = Terms(roots, {name: tables.get(name, {}) for name in adapter.tables})
    return list(_adapted(adapter, terms, most))


def event_of(adapter: Adapter, draft: Draft, source: str, now: datetime) -> Event | Fate:
    """The event that the draft makes when it is told `now` by that source, or its fate where it can't be one."""
    made = make_event(identity(source, draft.id), draft.entry.type, now, draft.happened, draft.data)
    if isinstance(made, Event):
        return made
    asked = draft.entry.time if made.field == "time" else draft.entry.data.get(made.field)
    sentence = made.detail.removesuffix(".") + (f" ({_listed(asked)})." if asked else ".")
    return Fate(made.status, f"{Asked(adapter, draft.entry, draft.item)}: {sentence}", made.field)


def _adapted(adapter: Adapter, terms: Terms, most: int) -> Iterator[Draft | Undone]:
    if adapter.each is None:
        yield from _one(adapter, None, terms)
        return
    try:
        items = terms.value(adapter.each)
    except Absent:
        return
    except Unworkable as fault:
        yield Undone(None, _fault(Asked(adapter), "each", (adapter.each,), str(fault)))
        return
    if not isinstance(items, list):
        yield Undone(None, _fault(Asked(adapter), "each", (adapter.each,), "it is no list"))
        return
    if len(items) > most:
        raise TooMany(f"A delivery tells at most {most:,} things, and this one {len(items):,}.")
    for number, item in enumerate(items, 1):
        terms.put("item", item)
        yield from _one(adapter, number, terms)


def _one(adapter: Adapter, item: int | None, terms: Terms) -> Iterator[Draft | Undone]:
    for entry in adapter.events:
        try:
            if terms.holds(entry.when):
                yield _drafted(Asked(adapter, entry, item), entry, terms)
        except Unworkable as fault:
            yield Undone(entry, _fault(Asked(adapter, entry, item), "when", (entry.when,), str(fault)), item, _own_id(entry, terms))


def _drafted(asked: Asked, entry: Entry, terms: Terms) -> Draft | Undone:
    field, sources = "customer", entry.customer
    try:
        customer = _customer(terms, sources)
        field, sources = "id", entry.id
        own_id = _text(terms.first(sources))
        field, sources = "time", entry.time or ()
        happened = _moment(terms, sources)
        data: dict[str, Any] = {}
        for field, sources in entry.data.items():
            try:
                data[field] = _scalar(terms.first(sources))
            except Absent:
                continue
    except Absent:
        return Undone(entry, _missing(asked, field, sources), asked.item, _own_id(entry, terms))
    except Unworkable as fault:
        return Undone(entry, _fault(asked, field, sources, str(fault)), asked.item, _own_id(entry, terms))
    return Draft(entry, own_id, customer, happened, data, asked.item)


def _own_id(entry: Entry, terms: Terms) -> str:
    try:
        return _text(terms.first(entry.id))
    except (Absent, Unworkable):
        return ""


def _missing(asked: Asked, field: str, sources: tuple[str, ...]) -> Fate:
    if field == "customer" and asked.adapter.strangers is Strangers.ACCEPT:
        # Most of what a billing system tells may be about people whom nobody enrolled: no reason to send it again.
        return Fate(Status.UNKNOWN, f"{asked}: it names no customer of ours by {_listed(sources)}.", field)
    return _fault(asked, field, sources, "what it asks for is not there")


def _fault(asked: Asked, field: str, sources: tuple[str, ...], why: str) -> Fate:
    return Fate(Status.INVALID, f"{asked}: '{field}' ({_listed(sources)}) cannot be worked out: {why}.", field)


def _listed(sources: tuple[str, ...]) -> str:
    return ", ".join(f"`{' '.join(source.split())}`" for source in sources)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unworkable("it is neither text nor a whole number")
    text = str(value).strip()
    if not text:
        raise Absent
    if len(text) > LONGEST_OWN_ID or not text.isprintable():
        raise Unworkable(f"it is longer than {LONGEST_OWN_ID} characters, or holds some that do not print")
    return text


def _customer(terms: Terms, sources: tuple[str, ...]) -> str:
    # A name that somebody wrote where an id belongs may not hide what a table knows.
    found = []
    for source in sources:
        try:
            found.append(_text(terms.value(source)))
        except Absent:
            continue
        if SLUG.fullmatch(found[-1]) is not None:
            return found[-1]
    if not found:
        raise Absent
    return found[0]


def _moment(terms: Terms, sources: tuple[str, ...]) -> datetime | None:
    try:
        value = terms.first(sources)
    except Absent:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Unworkable("it is no moment; at_seconds(), at_millis() and timestamp() make one") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Unworkable("it is no moment with its zone; at_seconds(), at_millis() and timestamp() make one")
    return value


def _scalar(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case bool() | int() | float() | str():
            return value
        case timedelta():
            return value.total_seconds()
        case _:
            raise Unworkable("it is a list, a map or bytes, and a field takes a single value")
