"""Messages as the tests compose them, of one playbook at hand, and read back as a mail reader reads them."""

import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage

from pydantic import SecretStr

from activities.ledger.invitations import Invitations
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore, PublishedPlaybook
from activities.mail.meeting_uids import MeetingUids
from activities.mail.message import Composer
from lifecycle.domain.touch import Recipient, Touch
from tests.activities.building import TEMPLATES, a_playbook

PUBLISHED = PublishedPlaybook(a_playbook(), TEMPLATES)
PUBLIC = "https://gateway.customer-success.us.example"
SECRETS = (SecretStr("a-link-secret-that-nobody-could-guess"),)
ANA, BO = Recipient(name="Ana Silva", email="ana@acme.example"), Recipient(name="Bo Berg", email="bo@acme.example")


class OnePlaybook(PlaybookStore):
    """One playbook, at hand."""

    def __init__(self, published: PublishedPlaybook = PUBLISHED) -> None:
        self.published = published

    def get(self, ref: str) -> PublishedPlaybook:
        return self.published


class Nobody(PeopleStore):
    """No directory was ever published."""

    def __init__(self) -> None:
        """Without a database."""

    def newest(self) -> None:
        return None


class NothingSent(Invitations):
    """No invitation was ever sent, and the database's key is known."""

    def __init__(self) -> None:
        self._key = bytes(32)

    def first_known(self, uids: Sequence[str]) -> str | None:
        return None


def a_composer(published: PublishedPlaybook = PUBLISHED, public_url: str = "", link_secrets: Sequence[SecretStr] = ()) -> Composer:
    return Composer(OnePlaybook(published), Nobody(), MeetingUids(link_secrets, NothingSent()), public_url, link_secrets)


def composed(touch: Touch, public_url: str = "", published: PublishedPlaybook = PUBLISHED) -> EmailMessage:
    return message_from_bytes(a_composer(published, public_url, SECRETS).compose(touch).as_bytes(), policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def links(text: str, public: str, page: str) -> list[str]:
    return re.findall(rf"{re.escape(public)}/{page}/[A-Za-z0-9_-]+(?:\?\w+=\w+)?", text)
