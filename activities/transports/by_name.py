"""One transport a name, for touches of one kind that go to different places."""

from collections.abc import Mapping

from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Request, Transport
from lifecycle.domain.touch import Touch


class TransportByName:
    """The transport that has the touch's name, or `otherwise` for a name that none has."""

    def __init__(self, transports: Mapping[str, Transport], otherwise: Transport) -> None:
        self.transports = transports
        self.otherwise = otherwise

    def destination(self, touch: Touch) -> str:
        """Where that transport carries it."""
        return self._of(touch).destination(touch)

    async def prepare(self, touch: Touch) -> Request:
        """What that transport asks for."""
        return await self._of(touch).prepare(touch)

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """What that transport says."""
        return await self._of(touch).find_earlier_attempt(touch)

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        """What that transport does."""
        return await self._of(touch).act(touch, request, mark)

    def _of(self, touch: Touch) -> Transport:
        return self.transports.get(touch.name, self.otherwise)
