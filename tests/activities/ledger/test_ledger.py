"""The ledger's protocol, on SQLite and on PostgreSQL alike."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.database.touch_table import TouchState
from activities.ledger.failures import LostClaim, UnderWay
from activities.ledger.ledger import Claim, Ledger
from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import AT, after
from tests.activities.ledger.claims import DONE, PAST_LEASE, TOUCH, acting, claimed, confirmed


def test_a_retry_that_finds_it_confirmed_returns_the_stored_receipt(ledger: Ledger) -> None:
    confirmed(ledger)
    assert ledger.reserve(TOUCH) == DONE
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert (row.state, row.outcome, row.reference, row.acted, row.attempts, row.at) == (
        TouchState.CONFIRMED,
        Outcome.SENT,
        DONE.reference,
        1,
        1,
        AT,
    )


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.UNKNOWN, Answer.WITHDRAWN])
def test_whatever_was_settled_stands(ledger: Ledger, answer: Answer) -> None:
    receipt = Receipt(key=TOUCH.key, answer=answer, why="for a reason")
    ledger.settle(claimed(ledger), receipt)
    assert ledger.reserve(TOUCH) == receipt


def test_a_live_lease_keeps_every_other_attempt_away(ledger: Ledger) -> None:
    claimed(ledger)
    with pytest.raises(UnderWay, match="another attempt at acme/1/welcome/1/email is under way"):
        after(ledger, 59).reserve(TOUCH)


def test_an_attempt_that_crashed_before_acting_is_taken_over_once_its_lease_is_over(ledger: Ledger) -> None:
    crashed = claimed(ledger)
    taken = after(ledger, PAST_LEASE).reserve(TOUCH)
    assert isinstance(taken, Claim)
    assert not taken.interrupted
    with pytest.raises(LostClaim):
        ledger.mark_acting(crashed)


def test_an_attempt_that_crashed_around_the_act_is_taken_over_as_interrupted(ledger: Ledger) -> None:
    acting(ledger)
    with pytest.raises(UnderWay):
        after(ledger, 59).reserve(TOUCH)
    taken = after(ledger, PAST_LEASE).reserve(TOUCH)
    assert isinstance(taken, Claim)
    assert taken.interrupted


def test_only_one_of_many_attempts_takes_a_crashed_one_over(ledger: Ledger) -> None:
    acting(ledger)
    late = after(ledger, PAST_LEASE)
    assert isinstance(late.reserve(TOUCH), Claim)
    with pytest.raises(UnderWay):
        late.reserve(TOUCH)


def test_marking_starts_the_lease_anew(ledger: Ledger) -> None:
    claim = claimed(ledger)
    after(ledger, 50).mark_acting(claim)
    with pytest.raises(UnderWay):
        after(ledger, 105).reserve(TOUCH)


def test_a_released_touch_is_free_at_once(ledger: Ledger) -> None:
    ledger.release(acting(ledger), "connection refused by ana@acme.example")
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert (row.state, row.outcome, row.reason) == (TouchState.RELEASED, None, "connection refused by (address)")
    assert not claimed(ledger).interrupted


def test_a_lapsed_touch_is_taken_over_at_once_as_interrupted(ledger: Ledger) -> None:
    ledger.lapse(acting(ledger), "the line broke")
    assert claimed(ledger).interrupted


def test_who_lost_its_claim_can_neither_release_nor_settle(ledger: Ledger) -> None:
    lost = claimed(ledger)
    late = after(ledger, PAST_LEASE)
    late.mark_acting(claimed(late))
    ledger.release(lost, "too late")
    with pytest.raises(UnderWay):
        ledger.settle(lost, Receipt(key=TOUCH.key, answer=Answer.REFUSED))
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert row.state is TouchState.ACTING


def test_to_know_beats_not_to_know(ledger: Ledger) -> None:
    slow = acting(ledger)
    late = after(ledger, PAST_LEASE)
    late.settle(claimed(late), Receipt(key=TOUCH.key, answer=Answer.UNKNOWN))
    assert ledger.settle(slow, DONE, acted=True) == DONE
    assert ledger.reserve(TOUCH) == DONE


@pytest.mark.parametrize("rivals", [8])
def test_of_attempts_at_the_same_instant_one_gets_the_touch(ledger: Ledger, rivals: int) -> None:
    start = Barrier(rivals)

    def rush() -> Claim | Receipt | None:
        start.wait()
        try:
            return ledger.reserve(TOUCH)
        except UnderWay:
            return None

    with ThreadPoolExecutor(rivals) as pool:
        got = [future.result() for future in [pool.submit(rush) for _ in range(rivals)]]
    assert sum(isinstance(one, Claim) for one in got) == 1
    assert got.count(None) == rivals - 1


def test_many_processes_may_open_an_empty_database_at_once(database: str) -> None:
    start = Barrier(8)

    def rush() -> None:
        start.wait()
        open_database(database).dispose()

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(rush) for _ in range(8)]:
            future.result()


def test_a_withdrawn_touch_never_acts(ledger: Ledger) -> None:
    called_off = ledger.withdraw(TOUCH)
    assert called_off == Receipt(key=TOUCH.key, answer=Answer.WITHDRAWN, why="called off before it acted")
    assert ledger.reserve(TOUCH) == called_off
    assert ledger.withdraw(TOUCH) == called_off


def test_a_withdrawal_overtakes_an_attempt_that_has_not_acted_yet(ledger: Ledger) -> None:
    claim = claimed(ledger)
    ledger.withdraw(TOUCH)
    with pytest.raises(LostClaim):
        ledger.mark_acting(claim)
    assert ledger.counts() == {"email": {"cancelled": 1}}


def test_a_withdrawal_waits_for_an_attempt_that_is_acting(ledger: Ledger) -> None:
    claim = acting(ledger)
    with pytest.raises(UnderWay):
        ledger.withdraw(TOUCH)
    ledger.settle(claim, DONE, acted=True)
    assert ledger.withdraw(TOUCH) == DONE


def test_a_withdrawal_takes_a_crashed_attempt_over(ledger: Ledger) -> None:
    acting(ledger)
    taken = after(ledger, PAST_LEASE).withdraw(TOUCH)
    assert isinstance(taken, Claim)
    assert taken.interrupted
