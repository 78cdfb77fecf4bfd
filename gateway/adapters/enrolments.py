"""The customers whom a delivery has the adapter's source enrol."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.adapters.adapter_file import Adapter, EnrolEntry
from gateway.adapters.adapting import EntryFailure, EntryLabel
from gateway.adapters.entry_values import customer_value
from gateway.adapters.expressions import EvaluationFailed, Evaluator, Tables, ValueMissing
from gateway.intake.results import Result, Status


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer to enrol: its id, and its fields as PUT /customers takes them."""

    entry: EnrolEntry
    customer: str
    fields: dict[str, Any]
    item: int | None = None


def enrolments(adapter: Adapter, roots: Mapping[str, Any], tables: Tables, max_items: int = 1000) -> list[CustomerDraft | EntryFailure]:
    """The customers that a delivery of at most `max_items` items has enrolled, or why one can't be. What is wrong with `each`, `adapt` tells."""
    if not adapter.enrol:
        return []
    evaluator = Evaluator(roots, {name: tables.get(name, {}) for name in adapter.tables}, adapter.values)
    return list(_enrolments(adapter, evaluator, max_items))


def _enrolments(adapter: Adapter, evaluator: Evaluator, max_items: int) -> Iterator[CustomerDraft | EntryFailure]:
    if adapter.each is None:
        yield from _of_item(adapter, None, evaluator)
        return
    try:
        items = evaluator.value(adapter.each)
    except (ValueMissing, EvaluationFailed):
        return
    for number, item in enumerate(items[:max_items] if isinstance(items, list) else [], 1):
        evaluator.set_variable("item", item)
        yield from _of_item(adapter, number, evaluator)


def _of_item(adapter: Adapter, item: int | None, evaluator: Evaluator) -> Iterator[CustomerDraft | EntryFailure]:
    for entry in adapter.enrol:
        field = "when"
        try:
            if not evaluator.holds(entry.when):
                continue
            field = "customer"
            customer = customer_value(evaluator, entry.customer)
            fields: dict[str, Any] = {}
            for field, sources in entry.fields.items():
                _put(fields, field, evaluator, sources)
        except ValueMissing:
            yield _failure(EntryLabel(adapter, entry, item), "customer", "what it asks for is not there")
        except EvaluationFailed as fault:
            yield _failure(EntryLabel(adapter, entry, item), field, str(fault))
        else:
            yield CustomerDraft(entry, customer, fields, item)


def _put(fields: dict[str, Any], path: str, evaluator: Evaluator, sources: tuple[str, ...]) -> None:
    """Set the field of that path, `owner.name`, to its value, if it has one."""
    try:
        value = evaluator.first(sources)
    except ValueMissing:
        return
    group, _, leaf = path.rpartition(".")
    within = fields.setdefault(group, {}) if group else fields
    within[leaf] = value.isoformat() if isinstance(value, datetime) else value


def _failure(label: EntryLabel, field: str, reason: str) -> EntryFailure:
    return EntryFailure(None, Result(Status.INVALID, f"{label}: '{field}' cannot be worked out: {reason}.", field), label.item)
