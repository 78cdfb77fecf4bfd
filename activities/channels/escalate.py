"""Escalations to a role of ours."""

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.transport import Transport
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class EscalateChannel(Channel):
    """Word to a role of ours that something needs it; `touch.level` 1 is the gravest."""

    kind = TouchKind.ESCALATE

    @staticmethod
    def choose_transport(transports: Transports) -> Transport:
        """The URL for escalations, Slack, or the outbox."""
        return transports.endpoint_slack_or_outbox(transports.settings.escalations_url, TouchKind.ESCALATE)

    @activity.defn(name="escalate")
    async def perform(self, touch: Touch) -> Receipt:
        """Tell a role of ours that something needs it."""
        return await self.perform_once(touch)
