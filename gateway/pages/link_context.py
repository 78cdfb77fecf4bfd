"""Somebody at a page: with which link, in which words, and why a link may do nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from activities.mail.links import Link
from gateway.pages.wording import Notice, PageWording
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.policy import Company


class Trouble(Enum):
    """Why a link does nothing."""

    BAD = auto()
    EXPIRED = auto()
    CLOSED = auto()
    UNAVAILABLE = auto()
    TOO_MANY = auto()
    UNREADABLE = auto()

    @property
    def status(self) -> int:
        """The HTTP status that says so."""
        match self:
            case Trouble.BAD:
                return 404
            case Trouble.EXPIRED | Trouble.CLOSED:
                return 410
            case Trouble.UNAVAILABLE:
                return 503
            case Trouble.TOO_MANY:
                return 429
            case Trouble.UNREADABLE:
                return 400

    def notice(self, words: PageWording) -> Notice:
        """What the page says."""
        match self:
            case Trouble.BAD:
                return words.trouble.bad
            case Trouble.EXPIRED:
                return words.trouble.expired
            case Trouble.CLOSED:
                return words.trouble.closed
            case Trouble.UNAVAILABLE:
                return words.trouble.unavailable
            case Trouble.TOO_MANY:
                return words.trouble.too_many
            case Trouble.UNREADABLE:
                return words.trouble.unreadable


class Turned(Exception):
    """The visitor is turned away."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.name)


@dataclass(frozen=True, slots=True)
class Visit:
    """A link that works, and what is needed to answer whoever holds it. `now` is the customer's time, in UTC."""

    link: Link
    token: str
    words: PageWording
    playbook: Playbook | None
    now: datetime

    @property
    def company(self) -> Company | None:
        """Whose page it is; None if its playbook is no longer published."""
        return self.playbook.company if self.playbook is not None else None
