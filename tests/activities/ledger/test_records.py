"""Outcomes that the engine tells the ledger, what a person says of a touch, and what reports count."""

from datetime import timedelta

from activities.ledger.database.touch_table import TouchState
from activities.ledger.ledger import Ledger
from lifecycle.domain.enums import Outcome, TouchKind
from tests.activities.building import AT, a_task, a_touch
from tests.activities.ledger.claims import DONE, TOUCH, acting, claimed, confirmed, record


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
