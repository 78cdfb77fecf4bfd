"""What happened and what was done, line by line, and what the ledger is still to be told."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from lifecycle.domain.bounds import json_size, short_key
from lifecycle.domain.enums import Outcome
from lifecycle.domain.model import Instant
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import Record
from lifecycle.domain.why import Cause
from lifecycle.facts.events import Event

TIMELINE_KEPT = 500
TIMELINE_SIZE = 195_000
"""Bytes of JSON of all lines together: of long ones fewer are kept."""

LONGEST_WHY = 400
"""Characters of a reason, in the timeline and in what the ledger is told."""

LINE_SIZE, MOMENT_SIZE = 190, 38
"""Bytes of a line without its texts and the moments that most have none of, and of each of these."""

LONGEST_NAME = 120
"""Characters of whom a line is about, by whom it is, and of a subject."""

SINGLY = 10
"""So many lines that are alike stand singly; those that follow share one, with their number."""

NEAR = 50
"""How many lines back a line that is alike is looked for."""

REFUSED, REPEATED = "refused", "repeated"
"""Under which names events are counted that were refused, and that were told again."""


class EntryKind(StrEnum):
    """What a line of the timeline tells of."""

    STAGE = "stage"
    EVENT = "event"
    TOUCH = "touch"
    PLAY = "play"
    WAIT = "wait"
    MILESTONE = "milestone"
    PLAYBOOK = "playbook"
    OPERATOR = "operator"


_TOLD = (EntryKind.EVENT, EntryKind.OPERATOR)


def _nothing(value: object) -> bool:
    return not value


def _one(value: object) -> bool:
    return value == 1


# What most lines have nothing of is left out where a life is stored: there are up to TIMELINE_KEPT of them.
_Cause = Annotated[Cause | None, Field(exclude_if=_nothing)]
_Words = Annotated[str, Field(exclude_if=_nothing)]
_Number = Annotated[int, Field(exclude_if=_one)]
_Moment = Annotated[Instant | None, Field(exclude_if=_nothing)]


@dataclass(slots=True, kw_only=True)
class Entry:
    """One line of the timeline: what was at that moment (UTC), with its outcome and cause, in words, and by whom.

    `key` is the touch key of a touch, a wait or a play's occurrence (`.../*`), and the id of an event. A touch says to whom it goes and
    with which subject, and one that is held back `until` when at the earliest. A line that stands for `count` of its like has the moment
    of the first in `at` and of the last in `last`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    at: Instant
    kind: EntryKind
    what: str
    outcome: Outcome | None = None
    why: str = ""
    key: str = ""
    cause: _Cause = None
    by: _Words = ""
    to: _Words = ""
    subject: _Words = ""
    until: _Moment = None
    count: _Number = 1
    last: _Moment = None

    @property
    def size(self) -> int:
        """The bytes that it has in JSON, at the most."""
        size = LINE_SIZE + json_size(f"{self.what}{self.why}{self.key}{self.by}{self.to}{self.subject}")
        return size + (MOMENT_SIZE if self.until is not None else 0) + (2 * MOMENT_SIZE if self.last is not None else 0)

    def is_like(self, other: "Entry") -> bool:
        """Whether the other line says the same of another moment: of the same play, with the same outcome and cause, by the same person."""
        return (
            self.cause is other.cause
            and self.what == other.what
            and self.kind is other.kind
            and self.outcome is other.outcome
            and self.by == other.by
            and (self.why == other.why if self.kind in _TOLD else _play_of(self.key) == _play_of(other.key))
        )


def _play_of(key: str) -> str:
    _, _, behind = key.partition("/")
    return behind.partition("/")[2].partition("/")[0]


@dataclass(slots=True, kw_only=True)
class Repeats:
    """How often an event was told again before its line was written, and when last (UTC)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    count: int
    last: Instant


@dataclass(slots=True, kw_only=True)
class Log:
    """The timeline, oldest line first; how many lines gave way; touches counted by outcome; what the ledger is to be told.

    `repeats` are those of events that wait to be taken in, by their ids, of long ones their hashes: they are counted on the lines to come.
    `size` is that of all lines together, in bytes; it is no part of what is stored, and worked out anew where it is not known (None).
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    timeline: list[Entry] = field(default_factory=list)
    size: Annotated[int | None, Field(exclude=True)] = field(default=None, compare=False)
    timeline_dropped: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    repeats: dict[str, Repeats] = field(default_factory=dict)
    unrecorded: list[Record] = field(default_factory=list)

    def note(self, entry: Entry, *, singly: int | None = None) -> None:
        """Write a line, at its moment's place; the oldest give way beyond TIMELINE_KEPT and TIMELINE_SIZE (the ledger has them all).

        Of lines that are alike and near, at most so many as `singly` says stand singly; without it, all do.
        """
        entry.why, entry.by = _short(entry.why, LONGEST_WHY), _short(entry.by, LONGEST_NAME)
        entry.to, entry.subject = _short(entry.to, LONGEST_NAME), _short(entry.subject, LONGEST_NAME)
        if entry.outcome is not None and entry.kind is EntryKind.TOUCH:
            self.count(entry.outcome.value)
        if self.repeats and entry.kind is EntryKind.EVENT and (told := self.repeats.pop(short_key(entry.key), None)) is not None:
            entry.count, entry.last = entry.count + told.count, max(entry.at, told.last)
        timeline = self.timeline
        place = len(timeline)
        if timeline and entry.at < timeline[-1].at:
            place = bisect_right(timeline, entry.at, key=lambda line: line.at)
        if singly is not None and self._fold(entry, place, singly):
            return
        size = (sum(line.size for line in timeline) if self.size is None else self.size) + entry.size
        timeline.insert(place, entry)
        while len(timeline) > TIMELINE_KEPT or size > TIMELINE_SIZE:
            size -= timeline.pop(0).size
            self.timeline_dropped += 1
        self.size = size

    def _fold(self, entry: Entry, place: int, singly: int) -> bool:
        """Count the line where enough of its like stand before its place, in the same stage; whether it was."""
        alike = 0
        for line in reversed(self.timeline[max(0, place - NEAR) : place]):
            if line.kind is EntryKind.STAGE:
                break
            if not line.is_like(entry):
                continue
            alike += 1
            if line.last is not None or singly == 1:
                self._count_on(line, entry.at, entry.why)
                return True
            if alike == singly:
                entry.last = entry.at  # the first of those that share a line
                break
        return False

    def _count_on(self, line: Entry, at: datetime, why: str) -> None:
        """The line stands for one more of its like, at that moment (UTC)."""
        before = line.size
        line.count, line.last, line.why = line.count + 1, max(line.last or line.at, at), why
        if self.size is not None:
            self.size += line.size - before

    def note_unsent(self, record: Record, line: Entry) -> None:
        """Write down a touch that did not go out: the line here, the record for the ledger, which has each singly."""
        self.note(line, singly=SINGLY)
        record.why = _short(record.why, LONGEST_WHY)
        self.unrecorded.append(record)

    def refuse(self, event: Event, at: datetime, why: str) -> None:
        """Write down that an event was not taken in, and why."""
        self._note_event(event, at, Cause.REFUSED, f"refused: {why}", SINGLY)
        self.count(REFUSED)

    def refuse_message(self, kind: EntryKind, what: str, at: datetime, why: str, by: str = "") -> None:
        """Write down that a message which is no event as it should be, or a command, was not taken, and why."""
        line = Entry(at=at, kind=kind, what=_short(one_line(what), LONGEST_NAME), cause=Cause.REFUSED, why=f"refused: {why}", by=by)
        self.note(line, singly=SINGLY)
        self.count(REFUSED)

    def refused(self) -> Iterable[Entry]:
        """The timeline's lines of what was not taken in, oldest first."""
        return (entry for entry in self.timeline if entry.cause is Cause.REFUSED)

    def repeat(self, event: Event, at: datetime, *, waits: bool) -> None:
        """Count an event that is known and was told again: on its own line, or where it has none on one for all of its type.

        If it `waits` to be taken in, the line that it will have counts it.
        """
        self.count(REPEATED)
        if waits and not event.fields().routine:
            told = self.repeats.setdefault(short_key(event.id), Repeats(count=0, last=at))
            told.count, told.last = told.count + 1, max(told.last, at)
            return
        for line in reversed(self.timeline):
            if line.kind is EntryKind.EVENT and line.key == event.id and line.cause in (None, Cause.PAST):
                self._count_on(line, at, line.why)
                return
        self._note_event(event, at, Cause.REPEATED, "told again: it is known, and changes nothing", 1)

    def _note_event(self, event: Event, at: datetime, cause: Cause, why: str, singly: int) -> None:
        line = Entry(at=at, kind=EntryKind.EVENT, what=event.type, cause=cause, why=why, by=event.told_by, key=event.id)
        self.note(line, singly=singly)

    def count(self, name: str) -> None:
        """One more of that name."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def touches(self) -> Iterable[Entry]:
        """The timeline's touches, oldest first."""
        return (entry for entry in self.timeline if entry.kind is EntryKind.TOUCH)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
