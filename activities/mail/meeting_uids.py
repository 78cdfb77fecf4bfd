"""The name that a meeting has in every calendar (UID): nobody can guess it, so that nobody who was not invited can answer it.

It is keyed with the first of the secrets that links are made with; without any, with one that the database keeps. A meeting keeps
the UID that it went out under, for calendars move it by that: when secrets are changed, and when release 0.1.0, whose UIDs had no
key, sent its first invitation. Replies to those are heard as before, since an invitation of ours is known under each of them; the
guests, and nobody else's word, would be lost otherwise. No new meeting gets one.
"""

import hashlib
from collections.abc import Iterator, Sequence

from pydantic import SecretStr

from activities.ledger.invitations import Invitations
from activities.mail.headers import mailbox
from lifecycle.domain.touch import Touch
from lifecycle.playbook.policy import Company


class MeetingUids:
    """Makes UIDs, and finds those under which meetings have gone out. `invitations` are those of the ledger's database."""

    def __init__(self, secrets: Sequence[SecretStr], invitations: Invitations) -> None:
        self._secrets = secrets
        self._invitations = invitations

    def uid(self, touch: Touch, company: Company) -> str:
        """The meeting's UID: the one that it has gone out under, or a new one. Blocks, and raises SQLAlchemyError."""
        uids = [*(meeting_uid(touch, company, key) for key in self._keys()), meeting_uid(touch, company)]
        return self._invitations.first_known(uids) or uids[0]

    def _keys(self) -> Iterator[bytes]:
        for secret in self._secrets:
            yield hashlib.blake2b(secret.get_secret_value().encode(), digest_size=32, person=b"evergreen-uids").digest()
        yield self._invitations.key()


def meeting_uid(touch: Touch, company: Company, key: bytes = b"") -> str:
    """One UID for each template of a play's run, and no word about the customer in it. Without a key it is that of release 0.1.0."""
    run, _, _ = touch.key.rpartition("/")
    meeting = hashlib.blake2b(f"{run}/{touch.template}".encode(), digest_size=16, key=key).hexdigest()
    return f"{meeting}@{mailbox('', company.email).domain}"
