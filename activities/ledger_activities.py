"""What the workflow tells the ledger besides the touches themselves."""

import asyncio

from temporalio import activity

from activities.channels.providers import Providers
from activities.ledger.ledger import Ledger
from activities.ledger.once import withdraw_once
from lifecycle.domain.touch import Receipt, Record, Touch


class LedgerActivities:
    """Calling touches off, and keeping what became of those that did not go out."""

    def __init__(self, ledger: Ledger, providers: Providers) -> None:
        self.ledger = ledger
        self.providers = providers

    @activity.defn
    async def withdraw_touch(self, touch: Touch) -> Receipt:
        """See to it that the touch never acts, or say what became of it. Raises UnderWay while an attempt is acting."""
        return await withdraw_once(self.ledger, touch, self.providers.of(touch))

    @activity.defn
    async def record_touches(self, records: list[Record]) -> None:
        """Keep these outcomes; telling them again changes nothing."""
        await asyncio.to_thread(self.ledger.record, records)
