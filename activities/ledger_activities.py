"""What the workflow tells the ledger besides the touches themselves."""

import asyncio
from collections.abc import Mapping

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.ledger import Ledger
from activities.ledger.lives import Lives, RecallLives, RememberLife
from activities.ledger.resolutions import Resolutions, Resolved, ResolveTouch
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.record import RecordLines
from lifecycle.domain.touch import Receipt, Record, Touch


class WriteDown(Frozen):
    """Outcomes of a customer's touches that did not go out, and lines of its record: some of both, or of one."""

    customer: str
    records: list[Record] = []
    carries: RecordLines | None = None


class LedgerActivities:
    """Calling touches off, keeping what became of those that did not go out, and what persons say of the unknown ones."""

    def __init__(self, ledger: Ledger, channels: Mapping[TouchKind, Channel]) -> None:
        self.ledger = ledger
        self.channels = channels
        self.resolutions = Resolutions(ledger.engine)
        self.lives = Lives(ledger.engine)

    @activity.defn
    async def withdraw_touch(self, touch: Touch) -> Receipt:
        """See to it that the touch never acts, or say what became of it. Raises UnderWay while an attempt is acting."""
        return await self.channels[touch.kind].withdraw(touch)

    @activity.defn
    async def record_touches(self, records: list[Record]) -> None:
        """Keep these outcomes; telling them again changes nothing. Builds before the record ask for it."""
        await asyncio.to_thread(self.ledger.record, records)

    @activity.defn
    async def resolve_touch(self, said: ResolveTouch) -> Resolved:
        """Take a person's word on an unknown touch. The same word again is answered as before, another one is refused."""
        return await asyncio.to_thread(self.resolutions.resolve, said)

    @activity.defn
    async def recall_lives(self, asked: RecallLives) -> EarlierLives:
        """What is known of the customer from before that life; asked again by the same life, the same."""
        return await asyncio.to_thread(self.lives.recall, asked)

    @activity.defn
    async def remember_life(self, told: RememberLife) -> None:
        """Keep what the life leaves behind for one after it; told again it changes nothing."""
        await asyncio.to_thread(self.lives.remember, told)

    @activity.defn
    async def write_down(self, told: WriteDown) -> None:
        """Keep outcomes of touches, and lines of the record; telling them again changes nothing."""
        await asyncio.to_thread(self.ledger.record, told.records, told.carries, told.customer)
