"""Meetings, by invitations that calendars offer to accept."""

from temporalio import activity

from activities.channels.channel import Channel
from activities.ledger.transport import Transport
from activities.mail.message_links import local_time, message_identity
from activities.mail.mime import OutgoingMessage
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch


class MeetingChannel(Channel):
    """An invitation by email, or its being taken back. It is kept, so that a calendar's reply finds its customer and an old link says what has become of it."""

    kind = TouchKind.MEETING

    @staticmethod
    def choose_transport(transports: Transports) -> Transport:
        """The mail server, or the outbox's Maildir."""
        composer, invitations = transports.composer, transports.invitations

        def compose(touch: Touch) -> OutgoingMessage:
            message = composer.compose(touch)
            # Before it goes out: a guest may answer at once.
            uid = composer.uids.uid(touch, transports.playbooks.get(touch.playbook).playbook.company)
            invitations.keep(uid, touch, message_identity(touch), local_time(touch))
            return message

        return transports.mail(compose)

    @activity.defn(name="schedule_meeting")
    async def perform(self, touch: Touch) -> Receipt:
        """Send the invitation to everybody it is for."""
        return await self.perform_once(touch)
