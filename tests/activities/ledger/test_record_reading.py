"""What lists read of the record, and in which order."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.ledger import Ledger
from activities.ledger.record.reading import RecordReading
from activities.ledger.record.writing import RecordWriting
from lifecycle.domain.enums import Stage, TouchKind
from lifecycle.domain.record import Fact, FactKind, RecordLines
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import AT, a_touch
from tests.activities.ledger.claims import acting
from tests.lifecycle.explain.test_record import a_row

A_DAY = timedelta(days=1)


@pytest.fixture
def reading(engine: sa.Engine) -> RecordReading:
    """Acme and Quix, both with a task, that of Quix snoozed; and Zed, which has left."""
    everybody: dict[str, dict[str, Any]] = {
        "acme": {"contract_end": date(2026, 6, 30)},
        "quix": {"contract_end": date(2026, 4, 1), "owner": "Maya Okafor", "next_touch_at": AT + 2 * A_DAY},
        "zed": {"contract_end": date(2026, 5, 1), "stage": Stage.WIN_BACK, "next_touch_at": None},
    }
    for customer, changes in everybody.items():
        RecordWriting(engine).write(customer, RecordLines(life=1, as_of=AT, version=1, values=a_row(**changes).values()))
        if customer != "zed":
            ask(engine, customer, f"{customer}/1/calls/1/call")
    talks = [
        Fact(number=1, at=AT, kind="meeting.held", what="kickoff"),
        Fact(number=2, at=AT, kind="note.added", data={"text": "x", "way": "call"}),
        Fact(number=3, at=AT, kind="note.added", data={"text": "x", "way": "mail"}),
        Fact(number=4, at=AT - 100 * A_DAY, kind="meeting.held", what="kickoff"),
    ]
    snoozed: dict[str, Any] = {"task": "quix/1/calls/1/call", "until": (AT + 9 * A_DAY).isoformat()}
    put_off = Fact(number=5, at=AT, kind=FactKind.TASK_SNOOZED, what="call", data=snoozed)
    RecordWriting(engine).write("quix", RecordLines(life=1, as_of=AT, version=1, facts=[*talks, put_off]))
    return RecordReading(engine)


def ask(engine: sa.Engine, customer: str, key: str) -> None:
    touch = a_touch(key, TouchKind.TASK, customer=customer, name="call", text="Call", owner="csm", deadline=AT + A_DAY)
    ledger = Ledger(engine)
    ledger.settle(acting(ledger, touch), Receipt(key=key, answer=Answer.DONE))


def test_customers_are_listed_by_a_part_of_their_owners_name(reading: RecordReading) -> None:
    assert [row["customer"] for row in reading.customers()] == ["acme", "quix", "zed"]
    assert [row["customer"] for row in reading.customers(owner="okaf")] == ["quix"]


def test_contracts_that_end_are_those_of_customers_who_are_with_us_and_the_day_behind_is_left_out(reading: RecordReading) -> None:
    assert [row["customer"] for row in reading.ending(date(2026, 4, 1), date(2026, 7, 1))] == ["quix", "acme"]
    assert [row["customer"] for row in reading.ending(date(2026, 4, 2), date(2026, 6, 30))] == []


def test_what_is_next_comes_in_the_order_of_time(reading: RecordReading) -> None:
    assert [row["customer"] for row in reading.next_before(AT + 7 * A_DAY)] == ["quix", "acme"]
    assert [row["customer"] for row in reading.next_before(AT + 3 * A_DAY)] == ["quix"]


def test_a_task_that_is_put_off_is_not_overdue_before_that_is_over(reading: RecordReading, engine: sa.Engine) -> None:
    assert [row["customer"] for row in reading.open_tasks()] == ["acme", "quix"]
    assert [row["customer"] for row in reading.open_tasks(due_before=AT + 5 * A_DAY)] == ["acme"]
    assert [row["customer"] for row in reading.open_tasks(due_before=AT + 10 * A_DAY)] == ["acme", "quix"]
    done = Fact(number=6, at=AT, kind=FactKind.TASK_DONE, what="call", data={"task": "acme/1/calls/1/call", "late": 0.0})
    RecordWriting(engine).write("acme", RecordLines(life=1, as_of=AT, version=1, facts=[done]))
    assert [row["customer"] for row in reading.open_tasks()] == ["quix"]


def test_meetings_and_calls_count_and_mails_do_not(reading: RecordReading) -> None:
    assert reading.calls(["acme", "quix"], AT - 90 * A_DAY) == {"quix": 2}
