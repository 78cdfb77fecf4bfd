"""Events told and not yet taken in, and the ids that are known."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict

from lifecycle.domain.bounds import short_key
from lifecycle.facts.events import Event

IDS_KEPT = 1000
ROUTINE_IDS_KEPT = 2000


def when_told(event: Event) -> tuple[datetime, str]:
    """The order in which events are taken in: by the moment they are told for, and by id within one."""
    return event.at, event.id


@dataclass(slots=True, kw_only=True)
class Inbox:
    """`waiting` are the events to be taken in, in that order; `arriving` those that turned the stage, which the next one starts with.

    `known` and `known_routine` map ids, of long ones their hashes, to what was said under them, oldest first.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    waiting: list[Event] = field(default_factory=list)
    arriving: list[Event] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    known_routine: dict[str, str] = field(default_factory=dict)

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

    def digest_of(self, id: str) -> str | None:
        """What the event of that id said, if it was told and is remembered."""
        name = short_key(id)
        return self.known.get(name) or self.known_routine.get(name)

    def remember(self, event: Event) -> None:
        """Know the event's id from now on; the oldest ids give way, those of routine among themselves."""
        ids, most = (self.known_routine, ROUTINE_IDS_KEPT) if event.fields().routine else (self.known, IDS_KEPT)
        ids[short_key(event.id)] = event.digest()
        while len(ids) > most:
            del ids[next(iter(ids))]

    def forget(self, event: Event) -> None:
        """Let the id go of an event that was not taken in after all: told again it is judged anew."""
        self.known.pop(short_key(event.id), None)
        self.known_routine.pop(short_key(event.id), None)
