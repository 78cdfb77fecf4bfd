"""Links in mails: what one says is encrypted and signed, so that nobody reads, alters or makes one.

A link is made anew at each attempt at a touch and is the same each time (AES-SIV): the message does not change.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import SecretStr, ValidationError

from lifecycle.model import Frozen, Instant


class Purpose(StrEnum):
    """What a link lets its holder do; also the first part of its path."""

    UNSUBSCRIBE = "unsubscribe"
    ANSWER = "answer"
    MEETING = "meeting"
    MILESTONE = "milestone"


LASTS = {
    Purpose.UNSUBSCRIBE: timedelta(days=400),
    Purpose.ANSWER: timedelta(days=60),
    Purpose.MEETING: timedelta(days=60),
    Purpose.MILESTONE: timedelta(days=120),
}
"""How long after its message a link works."""

_LONGEST = 4096


class Link(Frozen):
    """One thing that one contact may tell us of one customer. `about` is its category, survey, meeting or milestone;
    `touch` names the message it came in; `contacts` are the addresses that message went to.
    """

    purpose: Purpose
    customer: str
    contacts: tuple[str, ...]
    about: str
    touch: str
    language: str
    expires: Instant


class BadLink(Exception):
    """No link of ours, or one made with a secret that is no longer accepted."""


class ExpiredLink(Exception):
    """A link of ours whose time is over; `link` says what it was."""

    def __init__(self, link: Link) -> None:
        self.link = link
        super().__init__(f"expired {link.expires:%Y-%m-%d}")


class Seal:
    """Makes and reads links. The first secret makes them, all of them read."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        self._keys = [AESSIV(_key(secret)) for secret in secrets]

    def seal(self, link: Link) -> str:
        """The link as text that is safe in a URL's path."""
        plain = link.model_dump_json().encode()
        return base64.urlsafe_b64encode(self._keys[0].encrypt(plain, [link.purpose.value.encode()])).rstrip(b"=").decode()

    def open(self, token: str, purpose: Purpose, now: datetime) -> Link:
        """What the link says. Raises BadLink, or ExpiredLink."""
        link = self._read(token, purpose)
        if now >= link.expires:
            raise ExpiredLink(link)
        return link

    def _read(self, token: str, purpose: Purpose) -> Link:
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True) if len(token) <= _LONGEST else b""
        except ValueError:
            raise BadLink from None
        for key in self._keys:
            try:
                return Link.model_validate_json(key.decrypt(sealed, [purpose.value.encode()]))
            except (InvalidTag, ValueError, ValidationError):
                continue
        raise BadLink


def _key(secret: SecretStr) -> bytes:
    return hashlib.blake2b(secret.get_secret_value().encode(), digest_size=32, person=b"evergreen-links").digest()
