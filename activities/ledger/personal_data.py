"""What the ledger's database keeps of customers and people: to be shown, and to be taken out."""

import json
import time
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from pydantic import ValidationError

from activities.ledger.database.hold_table import HOLDS
from activities.ledger.database.schema import PATIENCE
from activities.ledger.database.touch_table import TOUCHES
from activities.ledger.invitations import INVITATIONS, digests_of
from activities.ledger.lives import LIVES
from activities.ledger.record.personal import customers_naming, delete_record, record_of, scrub_record
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.texts.redaction import Redaction
from lifecycle.engine.erasing import without_people
from lifecycle.facts.people import hash_of_address, is_keyed, salt_from, stands_for, with_keyed_hashes
from lifecycle.state.last_known import LastKnown

_OUR_OWN = ("token", "lease_until")
"""Columns of attempts, which say nothing of anybody."""

_TEXTS = ("reason", "reference", "receipt", "request", "resolved_by", "addressees")
_JSON = ("before", "offers", "opted_out", "last_known")
_PAUSE = 0.1


class Rows(Frozen):
    """How many rows were deleted or had a trace taken out, of touches, invitations, lives, holds and the record."""

    touches: int = 0
    invitations: int = 0
    lives: int = 0
    holds: int = 0
    record: int = 0

    @property
    def any(self) -> bool:
        """Whether there was one."""
        return bool(self.touches or self.invitations or self.lives or self.holds or self.record)


class PersonalData:
    """The rows of one database. Every method is one transaction and blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def touches(self, customer: str) -> list[dict[str, object]]:
        """The customer's touches, oldest first, with what was asked and answered as it is kept."""
        columns = [column for column in TOUCHES.c if column.name not in _OUR_OWN]
        query = sa.select(*columns).where(TOUCHES.c.customer == customer).order_by(TOUCHES.c.at, TOUCHES.c.key)
        with self._engine.connect() as connection:
            return [
                dict(row) | {name: json.loads(row[name]) for name in ("receipt", "request") if row[name]}
                for row in connection.execute(query).mappings()
            ]

    def invitations(self, customer: str, address: str | None = None) -> list[dict[str, object]]:
        """The invitations to meetings of the customer, to that address alone where one is given. Guests are digests, and left out."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(INVITATIONS).where(INVITATIONS.c.customer == customer)).mappings()
            return [
                {name: value for name, value in row.items() if name != "guests"}
                for row in rows
                if address is None or digests_of(row["uid"], address) & set(json.loads(row["guests"]))
            ]

    def life(self, customer: str) -> dict[str, object] | None:
        """What is kept of the customer for a life to come."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(LIVES).where(LIVES.c.customer == customer)).mappings().first()
        if row is None:
            return None
        return {name: json.loads(value) if name in _JSON and value else value for name, value in row.items()}

    def contact(self, customer: str, address: str) -> dict[str, object] | None:
        """The person of that address as the customer's life last knew it, kept for a life that is begun anew."""
        with self._engine.connect() as connection:
            kept = connection.scalar(sa.select(LIVES.c.last_known).where(LIVES.c.customer == customer))
        last = LastKnown.model_validate_json(kept) if kept else None
        contact = last.customer.contact(address) if last is not None and last.customer is not None else None
        return contact.model_dump(mode="json") if contact is not None else None

    def record(self, customer: str) -> dict[str, object]:
        """What the record has of the customer."""
        with self._engine.connect() as connection:
            return record_of(connection, customer)

    def customers_of(self, address: str) -> set[str]:
        """Customers in whose rows that address, or its hash without a key, stands."""
        key, redaction, hashed = address_key(address), Redaction([address]), hash_of_address(address)
        with self._engine.connect() as connection:
            said = sa.func.coalesce(TOUCHES.c.request, "") + TOUCHES.c.reason + sa.func.coalesce(TOUCHES.c.receipt, "")
            texts = sa.func.lower(said + sa.func.coalesce(TOUCHES.c.addressees, ""))
            query = sa.select(TOUCHES.c.customer, *(TOUCHES.c[name] for name in _TEXTS)).where(texts.contains(key, autoescape=True))
            found = {row[0] for row in connection.execute(query) if any(redaction.finds_address(text or "") for text in row[1:])}
            for row in connection.execute(sa.select(INVITATIONS.c.customer, INVITATIONS.c.uid, INVITATIONS.c.guests)):
                if digests_of(row.uid, address) & set(json.loads(row.guests)):
                    found.add(row.customer)
            remembers = LIVES.c.opted_out.contains(hashed, autoescape=True) | LIVES.c.before.contains(hashed, autoescape=True)
            found |= customers_naming(connection, address)
            found |= set(connection.scalars(sa.select(LIVES.c.customer).where(remembers)))
            naming = sa.func.lower(LIVES.c.last_known).contains(key, autoescape=True)
            kept = connection.execute(sa.select(LIVES.c.customer, LIVES.c.last_known).where(naming))
            return found | {row.customer for row in kept if redaction.finds_address(row.last_known)}

    def refusing(self, address: str) -> list[str]:
        """Customers of which is kept, as a keyed hash, that the address has opted out."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(LIVES.c.customer, LIVES.c.opted_out))
            return sorted(row.customer for row in rows if any(stands_for(name, address) for name in json.loads(row.opted_out)))

    def erase_customer(self, customer: str) -> Rows:
        """Delete all rows of the customer; of its lives their number, that of its terms, and opt-outs as keyed hashes stay."""
        with self._engine.begin() as connection:
            _be_alone(connection)
            gone = [
                connection.execute(sa.delete(table).where(table.c.customer == customer)).rowcount for table in (TOUCHES, INVITATIONS, HOLDS)
            ]
            record = delete_record(connection, customer)
            row = connection.execute(sa.select(LIVES).where(LIVES.c.customer == customer).with_for_update()).mappings().first()
            lives = 0
            if row is not None and not _is_bare(row):
                refused = with_keyed_hashes(json.loads(row["opted_out"]), None, salt_from(f"{customer} {row['life']}"))
                bare = {"offers": "[]", "reason": "", "detail": "", "before": _NOTHING, "opted_out": json.dumps(refused), "last_known": ""}
                lives = connection.execute(LIVES.update().where(LIVES.c.customer == customer).values(bare)).rowcount
        return Rows(touches=gone[0], invitations=gone[1], holds=gone[2], lives=lives, record=record)

    def erase_person(self, customer: str, redaction: Redaction) -> Rows:
        """Take these people's traces out of the customer's rows."""
        with self._engine.begin() as connection:
            _be_alone(connection)
            return Rows(
                touches=_scrub(connection, TOUCHES, TOUCHES.c.key, _TEXTS, customer, redaction),
                holds=_scrub(connection, HOLDS, HOLDS.c.number, ("why", "released_why"), customer, redaction),
                invitations=_forget_guests(connection, customer, redaction.addresses.values()),
                lives=_take_out_of_life(connection, customer, redaction),
                record=scrub_record(connection, customer, redaction),
            )

    def compact(self) -> None:
        """Give back the room of what was deleted, which SQLite leaves readable in its file; PostgreSQL does that by itself, in time."""
        if self._engine.dialect.name != "sqlite":
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            until = time.monotonic() + PATIENCE
            while connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] and time.monotonic() < until:
                time.sleep(_PAUSE)  # somebody reads an older state


def _be_alone(connection: sa.Connection) -> None:
    """Let nobody write between reading a row and changing it; PostgreSQL locks the rows that are read for it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


_NOTHING = EarlierLives().model_dump_json()


def is_bare(life: dict[str, object]) -> bool:
    """Whether of the customer's lives nothing is left but what stays when it is erased."""
    return not (life["offers"] or life["reason"] or life["detail"] or life["last_known"]) and all(map(is_keyed, _names(life["opted_out"])))


def _names(refused: object) -> Iterable[str]:
    return refused if isinstance(refused, dict) else ()


def _is_bare(row: sa.RowMapping) -> bool:
    read = {name: json.loads(row[name]) for name in ("offers", "opted_out")}
    return row["before"] == _NOTHING and is_bare(dict(row) | read)


def _scrub(
    connection: sa.Connection, table: sa.Table, key: sa.ColumnElement[object], texts: Sequence[str], customer: str, redaction: Redaction
) -> int:
    number = 0
    for row in connection.execute(sa.select(table).where(table.c.customer == customer).with_for_update()).mappings().all():
        found: dict[str, str | None] = {name: redaction.without(row[name]) for name in texts if row[name] and redaction.finds(row[name])}
        if "request" in found or (row.get("request") and redaction.finds(row["request"])):
            found["request"] = None  # its content, in base64, says the same
        if found:
            connection.execute(table.update().where(key == row[key.name]).values(found))
            number += 1
    return number


def _forget_guests(connection: sa.Connection, customer: str, addresses: Iterable[str]) -> int:
    number, people = 0, list(addresses)
    for row in connection.execute(sa.select(INVITATIONS).where(INVITATIONS.c.customer == customer).with_for_update()).mappings().all():
        guests = set(json.loads(row["guests"]))
        theirs = guests & {digest for address in people for digest in digests_of(row["uid"], address)}
        if theirs:
            left = json.dumps(sorted(guests - theirs))
            connection.execute(INVITATIONS.update().where(INVITATIONS.c.uid == row["uid"]).values(guests=left))
            number += 1
    return number


def _take_out_of_life(connection: sa.Connection, customer: str, redaction: Redaction) -> int:
    addresses = list(redaction.addresses.values())
    row = connection.execute(sa.select(LIVES).where(LIVES.c.customer == customer).with_for_update()).mappings().first()
    if row is None:
        return 0
    salt = salt_from(f"{customer} {row['life']}")
    before = EarlierLives.model_validate_json(row["before"])
    changed = {
        "opted_out": json.dumps(with_keyed_hashes(json.loads(row["opted_out"]), addresses, salt)),
        "before": before.model_copy(update={"opted_out": with_keyed_hashes(before.opted_out, addresses, salt)}).model_dump_json(),
        "last_known": _without(row["last_known"], redaction),
    }
    as_it_was = {"opted_out": json.dumps(json.loads(row["opted_out"])), "before": before.model_dump_json(), "last_known": row["last_known"]}
    if changed == as_it_was:
        return 0
    connection.execute(LIVES.update().where(LIVES.c.customer == customer).values(changed))
    return 1


def _without(kept: str, redaction: Redaction) -> str:
    """What is last known of the customer without these people; nothing, where it does not read without them, as without an owner."""
    if not kept or not redaction.finds(kept):
        return kept
    try:
        return LastKnown.model_validate(without_people(json.loads(kept), redaction)).model_dump_json()
    except ValidationError:
        return ""
