"""Webhooks: calls to systems of ours, by name."""

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.transport import Transport
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class WebhookChannel(Channel):
    """A call to the URL that the settings give to the touch's name."""

    kind = TouchKind.WEBHOOK

    @staticmethod
    def choose_transport(transports: Transports) -> Transport:
        """The webhook of the touch's name, or the outbox."""
        return transports.webhooks_or_outbox(TouchKind.WEBHOOK)

    @activity.defn(name="call_webhook")
    async def perform(self, touch: Touch) -> Receipt:
        """Call the URL that the settings give to the webhook of this name."""
        return await self.perform_once(touch)
