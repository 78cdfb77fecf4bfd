"""Events told and not yet taken in, and the ids that are known."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import ConfigDict

from lifecycle.domain.bounds import cut, short_key
from lifecycle.domain.model import Instant
from lifecycle.facts.events import Event

IDS_KEPT = 1000
ROUTINE_IDS_KEPT = 2000
COMMANDS_KEPT = 20
LONGEST_ANSWER = 250
"""Bytes of an answer to a command."""


def when_told(event: Event) -> tuple[datetime, str]:
    """The order in which events are taken in: by the moment they are told for, and by id within one."""
    return event.at, event.id


@dataclass(slots=True, kw_only=True)
class Inbox:
    """`waiting` are the events to be taken in, in that order; `arriving` those that turned the stage, which the next one starts with.

    `known` and `known_routine` map ids, of long ones their hashes, to what was said under them and the second at which it happened,
    oldest first; lives of older builds have no second. `forgotten_until` and `routine_forgotten_until` are the latest moments (UTC) of
    what was told under ids that have given way. `commands` maps the ids of operators' commands to what was answered. `named` counts the
    events that came without an id and were given one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    waiting: list[Event] = field(default_factory=list)
    arriving: list[Event] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    known_routine: dict[str, str] = field(default_factory=dict)
    forgotten_until: Instant | None = None
    routine_forgotten_until: Instant | None = None
    commands: dict[str, str] = field(default_factory=dict)
    named: int = 0

    def name_event(self) -> str:
        """An id for an event that was told without one: no other event of this life has it."""
        while True:
            self.named += 1
            if self.digest_of(name := f"by-hand-{self.named}") is None:
                return name

    @property
    def first_at(self) -> datetime | None:
        """The moment of the first event that waits (UTC)."""
        return self.waiting[0].at if self.waiting else None

    def put(self, event: Event) -> None:
        """Have the event wait for its moment, and know its id."""
        self.remember(event)
        insort(self.waiting, event, key=when_told)

    def take_until(self, moment: datetime) -> list[Event]:
        """Take out the events told for that moment (UTC) or before, in order."""
        if not self.waiting or self.waiting[0].at > moment:
            return []
        count = bisect_right(self.waiting, moment, key=lambda event: event.at)
        taken = self.waiting[:count]
        del self.waiting[:count]
        return taken

    def waits(self, id: str) -> bool:
        """Whether the event of that id is still to be taken in."""
        return any(event.id == id for event in self.waiting)

    def digest_of(self, id: str) -> str | None:
        """What the event of that id said, if it was told and is remembered."""
        name = short_key(id)
        said = self.known.get(name) or self.known_routine.get(name)
        return said.partition(" ")[0] if said is not None else None

    def may_be_forgotten(self, event: Event) -> bool:
        """Whether it says that it happened so long ago that its id, if it was told, has given way: nobody can tell whether it was taken in."""
        until = self.routine_forgotten_until if event.fields().routine else self.forgotten_until
        return until is not None and event.happened is not None and event.happened.replace(microsecond=0) <= until

    def remember(self, event: Event) -> None:
        """Know the event's id from now on; the oldest ids give way, those of routine among themselves."""
        routine = event.fields().routine
        ids, most = (self.known_routine, ROUTINE_IDS_KEPT) if routine else (self.known, IDS_KEPT)
        ids[short_key(event.id)] = f"{event.digest()} {int(event.fact_time.timestamp()):x}"
        while len(ids) > most:
            _, _, second = ids.pop(next(iter(ids))).partition(" ")
            if not second:
                continue
            when = datetime.fromtimestamp(int(second, 16), UTC)
            if routine:
                self.routine_forgotten_until = max(when, self.routine_forgotten_until or when)
            else:
                self.forgotten_until = max(when, self.forgotten_until or when)

    def answer_to(self, command: str) -> str | None:
        """What was answered to the command of that id; None if it is new, or has no id."""
        return self.commands.get(short_key(command)) if command else None

    def answer(self, command: str, answer: str) -> str:
        """Remember what is answered to the command of that id; the oldest give way."""
        if command:
            self.commands[short_key(command)] = cut(answer, LONGEST_ANSWER)
            while len(self.commands) > COMMANDS_KEPT:
                del self.commands[next(iter(self.commands))]
        return answer

    def forget(self, event: Event) -> None:
        """Let the id go of an event that was not taken in after all: told again it is judged anew."""
        self.known.pop(short_key(event.id), None)
        self.known_routine.pop(short_key(event.id), None)
