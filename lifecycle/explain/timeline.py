"""A line of the timeline in words: what it is about, and why, until when, how often and by whom."""

from lifecycle.domain.time.zones import in_words
from lifecycle.domain.why import Cause
from lifecycle.state.log import Entry, EntryKind


def about(entry: Entry) -> str:
    """What was done, to whom and with which subject: `email welcome to champion Ana Silva <ana@acme.example>, "Welcome"`."""
    return entry.what + (f" to {entry.to}" if entry.to else "") + (f', "{entry.subject}"' if entry.subject else "")


def reason(entry: Entry, zone: str) -> str:
    """Why, with everything that belongs to it, by the clock of that zone; empty where there is nothing to say."""
    told = "told " if entry.kind is EntryKind.EVENT and entry.cause in (None, Cause.PAST) else ""
    parts = [
        entry.why,
        f"until {in_words(entry.until, zone)} at the earliest" if entry.until is not None else "",
        f"{told}{entry.count} times up to {in_words(entry.last, zone)}" if entry.last is not None and entry.count > 1 else "",
        f"by {entry.by}" if entry.by and entry.cause is not Cause.HELD else "",
    ]
    return "; ".join(part for part in parts if part)
