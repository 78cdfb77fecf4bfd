"""What happened and what was done, line by line, and what the ledger is still to be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from lifecycle.domain.bounds import json_size
from lifecycle.domain.enums import Outcome
from lifecycle.domain.model import Instant
from lifecycle.domain.touch import Record
from lifecycle.facts.events import Event

TIMELINE_KEPT = 500
TIMELINE_SIZE = 150_000
"""Bytes of JSON of all lines together: of long ones fewer are kept."""

LONGEST_WHY = 400
"""Characters of a reason, in the timeline and in what the ledger is told."""

LINE_SIZE = 130
"""Bytes of a line without its texts."""

REFUSED = "refused"
"""Under which name refused events are counted."""


class EntryKind(StrEnum):
    """What a line of the timeline tells of."""

    STAGE = "stage"
    EVENT = "event"
    TOUCH = "touch"
    PLAY = "play"
    MILESTONE = "milestone"
    OPERATOR = "operator"


@dataclass(slots=True, kw_only=True)
class Entry:
    """One line of the timeline: what was at that moment (UTC), with its outcome and touch key if it is a touch, and why."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    at: Instant
    kind: EntryKind
    what: str
    outcome: Outcome | None = None
    why: str = ""
    key: str = ""

    @property
    def size(self) -> int:
        """The bytes that it has in JSON, at the most."""
        return LINE_SIZE + json_size(f"{self.what}{self.why}{self.key}")


def shortened(why: str) -> str:
    """A reason as it is shown: of at most LONGEST_WHY characters."""
    return why if len(why) <= LONGEST_WHY else f"{why[: LONGEST_WHY - 1]}…"


@dataclass(slots=True, kw_only=True)
class Log:
    """The timeline, oldest line first, and its size; how many lines gave way; touches counted by outcome; what the ledger is to be told."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    timeline: list[Entry] = field(default_factory=list)
    timeline_size: int = 0
    timeline_dropped: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    unrecorded: list[Record] = field(default_factory=list)

    def note(self, at: datetime, kind: EntryKind, what: str, *, outcome: Outcome | None = None, why: str = "", key: str = "") -> None:
        """Write a line; the oldest give way beyond TIMELINE_KEPT and TIMELINE_SIZE (the ledger has them all)."""
        entry = Entry(at=at, kind=kind, what=what, outcome=outcome, why=shortened(why), key=key)
        self.timeline.append(entry)
        self.timeline_size += entry.size
        if outcome is not None and kind is EntryKind.TOUCH:
            self.count(outcome.value)
        while len(self.timeline) > TIMELINE_KEPT or self.timeline_size > TIMELINE_SIZE:
            self.timeline_size -= self.timeline.pop(0).size
            self.timeline_dropped += 1

    def note_unsent(self, record: Record) -> None:
        """Write down a touch that did not go out, here and for the ledger."""
        self.note(record.at, EntryKind.TOUCH, f"{record.kind} {record.name}", outcome=record.outcome, why=record.why, key=record.key)
        self.unrecorded.append(replace(record, why=shortened(record.why)) if len(record.why) > LONGEST_WHY else record)

    def refuse(self, event: Event, at: datetime, why: str) -> None:
        """Write down that an event was not taken in, and why."""
        self.note(at, EntryKind.EVENT, event.type, why=f"refused: {why}")
        self.count(REFUSED)

    def count(self, name: str) -> None:
        """One more of that name."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def touches(self) -> Iterable[Entry]:
        """The timeline's touches, oldest first."""
        return (entry for entry in self.timeline if entry.kind is EntryKind.TOUCH)
