"""What happened and what was done, line by line, and what the ledger is still to be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from lifecycle.domain.enums import Outcome
from lifecycle.domain.model import Instant
from lifecycle.domain.touch import Record
from lifecycle.facts.events import Event

TIMELINE_KEPT = 500
LONGEST_WHY = 400
"""Characters of a timeline line's reason: all lines together must stay far below what Temporal carries from run to run (2 MB)."""

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


@dataclass(slots=True, kw_only=True)
class Log:
    """The timeline, oldest line first; how many lines gave way; touches counted by outcome; what the ledger is to be told."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    timeline: list[Entry] = field(default_factory=list)
    timeline_dropped: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    unrecorded: list[Record] = field(default_factory=list)

    def note(self, at: datetime, kind: EntryKind, what: str, *, outcome: Outcome | None = None, why: str = "", key: str = "") -> None:
        """Write a line; the oldest give way beyond TIMELINE_KEPT (the ledger has them all)."""
        short = why if len(why) <= LONGEST_WHY else f"{why[: LONGEST_WHY - 1]}…"
        self.timeline.append(Entry(at=at, kind=kind, what=what, outcome=outcome, why=short, key=key))
        if outcome is not None and kind is EntryKind.TOUCH:
            self.count(outcome.value)
        if len(self.timeline) > TIMELINE_KEPT:
            self.timeline_dropped += len(self.timeline) - TIMELINE_KEPT
            del self.timeline[: len(self.timeline) - TIMELINE_KEPT]

    def note_unsent(self, record: Record) -> None:
        """Write down a touch that did not go out, here and for the ledger."""
        self.note(record.at, EntryKind.TOUCH, f"{record.kind} {record.name}", outcome=record.outcome, why=record.why, key=record.key)
        self.unrecorded.append(record)

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
