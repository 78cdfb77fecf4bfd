"""Which meeting an invitation was to and whom it went to, kept so that a calendar's reply finds its customer."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, insert
from lifecycle.domain.model import Frozen
from lifecycle.domain.texts.addresses import address_key, known_address
from lifecycle.domain.touch import Touch

INVITATIONS = sa.Table(
    "invitations",
    METADATA,
    sa.Column("uid", sa.Text, primary_key=True),
    sa.Column("customer", sa.Text, nullable=False, index=True),
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("guests", sa.Text, nullable=False),
    sa.Column("message", sa.Text),
    sa.Column("local_time", sa.Text),
    sa.Column("cancelled", sa.Boolean),
)

_KEYS = sa.Table(
    "keys_of_uids", METADATA, sa.Column("number", sa.Integer, primary_key=True), sa.Column("key", sa.LargeBinary, nullable=False)
)


class Invitation(Frozen):
    """One meeting in the guests' calendars. `meeting` is its template; `guests` are digests, for addresses are personal data.

    `message` names the one that says when it is (`message_identity`), `local_time` is that as it is shown; empty of what release 0.1.0
    sent. One that is `cancelled` will not be.
    """

    uid: str
    customer: str
    meeting: str
    sequence: int
    guests: frozenset[str]
    message: str = ""
    local_time: str = ""
    cancelled: bool = False

    def invites(self, address: str) -> bool:
        """Whether that address is a guest's, in whatever form it is written."""
        return bool(digests_of(self.uid, address) & self.guests)


class Invitations:
    """The invitations of one database. Every method is one short transaction and blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._key: bytes | None = None

    def keep(self, uid: str, touch: Touch, message: str = "", local_time: str = "") -> Invitation:
        """Keep what the invitation says under its calendar UID, before it goes out. One that was moved, or is taken back, takes the place of the
        earlier one.
        """
        made = make_invitation(uid, touch.customer, touch.template, touch.sequence, (to.email for to in touch.to))
        made = made.model_copy(update={"message": message, "local_time": local_time, "cancelled": touch.cancels})
        row = made.model_dump(exclude={"guests"}) | {"guests": json.dumps(sorted(made.guests))}
        new = insert(self._engine, INVITATIONS).values(row)
        changes = {name: new.excluded[name] for name in row if name != "uid"}
        upsert = new.on_conflict_do_update(index_elements=["uid"], set_=changes, where=INVITATIONS.c.sequence <= new.excluded.sequence)
        with self._engine.begin() as connection:
            connection.execute(upsert)
        return made

    def first_known(self, uids: Sequence[str]) -> str | None:
        """The first of the UIDs under which an invitation is kept."""
        with self._engine.connect() as connection:
            known = set(connection.scalars(sa.select(INVITATIONS.c.uid).where(INVITATIONS.c.uid.in_(uids))))
        return next((uid for uid in uids if uid in known), None)

    def key(self) -> bytes:
        """A random key of this database, made when it is first asked for and the same from then on."""
        if self._key is None:
            new = insert(self._engine, _KEYS).values(number=1, key=secrets.token_bytes(32)).on_conflict_do_nothing()
            with self._engine.begin() as connection:
                connection.execute(new)
                self._key = connection.execute(sa.select(_KEYS.c.key)).scalar_one()
        return self._key

    def find(self, uid: str) -> Invitation | None:
        """The invitation of that UID, if one was sent."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(INVITATIONS).where(INVITATIONS.c.uid == uid)).mappings().first()
        if row is None:
            return None
        told = {name: value for name, value in row.items() if value is not None}
        return Invitation.model_validate(told | {"guests": json.loads(row["guests"])})


def make_invitation(uid: str, customer: str, meeting: str, sequence: int, addresses: Iterable[str]) -> Invitation:
    """An invitation to those addresses."""
    guests = frozenset(_digest(uid, address_key(address)) for address in addresses)
    return Invitation(uid=uid, customer=customer, meeting=meeting, sequence=sequence, guests=guests)


def digests_of(uid: str, address: str) -> set[str]:
    """Every digest under which that address may be a guest of the invitation."""
    return {_digest(uid, form) for form in _forms(address)}


def _forms(address: str) -> list[str]:
    """The form in which addresses are compared, and those that release 0.1.0 made digests of: as told, in small letters."""
    told = address.strip().lower()
    try:
        return [address_key(address), told, known_address(address).lower()]
    except ValueError:
        return [address_key(address), told]


def _digest(uid: str, address: str) -> str:
    return hashlib.blake2b(f"{uid} {address}".encode(), digest_size=16).hexdigest()
