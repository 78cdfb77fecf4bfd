"""What every channel is: one kind of touch, the transport that carries it, and the Temporal activity that does it."""

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

from activities.ledger.ledger import Ledger
from activities.ledger.once import perform_once, withdraw_once
from activities.ledger.published.assigning import assigned
from activities.ledger.transport import Transport
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class Channel(ABC):
    """Does the touches of one kind, each once."""

    kind: ClassVar[TouchKind]

    def __init__(self, ledger: Ledger, transports: Transports) -> None:
        self.ledger = ledger
        self.people = transports.people
        self.transport = self.choose_transport(transports)

    @staticmethod
    @abstractmethod
    def choose_transport(transports: Transports) -> Transport:
        """What carries this kind, as the settings have it."""

    @abstractmethod
    async def perform(self, touch: Touch) -> Receipt:
        """Do the touch, once: decorate it with `@activity.defn(name=...)`. A name stands in recorded histories and is never changed.

        Raises NotNow or UnderWay to be asked again; never waits long.
        """

    async def perform_once(self, touch: Touch) -> Receipt:
        """Do the touch unless it was done, and say what became of it. Raises NotNow or UnderWay to be asked again."""
        if touch.kind.asks_one_of_ours:
            touch = await asyncio.to_thread(assigned, touch, self.people)
        return await perform_once(self.ledger, touch, self.transport)

    async def withdraw(self, touch: Touch) -> Receipt:
        """See to it that the touch never acts, or say what became of it. Raises UnderWay while an attempt is acting."""
        return await withdraw_once(self.ledger, touch, self.transport)
