"""A line of the timeline as tests say it: `2026-03-05 09:00 touch email note to ANA sent: why; by Kim Lee`, by the clock of a zone."""

from lifecycle.domain.time.zones import local
from lifecycle.explain.timeline import about, reason
from lifecycle.state.log import Entry


def line_of(entry: Entry, zone: str) -> str:
    why = reason(entry, zone)
    outcome = f" {entry.outcome.value}" if entry.outcome is not None else ""
    return f"{local(entry.at, zone):%Y-%m-%d %H:%M} {entry.kind.value} {about(entry)}{outcome}{f': {why}' if why else ''}"
