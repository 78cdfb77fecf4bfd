"""A transport that does as a test says."""

from collections.abc import Awaitable, Callable

from activities.ledger.failures import NotNow, Refused
from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Request, Verdict, addresses_of
from lifecycle.domain.touch import Touch

Act = Callable[[MarkActing], Awaitable[Delivery]]


class Scripted:
    """Does its acts in turn, counts them, keeps what was asked, and knows of earlier ones what `verdict` says."""

    def __init__(self, verdict: Verdict, *acts: Act, to: str = "scripted") -> None:
        self.verdict = verdict
        self.acts = list(acts)
        self.acted = 0
        self.asked: list[Request] = []
        self.to = to

    def destination(self, touch: Touch) -> str:
        return self.to

    async def prepare(self, touch: Touch) -> Request:
        return Request(destination=self.to, content=repr(touch).encode(), to=addresses_of(touch), subject="Welcome, Ana")

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        return EarlierAttempt(self.verdict, "traced" if self.verdict is Verdict.DONE else "")

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        self.asked.append(request)
        done = await self.acts.pop(0)(mark)
        self.acted += 1
        return done


async def well(mark: MarkActing) -> Delivery:
    await mark()
    return Delivery("reference")


def failing(fault: BaseException, marked: bool) -> Act:
    async def act(mark: MarkActing) -> Delivery:
        if marked:
            await mark()
        raise fault

    return act


def refusing(why: str) -> Act:
    """Asked, the other side says that it never will."""
    return failing(Refused(why), True)


def away(why: str = "down") -> Act:
    """The other side cannot be reached."""
    return failing(NotNow(why), True)


def cut_short(why: str = "reset") -> Act:
    """The line breaks when the request has gone."""
    return failing(ConnectionResetError(why), True)
