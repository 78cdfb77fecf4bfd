"""Offers, made good by the system that bills."""

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.transport import Transport
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class OfferChannel(Channel):
    """An offer to the customer."""

    kind = TouchKind.OFFER

    @staticmethod
    def choose_transport(transports: Transports) -> Transport:
        """The URL for offers, or the outbox."""
        return transports.endpoint_or_outbox(transports.settings.offers_url, TouchKind.OFFER)

    @activity.defn(name="grant_offer")
    async def perform(self, touch: Touch) -> Receipt:
        """Have an offer made good."""
        return await self.perform_once(touch)
