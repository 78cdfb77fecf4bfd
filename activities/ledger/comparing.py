"""What a customer's life and the ledger say of the same touches, where they differ, and how the ledger is told what the life knows.

They can differ after a restore alone: what a life knows as done stands in the ledger before the life hears of it. Moments are UTC.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from activities.ledger.database.database import insert
from activities.ledger.database.touch_table import TOUCHES, TouchRow, TouchState
from activities.ledger.ledger import receipt_json
from activities.ledger.lives import LIVES
from lifecycle.domain.enums import Outcome
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.explain.touches_said import Said, TouchSaid

KNOWN_FROM_THE_LIFE = "known from the customer's workflow, and not in the ledger as it was restored"
MAY_HAVE_GONE = (
    "it may have gone out before what had been written of it was lost with a restore: read the provider's log, or ask the recipient"
)

_SETTLED = (TouchState.CONFIRMED, TouchState.REFUSED, TouchState.UNKNOWN, TouchState.WITHDRAWN)


class Difference(StrEnum):
    """How life and ledger differ on a touch.

    FORGOTTEN: the life knows it as sent, or as unknown, and the ledger does not. UNTOLD: the ledger knows what became of it, and the life
    does not. MAY_HAVE_GONE: it is still to go out by both, and was due while an installation ran of whose last hours nothing is known.
    """

    FORGOTTEN = "forgotten"
    UNTOLD = "untold"
    MAY_HAVE_GONE = "may have gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """One touch on which they differ; `ledger` is what the ledger says, in a word or two."""

    difference: Difference
    touch: TouchSaid
    ledger: str


def differences(said: Mapping[str, TouchSaid], rows: Iterable[TouchRow], since: datetime, stopped: datetime | None = None) -> list[Differs]:
    """Where a life, which remembers its touches from `since` on, and the ledger's rows of its customer differ, by key.

    `stopped` is until when an installation ran of whose last hours neither may know; None where nothing was lost.
    """
    ledger = {row.key: row for row in rows}
    found = [_of_life(each, ledger.get(each.key), stopped) for each in said.values()]
    found += [_of_ledger(row, since) for row in ledger.values() if row.key not in said]
    return sorted((each for each in found if each is not None), key=lambda each: (each.touch.at, each.touch.key))


def _of_life(each: TouchSaid, row: TouchRow | None, stopped: datetime | None) -> Differs | None:
    state = row.state if row is not None else None
    words = _in_words(row)
    if each.said is Said.SENT and state is not TouchState.CONFIRMED:
        return Differs(difference=Difference.FORGOTTEN, touch=each, ledger=words)
    if each.said is Said.UNKNOWN and state not in _SETTLED:
        return Differs(difference=Difference.FORGOTTEN, touch=each, ledger=words)
    if each.said is Said.UNKNOWN and row is not None and row.resolution is not None:
        return Differs(difference=Difference.UNTOLD, touch=each, ledger=words)
    if each.said is Said.NOT_SENT and state is TouchState.CONFIRMED:
        return Differs(difference=Difference.UNTOLD, touch=each, ledger=words)
    if each.said is Said.PENDING and state not in _SETTLED and stopped is not None and each.at <= stopped:
        return Differs(difference=Difference.MAY_HAVE_GONE, touch=each, ledger=words)
    return None


def _of_ledger(row: TouchRow, since: datetime) -> Differs | None:
    """A row of which the life says nothing: one of before its memory, or of what it has yet to ask for again."""
    if row.state not in (TouchState.CONFIRMED, TouchState.UNKNOWN) or row.at < since:
        return None
    said = TouchSaid(key=row.key, said=Said.NOT_SENT, at=row.at, kind=row.kind, name=row.name)
    return Differs(difference=Difference.UNTOLD, touch=said, ledger=_in_words(row))


def _in_words(row: TouchRow | None) -> str:
    if row is None:
        return "nothing"
    return str(row.outcome) if row.outcome is not None else "being tried"


class LedgerMending:
    """Tells one database's ledger what lives know. Every method is one short transaction and blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def take_over(self, differs: Iterable[Differs], now: float) -> list[Differs]:
        """Write down what was forgotten as the life knows it, and what may have gone out as unknown, so that neither is done again; those that
        were written.

        `now` is the real time in seconds since the epoch: what an attempt holds at it is left alone. A hold that keeps the touch from acting
        stays with it, so that the life is told when that is released, and asks, and hears what is written here.
        """
        return [each for each in differs if each.difference is not Difference.UNTOLD and self._write(each, now)]

    def _write(self, differs: Differs, now: float) -> bool:
        touch = differs.touch
        sent = touch.said is Said.SENT
        why = MAY_HAVE_GONE if differs.difference is Difference.MAY_HAVE_GONE else KNOWN_FROM_THE_LIFE
        receipt = Receipt(key=touch.key, answer=Answer.DONE if sent else Answer.UNKNOWN, why=why)
        settled = {
            "state": TouchState.CONFIRMED if sent else TouchState.UNKNOWN,
            "outcome": Outcome.SENT if sent else Outcome.UNKNOWN,
            "reason": why,
            "receipt": receipt_json(receipt),
            "request": None,
            "token": "",
            "lease_until": 0.0,
            "acted": int(sent),
        }
        identity = {
            "key": touch.key,
            "customer": touch.customer,
            "play": touch.play,
            "kind": touch.kind,
            "name": touch.name,
            "at": touch.at,
        }
        free = TOUCHES.c.lease_until <= now
        if sent:
            changeable = free & (TOUCHES.c.state != TouchState.CONFIRMED)
        else:
            changeable = free & TOUCHES.c.state.not_in(_SETTLED)
        new = insert(self._engine, TOUCHES).values(identity | settled)
        upsert = new.on_conflict_do_update(index_elements=[TOUCHES.c.key], set_=settled, where=changeable).returning(TOUCHES.c.key)
        with self._engine.begin() as connection:
            return connection.execute(upsert).first() is not None


class LivesKnown:
    """Which lives one database's ledger knows. Blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def last_touches(self) -> dict[str, datetime | None]:
        """Every customer that has a life, or a touch, with the moment of its newest touch."""
        with self._engine.connect() as connection:
            newest = connection.execute(
                sa.select(TOUCHES.c.customer, sa.func.max(TOUCHES.c.at, type_=TOUCHES.c.at.type)).group_by(TOUCHES.c.customer)
            )
            touched: dict[str, datetime | None] = {row[0]: row[1] for row in newest}
            return dict.fromkeys(connection.scalars(sa.select(LIVES.c.customer))) | touched

    def forgot(self, customer: str, remains: EarlierLives) -> bool:
        """Whether the ledger lacks something of what that customer's life leaves behind: its terms, or an offer that it was granted.

        Of the term in which a life began it has the touches alone.
        """
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(LIVES.c.terms, LIVES.c.offers).where(LIVES.c.customer == customer)).first()
        return row is None or row.terms + 1 < remains.terms or not set(remains.offers) <= set(json.loads(row.offers))
