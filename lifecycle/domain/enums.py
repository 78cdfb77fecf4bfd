"""The field's words, each once: every enum that code, playbooks, command line and UI share."""

from enum import StrEnum
from typing import assert_never


class Stage(StrEnum):
    """Where in its life a customer stands. One workflow run per stage."""

    TRIAL = "trial"
    ONBOARDING = "onboarding"
    GROWTH = "growth"
    RENEWAL = "renewal"
    LAPSED = "lapsed"
    WIN_BACK = "win_back"
    FAREWELL = "farewell"
    CLOSED = "closed"

    @property
    def has_left(self) -> bool:
        """Whether somebody in it is no customer any more."""
        return self in (Stage.WIN_BACK, Stage.FAREWELL, Stage.CLOSED)


class Tier(StrEnum):
    """How much service a customer's contract carries (R12)."""

    A = "A"
    B = "B"
    C = "C"


class TouchKind(StrEnum):
    """What is done to or for a customer."""

    EMAIL = "email"
    MEETING = "meeting"
    SURVEY = "survey"
    TASK = "task"
    ESCALATE = "escalate"
    OFFER = "offer"
    WEBHOOK = "webhook"

    @property
    def plural(self) -> str:
        """What several are called."""
        return "escalations" if self is TouchKind.ESCALATE else f"{self.value}s"

    @property
    def reaches_the_customer(self) -> bool:
        """True where the contact policy applies; the others are internal."""
        match self:
            case TouchKind.EMAIL | TouchKind.MEETING | TouchKind.SURVEY:
                return True
            case TouchKind.TASK | TouchKind.ESCALATE | TouchKind.OFFER | TouchKind.WEBHOOK:
                return False
        assert_never(self)

    @property
    def asks_one_of_ours(self) -> bool:
        """True where a person of ours is to act, and so is reached at work."""
        return self is TouchKind.TASK or self is TouchKind.ESCALATE


class Subject(StrEnum):
    """What a customer or one of ours answers: the first part of the event types that answer it, and the field in which they name it."""

    MEETING = "meeting"
    SURVEY = "survey"
    TASK = "task"
    OFFER = "offer"


class Category(StrEnum):
    """What a message is about; a contact opts out by category."""

    OPERATIONAL = "operational"
    SUCCESS = "success"
    SURVEY = "survey"
    OFFER = "offer"


class Outcome(StrEnum):
    """What became of a touch."""

    SENT = "sent"
    DELAYED = "delayed"
    SUPPRESSED = "suppressed"
    MISSED = "missed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Resolution(StrEnum):
    """A person's word on a touch of which nobody knew whether it was sent. AGAIN: it was not, and is to be done again."""

    SENT = "sent"
    NOT_SENT = "not sent"
    AGAIN = "again"


class Role(StrEnum):
    """What a contact is to the customer's use of the product."""

    CHAMPION = "champion"
    SPONSOR = "sponsor"
    ADMIN = "admin"
    USER = "user"
    BILLING = "billing"


class Stance(StrEnum):
    """How a contact takes to change (R19)."""

    REFORMER = "reformer"
    NEUTRAL = "neutral"
    CONSERVATIVE = "conservative"


class Band(StrEnum):
    """Health in one word: green from 70, yellow from 40, red below, unknown while nothing is known."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"


class MilestoneKind(StrEnum):
    """Functional milestones complete from product data (R24), customer milestones by a person's word (R25)."""

    FUNCTIONAL = "functional"
    CUSTOMER = "customer"


class Renews(StrEnum):
    """How a contract goes on at its term's end: when somebody decides so, by itself unless it was cancelled in time, or without any end."""

    BY_DECISION = "by_decision"
    AUTOMATIC = "automatic"
    ROLLING = "rolling"


class ChurnKind(StrEnum):
    """Left by its own choice, ceased to exist (R57), or given up by us: the term is over and nobody has said a word."""

    CHOICE = "choice"
    NATURAL = "natural"
    NO_DECISION = "no_decision"


class OnChange(StrEnum):
    """What a keyed run does when its trigger comes again under its key and says something else: see it and go on, or begin again."""

    GO_ON = "go_on"
    RESTART = "restart"


class Per(StrEnum):
    """What `once` and `cooldown` of a keyed play count for: each key by itself, or the customer."""

    KEY = "key"
    CUSTOMER = "customer"


class Once(StrEnum):
    """How often something may go out."""

    STAGE = "stage"
    TERM = "term"
    EVER = "ever"
