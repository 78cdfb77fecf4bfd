"""The touch ledger: one row a touch key, so that a touch happens once whatever crashes.

An attempt reserves the key, marks it `acting` right before the irreversible instant, acts, and confirms.
Each step is one compare-and-swap on the row's state and the attempt's token, in the database, so that any
number of processes may try. What a row's state means for the next attempt:

| state | a live lease | a lapsed lease |
|---|---|---|
| reserved | under way: ask again | crashed before acting: taken over |
| acting | under way: ask again | crashed around the act: taken over, the transport is asked |
| released, recorded | - | free |
| confirmed, refused, unknown, withdrawn | - | the stored receipt is the answer |

What is asked is kept with the mark, in one transaction, and forgotten when it is known what became of it. In that transaction the gate is
asked (`holds.py`): a touch that is held goes back to what it was before the attempt, with the number of the hold.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import or_

from activities.ledger.database.database import insert
from activities.ledger.database.touch_table import TOUCHES, TouchState
from activities.ledger.failures import Held, LostClaim, UnderWay, scrub
from activities.ledger.holds import enter_gate, standing_hold
from activities.ledger.record.writing import write_asked, write_lines
from activities.ledger.reports import LedgerReports
from activities.ledger.transport import Request
from lifecycle.domain.asked import addressees_of, asked_of
from lifecycle.domain.enums import Outcome
from lifecycle.domain.record import RecordLines
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.texts.text import printable
from lifecycle.domain.touch import OUTCOME_OF_ANSWER, Answer, Receipt, Record, Touch

_SETTLED = (TouchState.CONFIRMED, TouchState.REFUSED, TouchState.UNKNOWN, TouchState.WITHDRAWN)
_NOT_ACTED = (TouchState.RECORDED, TouchState.RESERVED, TouchState.RELEASED)
_STATE_OF = {
    Answer.DONE: TouchState.CONFIRMED,
    Answer.REFUSED: TouchState.REFUSED,
    Answer.UNKNOWN: TouchState.UNKNOWN,
    Answer.WITHDRAWN: TouchState.WITHDRAWN,
}


@dataclass(frozen=True)
class Claim:
    """One attempt's hold on a touch. `interrupted`: an earlier attempt may have acted and never said.

    `request` is then what that one asked for, and `reason` how it failed, as far as that is known.
    """

    touch: Touch
    token: str
    interrupted: bool = False
    request: Request | None = None
    reason: str = ""

    @property
    def key(self) -> str:
        """The touch's."""
        return self.touch.key


_RECEIPTS = TypeAdapter(Receipt)


class Ledger(LedgerReports):
    """The touches of one database. Every method is one short transaction and blocks: call it from a thread.

    `lease` is in seconds: how long one attempt keeps the others away. `clock` gives seconds since the epoch: the real time
    even where customers live on a virtual one, for a lease is about real attempts on real machines.
    """

    def __init__(self, engine: sa.Engine, lease: float = 60.0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(engine)
        self.lease = lease
        self.clock = clock

    def reserve(self, touch: Touch) -> Claim | Receipt:
        """Take hold of the touch, or get the receipt of what became of it; what the touch carries goes into the record in the same transaction.

        Raises UnderWay while another attempt holds it.
        """
        now, token = self.clock(), uuid.uuid4().hex
        held = {"token": token, "lease_until": now + self.lease, "hold": None, "addressees": _in_a_row(addressees_of(touch))}
        held |= _selected_by(touch)
        new = self._new_row(touch) | held | {"state": TouchState.RESERVED, "attempts": 1}
        take_over = held | {"attempts": TOUCHES.c.attempts + 1}
        mine = TOUCHES.c.key == touch.key
        lapsed = TOUCHES.c.lease_until <= now
        free = or_(TOUCHES.c.state.in_((TouchState.RECORDED, TouchState.RELEASED)), (TOUCHES.c.state == TouchState.RESERVED) & lapsed)
        with self.engine.begin() as connection:
            unseen = insert(self.engine, TOUCHES).values(new).on_conflict_do_nothing().returning(TOUCHES.c.key)
            claim: Claim | None = None
            if connection.execute(unseen).first() is not None:
                claim = Claim(touch, token)
            reserved = take_over | {"state": TouchState.RESERVED, "at": touch.at, "kind": touch.kind.value, "name": touch.name}
            if claim is None and connection.execute(TOUCHES.update().where(mine, free).values(reserved)).rowcount == 1:
                claim = Claim(touch, token)
            if claim is None:
                claim = self._take_over(connection, touch, token, take_over, TOUCHES.c.state == TouchState.ACTING, lapsed)
            found = claim or self._stored(connection, touch.key)
            if touch.carries is not None:
                write_lines(connection, touch.customer, touch.carries)
            return found

    def receipt(self, key: str) -> Receipt:
        """The receipt of a touch that the ledger has. Raises UnderWay if nothing is settled yet."""
        with self.engine.connect() as connection:
            return self._stored(connection, key)

    def mark_acting(self, claim: Claim, request: Request | None = None, *, may_have_acted: bool = False) -> None:
        """Say that the irreversible instant comes now, and what is asked in it. Raises LostClaim if the touch was taken over or
        withdrawn, and Held if a hold keeps it from acting: then do not act.

        A touch that is held is let go of at once; one that `may_have_acted` in an earlier attempt stays so, with what was asked then.
        """
        values: dict[str, object] = {"state": TouchState.ACTING, "lease_until": self.clock() + self.lease, "reason": ""}
        if request is not None:
            values["request"] = request.as_json()
        mine = (TOUCHES.c.key == claim.key) & (TOUCHES.c.token == claim.token)
        in_hand = TOUCHES.c.state.in_((TouchState.RESERVED, TouchState.ACTING))
        with self.engine.begin() as connection:
            # The write comes first: it is what keeps a hold out of SQLite's file until this has ended.
            enter_gate(connection)
            if connection.execute(TOUCHES.update().where(mine, in_hand).values(values)).rowcount == 0:
                raise LostClaim(f"{claim.key} was taken over or withdrawn before this attempt acted")
            hold = standing_hold(connection, claim.touch)
            if hold is None:
                return
            before = claim.request.as_json() if may_have_acted and claim.request is not None else None
            let_go = {"state": TouchState.ACTING if may_have_acted else TouchState.RELEASED, "request": before, "lease_until": 0.0}
            connection.execute(TOUCHES.update().where(mine).values(let_go | {"reason": scrub(hold.words), "hold": hold.hold}))
        raise Held(hold)

    def settle(self, claim: Claim, receipt: Receipt, acted: bool = False) -> Receipt:
        """Keep what became of the touch; the receipt that stands is returned, which is another attempt's if that one settled first.

        To know beats not to know: a touch parked as unknown becomes confirmed when the attempt that did it comes to say so.
        """
        mine: sa.ColumnElement[bool] = (TOUCHES.c.token == claim.token) & TOUCHES.c.state.in_((TouchState.RESERVED, TouchState.ACTING))
        if receipt.answer is Answer.DONE:
            mine = or_(mine, TOUCHES.c.state == TouchState.UNKNOWN)
        values = {
            "state": _STATE_OF[receipt.answer],
            "outcome": OUTCOME_OF_ANSWER[receipt.answer],
            "reason": receipt.why,
            "reference": receipt.reference,
            "receipt": receipt_json(receipt),
            "request": None,
            "hold": None,
            "lease_until": 0.0,
            "acted": TOUCHES.c.acted + int(acted),
        }
        with self.engine.begin() as connection:
            if connection.execute(TOUCHES.update().where(TOUCHES.c.key == claim.key, mine).values(values)).rowcount == 1:
                if receipt.answer is Answer.DONE and (asked := asked_of(claim.touch)) is not None:
                    write_asked(connection, claim.touch.customer, asked)
                return receipt
            return self._stored(connection, claim.key)

    def release(self, claim: Claim, why: str) -> None:
        """Let go of a touch that certainly was not done: the next attempt may act at once."""
        self._let_go(claim, {"state": TouchState.RELEASED, "request": None, "lease_until": 0.0, "reason": scrub(why)})

    def lapse(self, claim: Claim, why: str) -> None:
        """Let go of a touch that may have been done: the next attempt asks the provider, as after a crash."""
        self._let_go(claim, {"state": TouchState.ACTING, "lease_until": 0.0, "reason": scrub(why)})

    def withdraw(self, touch: Touch) -> Claim | Receipt:
        """Call the touch off before it acts. Gives the receipt that stands, or a claim if a crashed attempt may have acted.

        Raises UnderWay while an attempt is acting: nobody can call that one back.
        """
        now, token = self.clock(), uuid.uuid4().hex
        receipt = withdrawal_receipt(touch.key)
        gone = {
            "state": TouchState.WITHDRAWN,
            "outcome": Outcome.CANCELLED,
            "reason": receipt.why,
            "receipt": receipt_json(receipt),
            "request": None,
            "hold": None,
            "lease_until": 0.0,
        }
        new = insert(self.engine, TOUCHES).values(self._new_row(touch) | gone)
        lapsed = (TOUCHES.c.state == TouchState.ACTING) & (TOUCHES.c.lease_until <= now)
        take_over: dict[str, object] = {"token": token, "lease_until": now + self.lease, "hold": None}
        with self.engine.begin() as connection:
            call_off = new.on_conflict_do_update(index_elements=[TOUCHES.c.key], set_=gone, where=TOUCHES.c.state.in_(_NOT_ACTED))
            if connection.execute(call_off.returning(TOUCHES.c.key)).first() is not None:
                return receipt
            interrupted = self._take_over(connection, touch, token, take_over, lapsed)
            return interrupted or self._stored(connection, touch.key)

    def record(self, records: Iterable[Record], lines: RecordLines | None = None, customer: str = "") -> None:
        """Keep outcomes that the engine decided, and `lines` in the customer's record, in one transaction.

        What an attempt settled stands, and an older record never covers a newer one.
        """
        rows = [
            {
                "key": record.key,
                "customer": record.customer,
                "play": record.play,
                "kind": record.kind,
                "name": record.name,
                "state": TouchState.RECORDED,
                "outcome": record.outcome,
                "reason": scrub(record.why),
                "at": record.at,
                "addressees": _in_a_row(record.to) if record.to else None,
            }
            # In the order of their keys, so that two batches with keys in common cannot lock each other out.
            for record in sorted(records, key=lambda record: (record.key, record.at))
        ]
        new = insert(self.engine, TOUCHES)
        newer = new.excluded
        settled = (TouchState.CONFIRMED, TouchState.REFUSED, TouchState.UNKNOWN)
        upsert = new.on_conflict_do_update(
            index_elements=[TOUCHES.c.key],
            set_={
                "outcome": newer.outcome,
                "reason": newer.reason,
                "at": newer.at,
                "addressees": sa.func.coalesce(newer.addressees, TOUCHES.c.addressees),
                # What is delayed no more waits for no hold.
                "hold": sa.case((newer.outcome == Outcome.DELAYED, TOUCHES.c.hold), else_=None),
            },
            where=sa.and_(TOUCHES.c.at <= newer.at, *(TOUCHES.c.state != state for state in settled)),
        )
        with self.engine.begin() as connection:
            if rows:
                connection.execute(upsert, rows)
            if lines is not None:
                write_lines(connection, customer, lines)

    @staticmethod
    def _take_over(
        connection: sa.Connection, touch: Touch, token: str, values: dict[str, object], *which: sa.ColumnElement[bool]
    ) -> Claim | None:
        """Take hold of the touch if an attempt at it was cut short in the act."""
        change = TOUCHES.update().where(TOUCHES.c.key == touch.key, *which).values(values)
        found = connection.execute(change.returning(TOUCHES.c.request, TOUCHES.c.reason)).first()
        if found is None:
            return None
        request = Request.from_json(found.request) if found.request is not None else None
        return Claim(touch, token, interrupted=True, request=request, reason=found.reason)

    def _let_go(self, claim: Claim, values: dict[str, object]) -> None:
        held = TOUCHES.c.state.in_((TouchState.RESERVED, TouchState.ACTING))
        with self.engine.begin() as connection:
            connection.execute(TOUCHES.update().where(TOUCHES.c.key == claim.key, TOUCHES.c.token == claim.token, held).values(values))

    def _stored(self, connection: sa.Connection, key: str) -> Receipt:
        found = connection.execute(sa.select(TOUCHES.c.state, TOUCHES.c.receipt).where(TOUCHES.c.key == key)).one()
        if found.state in _SETTLED:
            return _RECEIPTS.validate_json(found.receipt)
        raise UnderWay(key)

    @staticmethod
    def _new_row(touch: Touch) -> dict[str, object]:
        return {
            "key": touch.key,
            "customer": touch.customer,
            "play": touch.play,
            "kind": touch.kind.value,
            "name": touch.name,
            "at": touch.at,
        }


def _selected_by(touch: Touch) -> dict[str, object]:
    """By what holds select it, and in which order it is let go, apart from what every row has."""
    return {"playbook": touch.playbook.partition("@")[0], "tier": touch.tier.value if touch.tier is not None else None}


def _in_a_row(addresses: Iterable[str]) -> str:
    """The addresses as a row has them; of one that no mail can go to, what a database can hold."""
    return " ".join(dict.fromkeys("".join(printable(address_key(address)).split()) for address in addresses))


def receipt_json(receipt: Receipt) -> str:
    """The receipt as the ledger keeps it."""
    # Without what says nothing: workers of the release before know fewer fields.
    return _RECEIPTS.dump_json(receipt, exclude_defaults=True).decode()


def withdrawal_receipt(key: str) -> Receipt:
    """The receipt of a touch that was called off."""
    return Receipt(key=key, answer=Answer.WITHDRAWN, why="called off before it acted")
