"""Links in mails: what one says is encrypted and signed, so that nobody reads, alters or makes one.

A link is made anew at each attempt at a touch and is the same each time (AES-SIV): the message does not change.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import AfterValidator, SecretStr, ValidationError

from lifecycle.domain.model import Frozen, Instant


class Purpose(StrEnum):
    """What a link lets its holder do; also the first part of its path."""

    UNSUBSCRIBE = "unsubscribe"
    ANSWER = "answer"
    MEETING = "meeting"
    MILESTONE = "milestone"


LINK_LIFETIMES = {
    Purpose.UNSUBSCRIBE: timedelta(days=400),
    Purpose.ANSWER: timedelta(days=60),
    Purpose.MEETING: timedelta(days=60),
    Purpose.MILESTONE: timedelta(days=120),
}
"""How long after its message a link works; a meeting's works until the meeting ends."""

MAX_TOKEN_LENGTH = 4096
"""Characters of a token at the most."""


class Link(Frozen):
    """One thing that the contacts of one message may tell us of one customer.

    `about` is its category, survey, meeting or milestone; `touch` names the message, without a word about the customer;
    `contacts` are the addresses that it went to; `playbook` is the version that made it; `when` is a meeting's own local
    time, to be shown, `uid` its name in calendars, `question` what a survey asks, as its message has it; links of older releases
    have neither. `expires` is in whole seconds.
    """

    purpose: Purpose
    playbook: str
    customer: str
    contacts: tuple[str, ...]
    about: str
    touch: str
    language: str
    expires: Annotated[Instant, AfterValidator(lambda moment: moment.replace(microsecond=0))]
    when: str = ""
    uid: str = ""
    question: str = ""

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over at `now`, a moment with a time zone."""
        return now >= self.expires


class BadLink(Exception):
    """No link of ours, or one made with a secret that is no longer accepted."""


class LinkCodec:
    """Links as tokens, encrypted and signed. The first secret makes them, all of them read; with no secret, none is read."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        self._keys = [AESSIV(_derive_key(secret)) for secret in secrets]

    def encode(self, link: Link) -> str:
        """The link as text that is safe in a URL's path."""
        return base64.urlsafe_b64encode(self._keys[0].encrypt(_pack(link), [link.purpose.value.encode()])).rstrip(b"=").decode()

    def decode(self, token: str, purpose: Purpose) -> Link:
        """What the link says, whether or not its time is over. Raises BadLink, also for a link of another purpose."""
        try:
            sealed = (
                base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True) if len(token) <= MAX_TOKEN_LENGTH else b""
            )
        except ValueError:
            raise BadLink from None
        for key in self._keys:
            try:
                return _unpack(key.decrypt(sealed, [purpose.value.encode()]), purpose)
            except (InvalidTag, ValueError, ValidationError):
                continue
        raise BadLink


# Without names a link has half the length, and a mail's text shows it whole.
def _pack(link: Link) -> bytes:
    fields = (link.playbook, link.customer, link.contacts, link.about, link.touch, link.language, int(link.expires.timestamp()), link.when)
    more = (link.uid, link.question) if link.question else (link.uid,) if link.uid else ()
    return json.dumps((*fields, *more), ensure_ascii=False, separators=(",", ":")).encode()


def _unpack(plain: bytes, purpose: Purpose) -> Link:
    playbook, customer, contacts, about, touch, language, expires, when, *more = json.loads(plain)
    return Link(
        purpose=purpose,
        playbook=playbook,
        customer=customer,
        contacts=tuple(contacts),
        about=about,
        touch=touch,
        language=language,
        expires=datetime.fromtimestamp(expires, UTC),
        when=when,
        uid=more[0] if more else "",
        question=more[1] if len(more) > 1 else "",
    )


def _derive_key(secret: SecretStr) -> bytes:
    return hashlib.blake2b(secret.get_secret_value().encode(), digest_size=32, person=b"evergreen-links").digest()
