"""The ledger's protocol, on SQLite and on PostgreSQL alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from activities.ledger.database import open_database
from activities.ledger.failures import LostClaim, UnderWay
from activities.ledger.ledger import Claim, Ledger
from activities.ledger.touch_table import TouchState
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import Answer, Receipt, Record, Touch
from tests.activities.building import AT, a_task, a_touch, after

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


def test_an_outcome_told_twice_is_one_row(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.record([record(Outcome.DELAYED, why="the cap"), record(Outcome.MISSED, 1, "out of its window")])
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert (row.outcome, row.reason, row.at) == (Outcome.MISSED, "out of its window", AT + timedelta(days=1))
    assert ledger.counts() == {"email": {"missed": 1}}


def test_nothing_told_keeps_nothing(ledger: Ledger) -> None:
    ledger.record([])
    assert ledger.counts() == {}


def test_an_older_outcome_never_covers_a_newer_one(ledger: Ledger) -> None:
    ledger.record([record(Outcome.MISSED, 2)])
    ledger.record([record(Outcome.DELAYED, 1)])
    assert ledger.counts() == {"email": {"missed": 1}}


def test_sent_covers_delayed(ledger: Ledger) -> None:
    ledger.record([record(Outcome.DELAYED)])
    confirmed(ledger)
    assert ledger.counts() == {"email": {"sent": 1}}


def test_nothing_covers_sent(ledger: Ledger) -> None:
    confirmed(ledger)
    ledger.record([record(outcome, 3) for outcome in Outcome])
    assert ledger.counts() == {"email": {"sent": 1}}
    assert ledger.reserve(TOUCH) == DONE


def test_a_recorded_outcome_does_not_disturb_an_attempt(ledger: Ledger) -> None:
    claim = acting(ledger)
    ledger.record([record(Outcome.DELAYED, why="the provider could not")])
    assert ledger.settle(claim, DONE, acted=True) == DONE
    assert ledger.counts() == {"email": {"sent": 1}}


def test_a_withdrawn_touch_keeps_the_reason_that_was_recorded(ledger: Ledger) -> None:
    ledger.withdraw(TOUCH)
    ledger.record([record(Outcome.CANCELLED, 1, "the customer churned")])
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert (row.state, row.reason) == (TouchState.WITHDRAWN, "the customer churned")


def test_no_address_is_kept_in_a_reason(ledger: Ledger) -> None:
    ledger.record([record(Outcome.SUPPRESSED, why="ana@acme.example opted out")])
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert row.reason == "(address) opted out"


def test_reports_count_by_kind_and_outcome_and_list_a_customer_by_time(ledger: Ledger) -> None:
    confirmed(ledger)
    confirmed(ledger, a_task(at=AT - timedelta(days=1)))
    confirmed(ledger, a_touch("other/1/welcome/1/email", customer="other"))
    claimed(ledger, a_touch("acme/1/checkin/1/email"))
    ledger.record([record(Outcome.SKIPPED, touch=a_touch("acme/1/nps/1/survey"))])
    assert ledger.counts() == {"email": {"sent": 2, "skipped": 1}, "task": {"sent": 1}}
    assert ledger.counts("acme") == {"email": {"sent": 1, "skipped": 1}, "task": {"sent": 1}}
    assert [(row.kind, row.outcome) for row in ledger.of_customer("acme")] == [
        (TouchKind.TASK, Outcome.SENT),
        (TouchKind.EMAIL, None),
        (TouchKind.EMAIL, Outcome.SKIPPED),
        (TouchKind.EMAIL, Outcome.SENT),
    ]
    assert [row.key for row in ledger.with_outcome(Outcome.SKIPPED)] == ["acme/1/nps/1/survey"]
    assert ledger.sent_twice() == 0


def test_a_person_says_that_an_unknown_touch_happened(ledger: Ledger) -> None:
    ledger.settle(acting(ledger), Receipt(key=TOUCH.key, answer=Answer.UNKNOWN))
    assert ledger.resolve(TOUCH.key, happened=True, why="the customer has it")
    assert ledger.reserve(TOUCH) == Receipt(key=TOUCH.key, answer=Answer.DONE, why="the customer has it")
    assert not ledger.resolve(TOUCH.key, happened=True, why="again")


def test_a_person_says_that_an_unknown_touch_did_not_happen(ledger: Ledger) -> None:
    ledger.settle(acting(ledger), Receipt(key=TOUCH.key, answer=Answer.UNKNOWN))
    assert ledger.resolve(TOUCH.key, happened=False, why="the log has nothing")
    assert not claimed(ledger).interrupted
