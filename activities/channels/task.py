"""Tasks for people of ours."""

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.transport import Transport
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class TaskChannel(Channel):
    """Something for a person of ours to do."""

    kind = TouchKind.TASK

    @staticmethod
    def choose_transport(transports: Transports) -> Transport:
        """The URL for tasks, Slack, or the outbox."""
        return transports.endpoint_slack_or_outbox(transports.settings.tasks_url, TouchKind.TASK)

    @activity.defn(name="create_task")
    async def perform(self, touch: Touch) -> Receipt:
        """Give a person of ours something to do by `touch.deadline`."""
        return await self.perform_once(touch)
