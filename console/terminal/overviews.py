"""A customer at a glance as people read it: a few lines, and a table of each thing that there is some of. Times by the customer's clock."""

from datetime import datetime
from typing import Any, NamedTuple

from console.terminal.listing import by_clock

Shown = dict[str, Any]


class Section(NamedTuple):
    """A table under its title, by columns and their heads; without columns, each row has one `line`."""

    title: str
    columns: dict[str, str]
    rows: list[dict[str, Any]]


_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("contacts", "Contacts", {"name": "name", "email": "address", "role": "role", "stance": "stance", "refuses": "refuses"}),
    (
        "tasks",
        "Open tasks",
        {"due": "due", "title": "task", "task": "step", "play": "play", "role": "for", "snoozed_until": "snoozed until"},
    ),
    ("tickets", "Open tickets", {"ticket": "ticket", "level": "level", "since": "since"}),
    ("waiting", "Waits for", {"until": "until", "what": "what", "why": "why"}),
    ("planned", "Comes next", {"at": "when", "play": "play", "about": "about", "kind": "what", "to": "to"}),
    ("facts", "Latest facts", {"at": "when", "kind": "what", "what": "about", "by": "by"}),
)


def sections_of(shown: Shown) -> list[Section]:
    """What is printed of it, in its order; a table of nothing is left out."""
    zone = shown["timezone"] or "UTC"
    tables = [
        Section(title, columns, [{name: _cell(row.get(name), zone) for name in columns} for row in shown[part]])
        for part, title, columns in _TABLES
        if shown[part]
    ]
    return [Section("", {}, [{"line": line} for line in _lines(shown)]), *tables]


def _lines(shown: Shown) -> list[str]:
    value = f"{shown['annual_value']:,.0f} {shown['currency'] or ''} a year".replace("  ", " ") if shown["annual_value"] is not None else ""
    where = (
        f"closed, {shown['closed']}"
        if shown["closed"]
        else f"{shown['stage']}, term {shown['term']} to {shown['contract_end'] or 'no end'}"
    )
    change = shown["health_change"]
    scored = f" {shown['health_score']} of 100" if shown["health_score"] is not None else ""
    trend = f", {change:+d} in a month" if change is not None else ""
    parts = "; ".join(f"{part['name']} {part['points']:g} of {part['weight']:g}" for part in shown["health_parts"])
    lines = [
        f"{shown['name']} ({shown['customer']}), tier {shown['tier']}{', ' + shown['segment'] if shown['segment'] else ''}: {where}",
        f"Owner {shown['owner']}; {value}; intent to renew {shown['intent'] or 'not told'}.",
        f"Health {shown['health']}{scored}{trend}{': ' + parts if parts else ''}",
    ]
    if shown["stopped"]:
        lines.append(f"Stopped: {shown['stopped']}")
    if shown["tickets"] is None and shown["tickets_open"]:
        lines.append(f"Open tickets: {shown['tickets_open']}.")
    if shown["unread"]:
        lines.append(f"{shown['unread']} of its answers since one of ours last did something.")
    if shown["unknown"]:
        known = shown["unknown"] if isinstance(shown["unknown"], int) else len(shown["unknown"])
        lines.append(f"Of {known} touches nobody knows whether they were sent: 'starter.py touches {shown['customer']} --unknown'.")
    if shown["by_record"]:
        lines.append(f"As of {by_clock(shown['as_of'], 'UTC')} UTC, by the record, for its life does not answer. {shown['by_record']}")
    return lines


def _cell(value: object, zone: str) -> object:
    if isinstance(value, datetime):
        return by_clock(value, zone)
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else value
