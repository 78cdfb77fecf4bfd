"""What the ledger asks of whatever does an act: a mail server, somebody's HTTP endpoint, a folder.

How an attempt ends is one of these, and each transport says which:

| it ended | how a transport says so | what follows |
|---|---|---|
| done | `act` returns a Delivery | the touch is confirmed |
| certainly not done, and may be later | NotNow, at any moment; any exception before the mark | asked again, looked at anew |
| certainly not done, and never will be | Refused | failed |
| perhaps done, but not by this asking | KeyTaken | asked again after a first attempt, unknown after a later one |
| perhaps done | any other exception after the mark; a process killed after it | `find_earlier_attempt` is asked |

Once an attempt was perhaps done, what was asked is kept in the ledger and asked again byte for byte, where that is harmless,
and a refusal says nothing of the attempt before: the touch is unknown then, and not failed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from pydantic import ConfigDict, TypeAdapter

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

    `reference` is as that of a delivery and `subject` as that of a request, where they are known.
    """

    verdict: Verdict
    reference: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Delivery:
    """The act was done: the other side's reference for it, and what is worth saying besides."""

    reference: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of the other side, to the byte.

    `destination` says which other side that is, without a secret. `to` are the addresses that the touch names, `sender` and `recipients`
    the envelope of a message, `subject` what its reader sees first. `reference` and `why` are what its receipt will say, where that is known before.
    """

    # Any bytes come back as they were.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    destination: str
    content: bytes
    to: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    reference: str = ""
    why: str = ""

    def goes_to(self, touch: Touch) -> bool:
        """Whether it goes to exactly those whom the touch names now."""
        return self.to == addresses_of(touch)

    def as_json(self) -> str:
        """The request as the ledger keeps it."""
        return _REQUESTS.dump_json(self, exclude_defaults=True).decode()

    @staticmethod
    def from_json(text: str) -> "Request":
        """What the ledger has kept."""
        return _REQUESTS.validate_json(text)


_REQUESTS = TypeAdapter(Request)


def addresses_of(touch: Touch) -> tuple[str, ...]:
    """Whom the touch goes to, in its own order."""
    return tuple(to.email for to in touch.to)


class Transport(Protocol):
    """Carries touches, each by its durable key, and can be asked what became of one."""

    def destination(self, touch: Touch) -> str:
        """Which other side the touch goes to, without a secret: asked again, a request goes to the same one or nowhere."""

    async def prepare(self, touch: Touch) -> Request:
        """What is to be asked for that touch; nothing is done yet. Raises Refused if it never can be, NotNow if it cannot be now."""

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """What became of an attempt at this touch that was cut short after its mark."""

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        """Ask exactly that, awaiting `mark` right before the instant that cannot be taken back.

        Raises Refused if it never will be done and NotNow if it certainly was not done now. Any other exception
        means: not done, if it comes before the mark; perhaps done, if it comes after.
        """
