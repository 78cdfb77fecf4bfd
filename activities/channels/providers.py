"""Who does what: the provider of every kind of touch, as the settings have it."""

from email.message import EmailMessage

import httpx

from activities.channels.endpoint import Endpoint, sheet
from activities.channels.outbox import MAIL, Folder, Maildir, Sheet
from activities.channels.slack import SlackChannel
from activities.channels.smtp import MailServer
from activities.ledger.invitations import Invitations
from activities.ledger.once import Provider
from activities.ledger.playbook_store import PlaybookStore
from activities.mail.message import Composer
from activities.settings import Settings
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Touch


class Providers:
    """One provider a kind of touch, and one a webhook."""

    def __init__(self, settings: Settings, playbooks: PlaybookStore, client: httpx.AsyncClient) -> None:
        composer = Composer(playbooks, settings.public_url, settings.link_secrets)
        invitations = Invitations(playbooks.engine)

        def compose(touch: Touch) -> EmailMessage:
            message = composer.message(touch)
            if touch.kind is TouchKind.MEETING:
                # Before it goes out: a guest may answer at once.
                invitations.keep(touch, playbooks.get(touch.playbook).playbook.company)
            return message

        server = settings.smtp_url.get_secret_value()
        self.mail: Provider = (
            MailServer(server, compose, settings.http_timeout)
            if server
            else Maildir(settings.outbox / MAIL, lambda touch: _letter(compose(touch)))
        )
        urls = {TouchKind.TASK: settings.tasks_url, TouchKind.ESCALATE: settings.escalations_url, TouchKind.OFFER: settings.offers_url}
        self._files: dict[TouchKind, Provider] = {kind: Folder(settings.outbox / kind.value, sheet) for kind in (*urls, TouchKind.WEBHOOK)}
        self._urls: dict[TouchKind, Provider] = {kind: Endpoint(client, url, f"the {kind.value} URL") for kind, url in urls.items() if url}
        for kind in (TouchKind.TASK, TouchKind.ESCALATE):
            if settings.slack_url and kind not in self._urls:
                self._urls[kind] = SlackChannel(client, settings.slack_url)
        self._hooks: dict[str, Provider] = {name: Endpoint(client, url, f"webhook '{name}'") for name, url in settings.webhooks.items()}

    def of(self, touch: Touch) -> Provider:
        """Who does this touch."""
        if touch.kind.reaches_the_customer:
            return self.mail
        if touch.kind is TouchKind.WEBHOOK:
            return self._hooks.get(touch.name, self._files[touch.kind])
        return self._urls.get(touch.kind, self._files[touch.kind])


def _letter(message: EmailMessage) -> Sheet:
    return Sheet(message.as_bytes(), str(message["Message-ID"]))
