"""Attempts at one touch, as far along as a test needs them."""

from datetime import timedelta

from activities.ledger.ledger import Claim, Ledger
from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt, Record, Touch
from tests.activities.building import AT, a_touch

TOUCH = a_touch()
DONE = Receipt(key=TOUCH.key, answer=Answer.DONE, reference="<1@us.example>")
PAST_LEASE = 61.0


def claimed(ledger: Ledger, touch: Touch = TOUCH) -> Claim:
    claim = ledger.reserve(touch)
    assert isinstance(claim, Claim)
    return claim


def acting(ledger: Ledger, touch: Touch = TOUCH) -> Claim:
    claim = claimed(ledger, touch)
    ledger.mark_acting(claim)
    return claim


def confirmed(ledger: Ledger, touch: Touch = TOUCH) -> Receipt:
    return ledger.settle(acting(ledger, touch), Receipt(key=touch.key, answer=Answer.DONE, reference="<1@us.example>"), acted=True)


def record(outcome: Outcome, days: int = 0, why: str = "", touch: Touch = TOUCH) -> Record:
    at = AT + timedelta(days=days)
    return Record(key=touch.key, customer="acme", play="welcome", name="welcome", kind="email", outcome=outcome, at=at, why=why)
