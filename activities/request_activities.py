"""Requests to people and systems of ours: tasks, escalations, offers and webhooks."""

from temporalio import activity

from activities.channels.providers import Providers
from activities.ledger.ledger import Ledger
from activities.ledger.once import perform_once
from lifecycle.domain.touch import Receipt, Touch


class RequestActivities:
    """Each tells one system of one thing, once. Raises NotNow or UnderWay to be asked again; never waits long."""

    def __init__(self, ledger: Ledger, providers: Providers) -> None:
        self.ledger = ledger
        self.providers = providers

    @activity.defn
    async def create_task(self, touch: Touch) -> Receipt:
        """Give a person of ours something to do by `touch.deadline`."""
        return await perform_once(self.ledger, touch, self.providers.of(touch))

    @activity.defn
    async def escalate(self, touch: Touch) -> Receipt:
        """Tell a role of ours that something needs it."""
        return await perform_once(self.ledger, touch, self.providers.of(touch))

    @activity.defn
    async def grant_offer(self, touch: Touch) -> Receipt:
        """Have an offer made good."""
        return await perform_once(self.ledger, touch, self.providers.of(touch))

    @activity.defn
    async def call_webhook(self, touch: Touch) -> Receipt:
        """Call the URL that the settings give to the webhook of this name."""
        return await perform_once(self.ledger, touch, self.providers.of(touch))
