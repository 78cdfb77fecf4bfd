"""Who does what: the provider of every kind of touch, as the settings have it."""

import httpx

from activities.mail import Composer
from activities.once import Provider
from activities.outbox import MAIL, Folder, Maildir, Sheet
from activities.playbook_store import PlaybookStore
from activities.posting import Endpoint, sheet
from activities.settings import Settings
from activities.smtp import MailServer
from lifecycle.touch import Touch
from lifecycle.words import TouchKind


class Providers:
    """One provider a kind of touch, and one a webhook."""

    def __init__(self, settings: Settings, playbooks: PlaybookStore, client: httpx.AsyncClient) -> None:
        composer = Composer(playbooks, settings.public_url, settings.link_secrets)
        server = settings.smtp_url.get_secret_value()
        self.mail: Provider = (
            MailServer(server, composer.message, settings.http_timeout)
            if server
            else Maildir(settings.outbox / MAIL, lambda touch: _letter(composer, touch))
        )
        urls = {TouchKind.TASK: settings.tasks_url, TouchKind.ESCALATE: settings.escalations_url, TouchKind.OFFER: settings.offers_url}
        self._files: dict[TouchKind, Provider] = {kind: Folder(settings.outbox / kind.value, sheet) for kind in (*urls, TouchKind.WEBHOOK)}
        self._urls: dict[TouchKind, Provider] = {kind: Endpoint(client, url, f"the {kind.value} URL") for kind, url in urls.items() if url}
        self._hooks: dict[str, Provider] = {name: Endpoint(client, url, f"webhook '{name}'") for name, url in settings.webhooks.items()}

    def of(self, touch: Touch) -> Provider:
        """Who does this touch."""
        if touch.kind.reaches_the_customer:
            return self.mail
        if touch.kind is TouchKind.WEBHOOK:
            return self._hooks.get(touch.name, self._files[touch.kind])
        return self._urls.get(touch.kind, self._files[touch.kind])


def _letter(composer: Composer, touch: Touch) -> Sheet:
    message = composer.message(touch)
    return Sheet(message.as_bytes(), str(message["Message-ID"]))
