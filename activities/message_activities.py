"""Messages to customers: emails, surveys and invitations."""

from temporalio import activity

from activities.ledger.ledger import Ledger
from activities.ledger.once import Provider, perform_once
from lifecycle.domain.touch import Receipt, Touch


class EmailActivities:
    """Each sends one message, once. Raises NotNow or UnderWay to be asked again; never waits long."""

    def __init__(self, ledger: Ledger, mail: Provider) -> None:
        self.ledger = ledger
        self.mail = mail

    @activity.defn
    async def send_email(self, touch: Touch) -> Receipt:
        """Send the message that the touch's template makes."""
        return await perform_once(self.ledger, touch, self.mail)

    @activity.defn
    async def send_survey(self, touch: Touch) -> Receipt:
        """Send the questions that the touch's template makes; the answer comes by the message's link, or by reply."""
        return await perform_once(self.ledger, touch, self.mail)

    @activity.defn
    async def schedule_meeting(self, touch: Touch) -> Receipt:
        """Send the invitation to everybody it is for."""
        return await perform_once(self.ledger, touch, self.mail)
