"""What lists read of the record, and in which order."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.ledger import Ledger
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.ledger.record.reading import RecordReading
from activities.ledger.record.writing import RecordWriting
from lifecycle.domain.enums import Stage, TouchKind
from lifecycle.domain.record import Fact, FactKind, RecordLines
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.playbook.directory_reading import read_directory
from tests.activities.building import AT, a_touch
from tests.activities.ledger.claims import acting
from tests.lifecycle.building import a_play, a_playbook, task
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


def test_an_open_task_is_late_by_working_hours_of_whoever_is_to_do_it(engine: sa.Engine) -> None:
    kim = "people:\n  kim: {name: Kim Lee, email: kim@us.example, roles: csm, timezone: Asia/Tokyo, country: JP, hours: {opens: 07:00, closes: 12:00}}"
    hours = {"hours": {"opens": "09:00", "closes": "18:00", "business_days": True}}
    playbook = a_playbook(onboarding={}, rest={"contact_policy": hours})
    PlaybookStore(engine).publish(playbook.model_copy(update={"playbook": "brief", "version": "v1"}), {})
    row = a_row(playbook="brief@v1", country="DE", timezone="Europe/Berlin").values()
    RecordWriting(engine).write("acme", RecordLines(life=1, as_of=AT, version=1, values=row))
    ask(engine, "acme", "acme/1/calls/1/call")
    reading = RecordReading(engine)
    [asked] = reading.open_tasks()
    due = asked["due_at"]
    assert due == AT + A_DAY  # Tuesday, 09:00 in Berlin
    late = {hours: RecordReading(engine).playbooks.late_hours(asked, due + timedelta(hours=hours)) for hours in (0, 2, 24, 6 * 24)}
    assert late == {0: 0.0, 2: 2.0, 24: 9.0, 6 * 24: 36.0}
    put_off = asked | {"snoozed_until": due + A_DAY}
    assert [reading.playbooks.late_hours(put_off, due + days * A_DAY) for days in (1, 2)] == [0.0, 18.0]
    assert reading.playbooks.late_hours(asked | {"customer_owner_timezone": "Asia/Tokyo"}, due + A_DAY) == 9.0
    assert reading.playbooks.late_hours(asked | {"customer_playbook": "gone@v1"}, due + A_DAY) is None
    PeopleStore(engine).publish(read_directory(kim))
    assert RecordReading(engine).playbooks.late_hours(asked, due + A_DAY) == 5.0


def test_what_a_play_is_about_is_what_its_customers_playbook_says(engine: sa.Engine) -> None:
    playbook = a_playbook(onboarding={"call": a_play(task(), at={"day": 1}) | {"about": "A first call."}})
    PlaybookStore(engine).publish(playbook.model_copy(update={"playbook": "brief", "version": "v1"}), {})
    about = RecordReading(engine).playbooks.about
    assert [about("brief@v1", "call"), about("brief@v1", "dance"), about("gone@v1", "call")] == ["A first call.", "", ""]


def test_meetings_and_calls_count_and_mails_do_not(reading: RecordReading) -> None:
    assert reading.calls(["acme", "quix"], AT - 90 * A_DAY) == {"quix": 2}
