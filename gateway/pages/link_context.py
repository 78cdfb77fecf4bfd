"""A valid link and what is needed to answer its holder, and the reasons why a link does nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from activities.mail.links import Link
from gateway.pages.wording import Notice, PageWording
from lifecycle.domain.texts.languages import said_somehow
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.policy import Company


class LinkProblem(Enum):
    """Why a link does nothing."""

    BAD = auto()
    EXPIRED = auto()
    CLOSED = auto()
    UNAVAILABLE = auto()
    TOO_MANY = auto()
    UNREADABLE = auto()

    @property
    def http_status(self) -> int:
        """The HTTP status of the page that says so."""
        match self:
            case LinkProblem.BAD:
                return 404
            case LinkProblem.EXPIRED | LinkProblem.CLOSED:
                return 410
            case LinkProblem.UNAVAILABLE:
                return 503
            case LinkProblem.TOO_MANY:
                return 429
            case LinkProblem.UNREADABLE:
                return 400

    def notice(self, words: PageWording) -> Notice:
        """What the page says."""
        match self:
            case LinkProblem.BAD:
                return words.problem.bad
            case LinkProblem.EXPIRED:
                return words.problem.expired
            case LinkProblem.CLOSED:
                return words.problem.closed
            case LinkProblem.UNAVAILABLE:
                return words.problem.unavailable
            case LinkProblem.TOO_MANY:
                return words.problem.too_many
            case LinkProblem.UNREADABLE:
                return words.problem.unreadable


class LinkRefused(Exception):
    """The link cannot do what its holder asks, for the reason in `problem`."""

    def __init__(self, problem: LinkProblem) -> None:
        self.problem = problem
        super().__init__(problem.name)


@dataclass(frozen=True, slots=True)
class LinkContext:
    """A valid link, and what is needed to answer its holder. `now` is the customer's time, in UTC."""

    link: Link
    token: str
    words: PageWording
    playbook: Playbook | None
    now: datetime

    def said(self, wording: str | dict[str, str]) -> str:
        """Words of the playbook in the link's language, which is that of its message."""
        return said_somehow(wording, self.link.language, self.playbook.language) if self.playbook is not None else ""

    @property
    def company(self) -> Company | None:
        """The company whose page it is; None if its playbook is no longer published."""
        return self.playbook.company if self.playbook is not None else None
