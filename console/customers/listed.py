"""Every customer as `list` shows it: what Temporal says of it, which is as of now, and what the record knows besides, as of when it was written."""

from typing import Any

from lifecycle.conditions.columns import Value
from lifecycle.domain.enums import Stage

Row = dict[str, Any]

BY_TEMPORAL = (
    *("tier", "stage", "health", "health_score", "owner", "playbook", "contract_end", "next_touch_at", "annual_value", "paused"),
    "ended_by_force",
)
"""Columns that Temporal's search attributes say, as of now."""

BY_RECORD = (
    *("name", "segment", "currency", "term", "term_start", "renews", "health_change", "intent", "likelihood", "next_play", "next_kind"),
    *("next_to", "open_tasks", "open_tickets", "unread", "unknown", "stopped", "cancelled_to", "signed_until", "lost_at", "lost_because"),
    *("closed", "owner_email", "country", "timezone"),
)
"""Columns that the record alone has, as of `as_of`."""

COLUMNS = ("customer", *BY_TEMPORAL, *BY_RECORD, "as_of")

KINDS: dict[str, Value] = dict.fromkeys(COLUMNS, "x") | {
    "paused": True,
    **dict.fromkeys(("health_score", "term", "health_change", "open_tasks", "open_tickets", "unread", "unknown"), 1),
    **dict.fromkeys(("annual_value", "likelihood"), 1.5),
}
"""Of each column a value of its kind; days and moments are texts, as in ISO 8601."""


def with_record(shown: Row, recorded: Row | None) -> Row:
    """A customer's row: what Temporal says, and what the record has besides; None where that has nothing yet."""
    known = recorded or {}
    return shown | {name: _plain(known.get(name)) for name in (*BY_RECORD, "as_of")}


def of_record(recorded: Row) -> Row:
    """The row of a customer of whom Temporal has nothing any more."""
    shown = {name: _plain(recorded.get(name)) for name in BY_TEMPORAL}
    health = {"health": recorded["health_band"], "health_score": recorded["health"]}
    paused = (recorded["stopped"] or "").startswith("paused")
    shown |= {"customer": recorded["customer"], **health, "paused": paused, "ended_by_force": "", "next_touch_at": None}
    return with_record(shown, recorded)


def forgotten(records: list[Row], known: set[str]) -> list[Row]:
    """The rows of customers whose life is over and of whom Temporal has nothing any more."""
    return [of_record(row) for row in records if row["stage"] == Stage.CLOSED.value and row["customer"] not in known]


def value(row: Row, name: str) -> Any:
    """What a column is sorted by: health by its score."""
    return row["health_score"] if name == "health" and row["health"] != "unknown" else None if name == "health" else row[name]


def seen(row: Row) -> Row:
    """The row as conditions see it: days without a clock; of what Temporal shows no score while nothing is known of the health."""
    end = row["contract_end"]
    score = None if row["health"] == "unknown" else row["health_score"]
    return row | {"contract_end": end[:10] if end else None, "health_score": score, "ended_by_force": row["ended_by_force"] or ""}


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
