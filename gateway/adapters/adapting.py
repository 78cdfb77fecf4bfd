"""Applies an adapter to a delivery: entry by entry, in the adapter's order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.adapters.adapter_file import Adapter, EnrolEntry, Entry, UnknownCustomers
from gateway.adapters.entry_values import customer_value, field_value, id_value, time_value
from gateway.adapters.expressions import EvaluationFailed, Evaluator, Tables, ValueMissing
from gateway.intake.incoming_event import identity, make_event
from gateway.intake.results import Result, Status
from lifecycle.facts.events import Event


@dataclass(frozen=True, slots=True)
class EventDraft:
    """The values that an entry takes from a delivery. `own_id` is the sender's id; `happened` is when it happened, if the entry
    says so. `item` counts from 1 where the adapter has an `each`.
    """

    entry: Entry
    own_id: str
    customer: str
    happened: datetime | None
    data: dict[str, Any]
    item: int | None = None

    @property
    def id(self) -> str:
        """The event's id among those of its source: the same when the delivery comes again."""
        return f"{self.own_id}/{self.entry.label}"


@dataclass(frozen=True, slots=True)
class EntryFailure:
    """An entry that makes no event of a delivery, with the result that says why. `entry` is None where the adapter's `each` fails;
    `own_id` is the sender's id, empty if it cannot be evaluated.
    """

    entry: Entry | None
    result: Result
    item: int | None = None
    own_id: str = ""


@dataclass(frozen=True, slots=True)
class EntryLabel:
    """Names an adapter, entry and item in messages."""

    adapter: Adapter
    entry: Entry | EnrolEntry | None = None
    item: int | None = None

    def __str__(self) -> str:
        entry = f", entry {self.entry.label}" if self.entry is not None else ""
        item = f", item {self.item}" if self.item is not None else ""
        return f"Adapter {self.adapter.adapter}{entry}{item}"


class TooManyItems(ValueError):
    """One delivery has more items than are accepted at once."""


def adapt(adapter: Adapter, roots: Mapping[str, Any], tables: Tables, max_items: int = 1000) -> list[EventDraft | EntryFailure]:
    """What the adapter makes of a delivery of at most `max_items` items. `roots` are the variables of its expressions by name.

    The result depends on nothing but these arguments, not on the time. Raises TooManyItems.
    """
    evaluator = Evaluator(roots, {name: tables.get(name, {}) for name in adapter.tables}, adapter.values)
    return list(_adapted(adapter, evaluator, max_items))


def event_of(adapter: Adapter, draft: EventDraft, source: str, now: datetime) -> Event | Result:
    """The event of the draft, told by that source at `now` (the customer's time, with its zone), or the result that refuses it."""
    event = make_event(identity(source, draft.id), draft.entry.type, now, draft.happened, draft.data)
    if isinstance(event, Event):
        return event
    expressions = draft.entry.time if event.field == "time" else draft.entry.data.get(event.field)
    sentence = event.detail.removesuffix(".") + (f" ({_listed(expressions)})." if expressions else ".")
    return Result(event.status, f"{EntryLabel(adapter, draft.entry, draft.item)}: {sentence}", event.field)


def _adapted(adapter: Adapter, evaluator: Evaluator, max_items: int) -> Iterator[EventDraft | EntryFailure]:
    if adapter.each is None:
        yield from _adapted_item(adapter, None, evaluator)
        return
    try:
        items = evaluator.value(adapter.each)
    except ValueMissing:
        return
    except EvaluationFailed as fault:
        yield EntryFailure(None, _failed(EntryLabel(adapter), "each", (adapter.each,), str(fault)))
        return
    if not isinstance(items, list):
        yield EntryFailure(None, _failed(EntryLabel(adapter), "each", (adapter.each,), "it is no list"))
        return
    if len(items) > max_items:
        raise TooManyItems(f"A delivery tells at most {max_items:,} things, and this one {len(items):,}.")
    for number, item in enumerate(items, 1):
        evaluator.set_variable("item", item)
        yield from _adapted_item(adapter, number, evaluator)


def _adapted_item(adapter: Adapter, item: int | None, evaluator: Evaluator) -> Iterator[EventDraft | EntryFailure]:
    for entry in adapter.events:
        label = EntryLabel(adapter, entry, item)
        try:
            if evaluator.holds(entry.when):
                yield _draft(label, entry, evaluator)
        except EvaluationFailed as fault:
            yield EntryFailure(entry, _failed(label, "when", (entry.when,), str(fault)), item, _own_id(entry, evaluator))


def _draft(label: EntryLabel, entry: Entry, evaluator: Evaluator) -> EventDraft | EntryFailure:
    field, sources = "customer", entry.customer
    try:
        customer = customer_value(evaluator, sources)
        field, sources = "id", entry.id
        own_id = id_value(evaluator, sources)
        field, sources = "time", entry.time or ()
        happened = time_value(evaluator, sources)
        data: dict[str, Any] = {}
        for field, sources in entry.data.items():
            try:
                data[field] = field_value(evaluator, sources)
            except ValueMissing:
                continue
    except ValueMissing:
        return EntryFailure(entry, _missing(label, field, sources), label.item, _own_id(entry, evaluator))
    except EvaluationFailed as fault:
        return EntryFailure(entry, _failed(label, field, sources, str(fault)), label.item, _own_id(entry, evaluator))
    return EventDraft(entry, own_id, customer, happened, data, label.item)


def _own_id(entry: Entry, evaluator: Evaluator) -> str:
    try:
        return id_value(evaluator, entry.id)
    except (ValueMissing, EvaluationFailed):
        return ""


def _missing(label: EntryLabel, field: str, sources: tuple[str, ...]) -> Result:
    if field == "customer" and label.adapter.unknown_customers is UnknownCustomers.ACCEPT:
        # Most of what a billing system sends may be about people whom nobody enrolled: no reason to send it again.
        return Result(Status.UNKNOWN, f"{label}: it names no customer of ours by {_listed(sources)}.", field)
    return _failed(label, field, sources, "what it asks for is not there")


def _failed(label: EntryLabel, field: str, sources: tuple[str, ...], reason: str) -> Result:
    return Result(Status.INVALID, f"{label}: '{field}' ({_listed(sources)}) cannot be worked out: {reason}.", field)


def _listed(sources: tuple[str, ...]) -> str:
    return ", ".join(f"`{' '.join(source.split())}`" for source in sources)
