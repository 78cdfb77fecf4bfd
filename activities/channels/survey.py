"""Surveys by email."""

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.transport import Transport
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class SurveyChannel(Channel):
    """Questions by email; the answer comes by the message's link, or by reply."""

    kind = TouchKind.SURVEY

    @staticmethod
    def choose_transport(transports: Transports) -> Transport:
        """The mail server, or the outbox's Maildir."""
        return transports.mail(transports.composer.compose)

    @activity.defn(name="send_survey")
    async def perform(self, touch: Touch) -> Receipt:
        """Send the questions that the touch's template makes."""
        return await self.perform_once(touch)
