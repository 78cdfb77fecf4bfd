"""What the ledger asks of whatever does an act: a mail server, somebody's HTTP endpoint, a folder."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lifecycle.domain.touch import Touch

MarkActing = Callable[[], Awaitable[None]]
"""What a transport awaits right before the irreversible instant. It raises LostClaim when the act must not be done."""


class Verdict(StrEnum):
    """What a transport can say about an earlier attempt that was cut short."""

    DONE = "done"
    NOT_DONE = "not done"
    MAY_REPEAT = "may repeat"
    NOBODY_KNOWS = "nobody knows"


@dataclass(frozen=True)
class EarlierAttempt:
    """What became of an attempt that was cut short. MAY_REPEAT: nobody can tell, and doing it again is harmless.

    `reference` and `subject` are as those of a delivery, where they are known.
    """

    verdict: Verdict
    reference: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Delivery:
    """The act was done: the other side's reference for it, what is worth saying besides, and a message's subject as it went out."""

    reference: str
    why: str = ""
    subject: str = ""


class Transport(Protocol):
    """Carries touches, each by its durable key, and can be asked what became of one."""

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """What became of an attempt at this touch that was cut short after its mark."""

    async def act(self, touch: Touch, mark: MarkActing) -> Delivery:
        """Do it, awaiting `mark` right before the instant that cannot be taken back.

        Raises Refused if it never will be done and NotNow if it certainly was not done now. Any other exception
        means: not done, if it comes before the mark; perhaps done, if it comes after.
        """
