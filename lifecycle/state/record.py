"""What the record is still to be told, and what a life remembers for it: open tasks, health a month ago, this week's usage."""

import operator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, NamedTuple

from pydantic import ConfigDict, Field, TypeAdapter

from lifecycle.domain.bounds import cut, json_size
from lifecycle.domain.model import Instant, Scalar
from lifecycle.domain.record import AT_ONCE, Fact, FactKind
from lifecycle.domain.touch import CATCH_UP

LONGEST_TEXT = 300
"""Bytes that a line keeps of one text."""

LINES_AT_ONCE = 200
"""Lines that one activity carries."""

MOST_WAITING = 14_000
"""Bytes of lines that a life hands on: with more it waits until the ledger has taken some."""

SOON_TOO_MANY = 8_000
"""Bytes of lines that wait for a touch: of more some go by themselves."""

TASKS_KEPT = 40
"""Open tasks that a life remembers, of too many the latest: what the record knows of an older one stays as it is."""

LONGEST_TASK = 250
"""Bytes of a task's key; one that is longer is not remembered as open."""

MUCH = 10
"""Points by which the score moves that have a line of their own at once."""

A_MONTH = timedelta(days=30)
DAYS_APART = 3
MARKS_KEPT = 12


_WhereThereIsSome = Field(exclude_if=operator.not_)

_FACT: TypeAdapter[Fact] = TypeAdapter(Fact)


@dataclass(slots=True, kw_only=True)
class OpenTask:
    """A task that was asked for and not told to be done: who is to do it, by its role (empty: the customer's owner), and by when (UTC), if that is
    known.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    owner: Annotated[str, Field(exclude_if=operator.not_)] = ""
    due: Instant | None = None
    snoozed_until: Annotated[Instant | None, Field(exclude_if=operator.not_)] = None


class TaskKey(NamedTuple):
    """What a task's touch key says: the run that asked for it (`term/play/occurrence`), its play, and the id of its step."""

    run: str
    play: str
    name: str

    @classmethod
    def of(cls, key: str) -> "TaskKey":
        """What that key says."""
        _, term, play, occurrence, name = key.split("/")
        return cls(f"{term}/{play}/{occurrence}", play, CATCH_UP if play == CATCH_UP else name)


@dataclass(slots=True, kw_only=True)
class WeekOfUsage:
    """The usage reports of one week (ISO 8601) by the customer's clock: how many, and the sum of what they say a day."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    week: str
    reports: int
    sum: float


@dataclass(slots=True, kw_only=True)
class HealthSaid:
    """What the record's last line of health says, and of which day (UTC)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    score: int
    band: str
    on: date


@dataclass(slots=True, kw_only=True)
class RecordState:
    """Lines that are not known to be written, the oldest first, and what further lines and the customer's row are made from.

    `number` is that of the latest line, `version` that of the latest state of the row that was sent. `unread` counts the customer's answers
    since one of ours last did something. `tasks` are open, by touch key. `health` is the score from each of these days on (UTC), to a day or
    two, of the last month and what stood at its beginning; `said` is what the record's last line of it says.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    number: int = 0
    version: int = 0
    waiting: Annotated[list[Fact], _WhereThereIsSome] = field(default_factory=list)
    tasks: Annotated[dict[str, OpenTask], _WhereThereIsSome] = field(default_factory=dict)
    unread: Annotated[int, _WhereThereIsSome] = 0
    health: Annotated[dict[date, int], _WhereThereIsSome] = field(default_factory=dict)
    said: Annotated[HealthSaid | None, _WhereThereIsSome] = None
    usage: Annotated[WeekOfUsage | None, _WhereThereIsSome] = None

    def add(
        self, at: datetime, kind: str, what: str = "", *, by: str = "", awaited: bool = False, data: dict[str, Scalar] | None = None
    ) -> None:
        """Write a line, to be carried into the record. What is empty is left out, and of a text the beginning is kept."""
        self.number += 1
        said: dict[str, Scalar] = {
            name: cut(value, LONGEST_TEXT) if isinstance(value, str) else value
            for name, value in (data or {}).items()
            if value not in ("", None)
        }
        urgent = awaited or kind in AT_ONCE
        self.waiting.append(
            Fact(
                number=self.number, at=at, kind=str(kind), what=cut(what, LONGEST_TEXT), by=cut(by, LONGEST_TEXT), data=said, urgent=urgent
            )
        )

    def deed(self, at: datetime, what: str, why: str, by: str) -> None:
        """Write the line of what an operator did; whatever the customer has answered was seen by then."""
        self.unread = 0
        self.add(at, FactKind.OPERATOR, what, by=by, data={"why": why})

    def written(self, numbers: set[int]) -> None:
        """The record has these lines."""
        self.waiting = [fact for fact in self.waiting if fact.number not in numbers]

    def size_of_waiting(self) -> int:
        """Bytes of the lines that wait."""
        return sum(len(_FACT.dump_json(fact)) + 1 for fact in self.waiting)

    def open_task(self, key: str, task: OpenTask) -> None:
        """The task was asked for."""
        if json_size(key) > LONGEST_TASK:
            return
        self.tasks[key] = task
        while len(self.tasks) > TASKS_KEPT:
            del self.tasks[next(iter(self.tasks))]

    def say_health(self, at: datetime, score: int, band: str, more: dict[str, Scalar]) -> None:
        """Write a line of health, if the last one says another band, a score that is far from it, or is a month old."""
        said, day = self.said, at.date()
        if said is not None and said.band == band and abs(said.score - score) < MUCH and day - said.on < A_MONTH:
            return
        self.said = HealthSaid(score=score, band=band, on=day)
        self.add(at, FactKind.HEALTH, data={"score": score, "band": band, **more})

    def mark_health(self, at: datetime, score: int) -> None:
        """The score is that from now on."""
        marks, day = self.health, at.date()
        latest = max(marks, default=None)
        if latest is not None and (day - latest).days < DAYS_APART:
            day = latest
        marks[day] = score
        before = [each for each in sorted(marks) if each <= (at - A_MONTH).date()]
        for each in before[:-1]:
            del marks[each]
        while len(marks) > MARKS_KEPT:
            del marks[min(marks)]

    def score_a_month_before(self, now: datetime) -> int | None:
        """The score as it was thirty days before that moment (UTC); None where nothing was known then."""
        before = [day for day in self.health if day <= (now - A_MONTH).date()]
        return self.health[max(before)] if before else None
