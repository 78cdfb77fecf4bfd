"""The transports that the settings give; each channel chooses its own among them."""

import httpx

from activities.ledger.failures import scrub
from activities.ledger.invitations import Invitations
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.ledger.transport import Transport
from activities.mail.meeting_uids import MeetingUids
from activities.mail.message import Composer
from activities.mail.mime import OutgoingMessage
from activities.mail.redirection import TouchAsMail
from activities.settings import Settings
from activities.transports.by_name import TransportByName
from activities.transports.endpoint import Endpoint, build_outbox_file, request_json
from activities.transports.outbox import MAIL, Maildir, OutboxFile, OutboxFolder
from activities.transports.signing import Signer
from activities.transports.slack import SlackWebhook
from activities.transports.smtp import ComposeMessage, MailServer
from lifecycle.domain.enums import TouchKind


class Transports:
    """Makes transports from the settings. What the settings have no server or URL for goes into the outbox, a folder a kind.

    With `redirect` no URL is told anything: what it would be told goes to the one address, by the mail server, or into the outbox.
    """

    def __init__(self, settings: Settings, playbooks: PlaybookStore, people: PeopleStore, client: httpx.AsyncClient) -> None:
        self.settings = settings
        self.playbooks = playbooks
        self.people = people
        self.invitations = Invitations(playbooks.engine)
        uids = MeetingUids(settings.link_secrets, self.invitations)
        self.composer = Composer(playbooks, people, uids, settings.public_url, settings.link_secrets, settings.redirect)
        self._client = client
        self._signer = Signer(settings.outbound_secrets)

    def mail(self, compose: ComposeMessage) -> Transport:
        """The mail server for messages that `compose` makes, or the outbox's Maildir."""
        server = self.settings.smtp_url.get_secret_value()
        if server:
            return MailServer(server, compose, self.settings.http_timeout)
        return Maildir(self.settings.outbox / MAIL, lambda touch: _mail_file(compose(touch)))

    def endpoint_or_outbox(self, url: str, kind: TouchKind) -> Transport:
        """The endpoint at that URL, or the kind's folder where the URL is empty."""
        if self.settings.redirect:
            return self._redirected(kind)
        return self._endpoint(url, f"the {kind.value} URL") if url else self.outbox(kind)

    def endpoint_slack_or_outbox(self, url: str, kind: TouchKind) -> Transport:
        """The endpoint at that URL; where it is empty Slack, and where Slack has no URL either the kind's folder."""
        if not url and self.settings.slack_url and not self.settings.redirect:
            return SlackWebhook(self._client, self.settings.slack_url)
        return self.endpoint_or_outbox(url, kind)

    def webhooks_or_outbox(self, kind: TouchKind) -> Transport:
        """The webhook that has the touch's name, or the kind's folder for a name that the settings do not have."""
        if self.settings.redirect:
            return self._redirected(kind)
        webhooks = {name: self._endpoint(url, f"webhook '{name}'") for name, url in self.settings.webhooks.items()}
        return TransportByName(webhooks, self.outbox(kind))

    def outbox(self, kind: TouchKind) -> Transport:
        """The kind's folder in the outbox."""
        return OutboxFolder(self.settings.outbox / kind.value, build_outbox_file)

    def _redirected(self, kind: TouchKind) -> Transport:
        server = self.settings.smtp_url.get_secret_value()
        if not server:
            return self.outbox(kind)
        as_mail = TouchAsMail(self.playbooks, self.settings.redirect)
        return MailServer(server, lambda touch: as_mail.compose(touch, request_json(touch, indent=2)), self.settings.http_timeout)

    def _endpoint(self, url: str, what: str) -> Transport:
        return Endpoint(self._client, url, what, self._signer)


def _mail_file(message: OutgoingMessage) -> OutboxFile:
    return OutboxFile(message.content, message.message_id, message.subject, scrub(message.why_not_all))
