"""What a subject is: its slice of the state, the events that change it, what conditions see of it, what health makes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NamedTuple, TypeVar

from pydantic import ConfigDict

from lifecycle.domain.bounds import LONGEST_KEY, short_key
from lifecycle.domain.health import Measured
from lifecycle.domain.model import Instant, Scalar
from lifecycle.domain.people.customer import Customer
from lifecycle.facts.events import Event, EventData

TIMES_KEPT = 1400
IDS_OF_A_KIND_KEPT = 300

T = TypeVar("T")


@dataclass(frozen=True)
class Keyed:
    """A branch of what conditions see whose names are the playbook's own: its milestones, offers, surveys or meetings."""

    of: str
    each: type


@dataclass(frozen=True)
class Open:
    """A branch that may carry any name (the customer's own attributes)."""


Shape = object
"""What a name of the conditions holds: bool, int, float, str, an enum or Literal of texts, a TypedDict, Keyed or Open."""


@dataclass(frozen=True, slots=True)
class PlaybookNames:
    """The ids that conditions may name besides the vocabulary: the playbook's own."""

    milestones: tuple[str, ...] = ()
    functional: tuple[str, ...] = ()
    first_value: tuple[str, ...] = ()
    surveys: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class FactTimes:
    """When each single-valued fact came about that is known, by the fact's name; of a long one its hash stands behind what kind it is of."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    of: dict[str, Instant] = field(default_factory=dict)

    def known(self, fact: str, happened: datetime) -> bool:
        """Whether something later than that is known of the fact (UTC)."""
        known = self.since(fact)
        return known is not None and happened < known

    def since(self, fact: str) -> datetime | None:
        """When the fact came about (UTC); None if nothing is known of it."""
        return self.of.get(name_of_fact(fact))

    def knows_any(self, kind: str) -> bool:
        """Whether anything is known of a fact whose name begins so."""
        return any(name.startswith(kind) for name in self.of)

    def forget(self, fact: str) -> None:
        """Nothing is known of the fact any more."""
        self.of.pop(name_of_fact(fact), None)

    def newer(self, fact: str, happened: datetime) -> bool:
        """Whether a telling of that fact is the latest by when it happened (UTC); it then stands, and is remembered."""
        fact = name_of_fact(fact)
        known = self.of.get(fact)
        if known is not None and happened < known:
            return False
        self.of[fact] = happened
        if len(self.of) > TIMES_KEPT:
            del self.of[min(self.of, key=self.of.__getitem__)]
        return True


def name_of_fact(fact: str) -> str:
    """The name under which that fact's time is kept: at most LONGEST_KEY characters, or its kind and a hash."""
    if len(fact) <= LONGEST_KEY and (short := short_key(fact)) == fact:
        return short
    kind, _, of = fact.partition(" ")
    return f"{kind} {short_key(of, 0)}"


class Given(NamedTuple):
    """What a subject is given besides its slice when an event changes it."""

    customer: Customer
    times: FactTimes


Worked = Callable[[datetime, datetime], float]
"""How many working hours of the customer's owner pass from one moment to the other (UTC)."""


class Subject:
    """One subject of what is known of a customer. A subclass is its slice of the state.

    `sees` names what conditions see of it, and its shape; `seen` makes the values. An event type belongs to the subject
    whose `events` list it. `sees_of_key` names what a keyed play's conditions see of the one thing that a run is about, by the
    field of the key (`event.ticket` gives `ticket`); `seen_of_key` makes the values. `measures` are the factors of health that it can tell,
    by the names that playbooks call them.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    events: ClassVar[tuple[type[EventData], ...]] = ()
    sees: ClassVar[dict[str, Shape]] = {}
    sees_of_key: ClassVar[dict[str, Shape]] = {}
    measures: ClassVar[tuple[str, ...]] = ()

    def take_in(self, event: Event, given: Given) -> bool:
        """Change what is known by an event of this subject. False where it tells only facts of which something later is known:
        it then changes nothing, and starts, ends and answers nothing.
        """
        return True

    def took(self, event: Event, times: FactTimes, worked: Worked) -> dict[str, Scalar]:
        """What the record says of the event besides its own fields, asked before it is taken in: how long something took, for one."""
        return {}

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """The values of the names in `sees`, as plain texts, numbers, booleans and mappings of them."""
        return {}

    def seen_of_key(self, key: str) -> dict[str, object]:
        """The values of the name in `sees_of_key` for the thing with that key."""
        return {}

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """What that factor of health comes to at that moment (UTC) (R33); None while nothing is known of it."""
        raise AssertionError(name)


def bound(states: dict[str, T]) -> None:
    """Keep at most IDS_OF_A_KIND_KEPT: ids come from outside, and of too many the oldest give way."""
    if len(states) > IDS_OF_A_KIND_KEPT:
        del states[next(iter(states))]
