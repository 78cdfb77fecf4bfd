"""The lines of a calendar that a reply is read from, and no others, so that reading them is bounded work.

What the iCalendar library would expand, follow or remember does not come to it: rules of recurrence and of time zones, components
within components, and texts without a line break, which it takes for the name of a file to be read.
"""

import re

from gateway.adapters.payloads import UnreadableDelivery

LARGEST = 262_144
"""Bytes of all calendars in a mail."""

MOST_LINES = 2_000
"""Lines that matter of a calendar; an attendee is one."""

LONGEST_LINE = 2_000
"""Characters of a line; a longer one says nothing of use here and is left out."""

_FOLD = re.compile(r"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z-]+")
_WANTED = {
    ("VCALENDAR",): frozenset({"METHOD"}),
    ("VCALENDAR", "VEVENT"): frozenset({"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "ATTENDEE"}),
}
_DEEPEST = max(map(len, _WANTED))


def wanted_lines(calendar: str) -> str:
    """The calendar with the lines of `_WANTED` alone. Raises UnreadableDelivery where there are too many."""
    kept: list[str] = []
    within: list[str] = []
    for line in re.split(r"\r?\n", _FOLD.sub("", calendar)):
        name = _NAME.match(line)
        if name is None or len(line) > LONGEST_LINE:
            continue
        match name[0].upper():
            case "BEGIN":
                within.append(line.rpartition(":")[2].strip().upper())
                kept += [line] if _wanted(within) is not None else []
            case "END":
                kept += [line] if _wanted(within) is not None else []
                del within[-1:]
            case other:
                kept += [line] if other in (_wanted(within) or ()) else []
        if len(kept) > MOST_LINES:
            raise UnreadableDelivery(f"A calendar in this mail has more than {MOST_LINES:,} lines that say who answers what.")
    return "\r\n".join([*kept, ""])


def _wanted(within: list[str]) -> frozenset[str] | None:
    """The lines that are wanted there; None where the component itself is not."""
    return _WANTED.get(tuple(within)) if len(within) <= _DEEPEST else None
