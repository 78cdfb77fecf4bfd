"""A touch, as the engine asks for it and as the world answers."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from lifecycle.domain.bounds import short_key
from lifecycle.domain.enums import Category, Outcome, Tier, TouchKind
from lifecycle.domain.model import Instant, Scalar
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.record import RecordLines

ABOUT_UNKNOWN = "unknown"
"""The group of a task's values that says about which touch it asks whether that was done; no other touch has such a group."""

ABOUT_UNKNOWN_STEP = re.compile(r"\.unknown(-\d+)?$")
"""How the step of such a task's key ends, behind that of the touch; no step of a playbook may."""

TAKEN_BACK_STEP = re.compile(r"\.cancelled(-\d+)?$")
"""How the step of the key ends that takes an invitation back, behind that of the invitation; no step of a playbook may."""

CATCH_UP = "catch_up"
"""The play of the task that lists what a late start has missed, which no play of a playbook may be called; and the group of its values."""

LIST = "list:"
"""How the name of an owner's list begins, which stands where a touch has its customer: no customer's id may have a colon."""

LONGEST_KEPT = 60
"""Characters of a touch key where it is only remembered."""


def name_of_touch(key: str) -> str:
    """What stands for a touch where it is only remembered: its key, or of a long one a hash, with the term and the play behind it."""
    if len(key) <= LONGEST_KEPT:
        return key
    _, term, play, *_ = key.split("/")
    return f"{short_key(key)}/{term}/{play}"


def _nothing(value: object) -> bool:
    return not value


@dataclass(slots=True, kw_only=True)
class Recipient:
    """Whom a message goes to."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    email: str
    phone: str = ""

    @classmethod
    def of(cls, contact: Contact) -> "Recipient":
        """The contact, with every address that a channel may use."""
        return cls(name=contact.name, email=contact.email, phone=contact.phone)


@dataclass(slots=True, kw_only=True)
class Touch:
    """One thing to do to or for a customer, once: `key` is `customer/term/play/occurrence/step` and never anything else.

    `at` is the moment it counts as done at (activities take the time from here, never from a clock), `due` when it
    became due, `not_after` the last moment at which it may still be done. `counts_for` is the visit to a stage that
    `once: stage` counts by. `values` is everything its template may say. One that `cancels` takes an invitation back, whose subject is its `text`.
    `tier` is the customer's when it was asked for; None in what an older build asked for. What it `carries` into the record besides is no part
    of it: only the activity that is asked for has it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    key: str
    kind: TouchKind
    name: str
    customer: str
    term: int
    counts_for: str
    playbook: str
    play: str
    at: Instant
    due: Instant
    not_after: Instant
    timezone: str
    country: str
    language: str = "en"
    to: list[Recipient] = field(default_factory=list)
    category: Category = Category.OPERATIONAL
    template: str = ""
    owner: str = ""
    text: str = ""
    level: int = 0
    starts: Instant | None = None
    ends: Instant | None = None
    deadline: Instant | None = None
    sequence: int = 0
    cancels: Annotated[bool, Field(exclude_if=_nothing)] = False
    tier: Annotated[Tier | None, Field(exclude_if=_nothing)] = None
    values: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    carries: Annotated[RecordLines | None, Field(exclude_if=_nothing)] = None


class Answer(StrEnum):
    """What performing a touch led to."""

    DONE = "done"
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    HELD = "held"


OUTCOME_OF_ANSWER = {
    Answer.DONE: Outcome.SENT,
    Answer.UNKNOWN: Outcome.UNKNOWN,
    Answer.REFUSED: Outcome.FAILED,
    Answer.RETRY: Outcome.CANCELLED,
    Answer.WITHDRAWN: Outcome.CANCELLED,
    Answer.HELD: Outcome.CANCELLED,
}
"""What becomes of a touch by its answer. RETRY and HELD become one only where the touch is not asked for again."""


@dataclass(slots=True, kw_only=True)
class HeldBy:
    """The number of the hold that keeps a touch from acting, who placed it, and why."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    hold: int
    by: str
    why: str

    @property
    def words(self) -> str:
        """As status and timeline say it."""
        return f"held by {self.by}, because {self.why}"


@dataclass(slots=True, kw_only=True)
class Receipt:
    """The answer to a touch. RETRY: the provider could not now, ask again later; REFUSED: it never will;
    UNKNOWN: nobody can tell whether it happened, a person must look; WITHDRAWN: it was called off before it acted;
    HELD: it did not act now, for a hold stands (`held`), and is asked for again when that is released.
    `subject` is that of a message as it was sent, or may have been; a receipt of a build up to 0.1.0 has none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    key: str
    answer: Answer
    reference: str = ""
    why: str = ""
    subject: str = ""
    held: HeldBy | None = None


@dataclass(slots=True, kw_only=True)
class Record:
    """What became of a touch that did not simply go out, for the ledger. `to` are the addresses it would have gone to, where they are known."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    key: str
    customer: str
    play: str
    name: str
    kind: str
    outcome: Outcome
    at: Instant
    why: str
    to: Annotated[list[str], Field(exclude_if=_nothing)] = field(default_factory=list)
