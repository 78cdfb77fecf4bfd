"""The record's tables: what is written along with touches is there once, whatever is retried, comes late or races."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.ledger import Claim, Ledger
from activities.ledger.lives import Lives, RememberLife
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.ledger.record.writing import RecordWriting, write_lines
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.record import Fact, FactKind, RecordLines
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.record import Recorded
from tests.activities.building import AT, a_touch
from tests.activities.ledger.claims import TOUCH, acting, confirmed, record
from tests.lifecycle.explain.test_record import a_row

ROW = a_row().values()
CALL = a_touch("acme/1/value-gap/1/call", TouchKind.TASK, name="call", text="Call them", owner="csm", deadline=AT + timedelta(days=1))


def lines(version: int = 1, *facts: Fact, life: int = 1, hours: int = 0, **values: Any) -> RecordLines:
    return RecordLines(life=life, as_of=AT + timedelta(hours=hours), version=version, facts=list(facts), values=values or dict(ROW))


def fact(number: int, kind: str = "survey.answered", days: int = 0, **data: Any) -> Fact:
    return Fact(number=number, at=AT + timedelta(days=days), kind=kind, what="nps", by="Kim", data=data)


def carrying(told: RecordLines) -> Touch:
    return replace(TOUCH, carries=told)


def rows(engine: sa.Engine, table: sa.Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]


def facts(engine: sa.Engine) -> list[tuple[str, str]]:
    return [(row["id"], row["kind"]) for row in rows(engine, FACTS)]


def snoozed(number: int, until: str, key: str = CALL.key) -> Fact:
    return Fact(number=number, at=AT, kind=FactKind.TASK_SNOOZED, what="call", by="Kim", data={"task": key, "until": until})


def done(number: int, key: str = CALL.key) -> Fact:
    return Fact(number=number, at=AT + timedelta(days=2), kind=FactKind.TASK_DONE, what="call", by="Kim", data={"task": key, "late": 9.0})


def test_a_touch_carries_the_lines_and_the_row_in_the_transaction_that_takes_hold_of_it(engine: sa.Engine) -> None:
    assert isinstance(Ledger(engine).reserve(carrying(lines(1, fact(1, score=9)))), Claim)
    [row] = rows(engine, CUSTOMERS)
    assert {name: row[name] for name in ("customer", "life", "version", "as_of", "stage", "contract_end", "next_touch_at", "health")} == {
        "customer": "acme", "life": 1, "version": 1, "as_of": AT, "stage": "growth", "contract_end": date(2027, 3, 2),
        "next_touch_at": AT + timedelta(days=7), "health": 71,
    }  # fmt: skip
    [line] = rows(engine, FACTS)
    assert line == {
        "customer": "acme", "id": "1.1", "life": 1, "number": 1, "at": AT, "kind": "survey.answered", "what": "nps", "said_by": "Kim",
        "data": '{"score": 9}', "as_of": AT,
    }  # fmt: skip


def test_every_column_of_the_row_is_one_of_the_table() -> None:
    assert {*ROW} == {column.name for column in CUSTOMERS.c} - {"customer", "life", "version", "as_of"}


def test_what_is_written_again_changes_nothing(engine: sa.Engine) -> None:
    ledger, told = Ledger(engine), lines(1, fact(1), fact(2, FactKind.OPERATOR))
    ledger.reserve(carrying(told))
    before = [rows(engine, table) for table in (CUSTOMERS, FACTS, TASKS)]
    ledger.record([record(Outcome.MISSED)], told, "acme")
    RecordWriting(engine).write("acme", told)
    Lives(engine).remember(RememberLife(customer="acme", life="run", remains=EarlierLives(lives=1), carries=told))
    assert [rows(engine, table) for table in (CUSTOMERS, FACTS, TASKS)] == before


def test_records_of_what_did_not_go_out_and_of_lives_carry_lines_too(engine: sa.Engine) -> None:
    Ledger(engine).record([record(Outcome.MISSED)], lines(1, fact(1)), "acme")
    Lives(engine).remember(RememberLife(customer="acme", life="run", remains=EarlierLives(lives=1), carries=lines(2, fact(2))))
    RecordWriting(engine).write("acme", lines(3, fact(3)))
    assert facts(engine) == [("1.1", "survey.answered"), ("1.2", "survey.answered"), ("1.3", "survey.answered")]
    assert [row["version"] for row in rows(engine, CUSTOMERS)] == [3]


@pytest.mark.parametrize(
    ("late", "stands"),
    [
        pytest.param({"version": 2, "stage": "renewal"}, "growth", id="an older state of the same life"),
        pytest.param({"version": 3, "stage": "renewal"}, "growth", id="the same state"),
        pytest.param({"version": 4, "stage": "renewal"}, "renewal", id="a newer state"),
        pytest.param({"version": 9, "life": 1, "stage": "renewal"}, "growth", id="an earlier life"),
        pytest.param({"version": 1, "life": 3, "stage": "renewal"}, "renewal", id="a later life"),
    ],
)
def test_an_older_state_of_the_row_never_covers_a_newer_one(engine: sa.Engine, late: dict[str, Any], stands: str) -> None:
    RecordWriting(engine).write("acme", lines(3, life=2))
    RecordWriting(engine).write("acme", lines(**{"life": 2} | late))
    assert [row["stage"] for row in rows(engine, CUSTOMERS)] == [stands]


def test_a_part_of_the_row_leaves_the_rest_as_it_is_and_says_as_of_when_all_of_it_is(engine: sa.Engine) -> None:
    RecordWriting(engine).write("acme", lines(1))
    RecordWriting(engine).write("acme", lines(2, hours=5, owner="Lee"))
    RecordWriting(engine).write("acme", RecordLines(life=1, as_of=AT + timedelta(hours=6), version=3))
    [row] = rows(engine, CUSTOMERS)
    assert (row["owner"], row["stage"], row["version"], row["as_of"]) == ("Lee", "growth", 3, AT + timedelta(hours=6))


def test_a_task_is_open_from_the_moment_that_it_was_asked_for_and_not_before(engine: sa.Engine) -> None:
    ledger = Ledger(engine)
    claim = acting(ledger, CALL)
    assert (rows(engine, TASKS), facts(engine)) == ([], [])
    ledger.settle(claim, Receipt(key=CALL.key, answer=Answer.DONE), acted=True)
    [task] = rows(engine, TASKS)
    assert {name: value for name, value in task.items() if value is not None} == {
        "key": CALL.key, "customer": "acme", "as_of": AT, "name": "call", "play": "welcome", "owner": "Kim Lee", "role": "csm", "title": "Call them",
        "asked_at": AT, "due_at": AT + timedelta(days=1),
    }  # fmt: skip
    assert facts(engine) == [(f"asked {CALL.key}", "task.asked")]


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.UNKNOWN, Answer.WITHDRAWN])
def test_a_task_that_nobody_got_is_none(engine: sa.Engine, answer: Answer) -> None:
    ledger = Ledger(engine)
    ledger.settle(acting(ledger, CALL), Receipt(key=CALL.key, answer=answer))
    assert rows(engine, TASKS) == []


def test_what_is_told_of_a_task_comes_in_any_order_and_what_comes_late_undoes_nothing(engine: sa.Engine) -> None:
    first, second = "2026-03-04T09:00:00+00:00", "2026-03-05T09:00:00+00:00"
    RecordWriting(engine).write("acme", lines(1, snoozed(1, first)))
    RecordWriting(engine).write("acme", lines(2, snoozed(2, second), done(3), hours=1))
    RecordWriting(engine).write("acme", lines(1, snoozed(1, first)))
    ledger = Ledger(engine)
    ledger.settle(acting(ledger, CALL), Receipt(key=CALL.key, answer=Answer.DONE), acted=True)
    [task] = rows(engine, TASKS)
    said = {name: task[name] for name in ("title", "snoozed_until", "closed_as", "closed_by", "closed_at", "late_hours", "as_of")}
    assert said == {
        "title": "Call them", "snoozed_until": AT.replace(day=5, hour=9), "closed_as": "done", "closed_by": "Kim",
        "closed_at": AT + timedelta(days=2), "late_hours": 9.0, "as_of": AT + timedelta(hours=1),
    }  # fmt: skip


def test_attempts_that_race_write_each_line_once(engine: sa.Engine) -> None:
    barrier, faults = Barrier(4), list[Exception]()

    def write(version: int) -> None:
        barrier.wait()
        try:
            with engine.begin() as connection:
                write_lines(connection, "acme", lines(version, *(fact(number) for number in range(1, 6)), tier="A"))
        except Exception as fault:  # noqa: BLE001  shown below
            faults.append(fault)

    RecordWriting(engine).write("acme", lines(1))
    racing = [Thread(target=write, args=(version,)) for version in (2, 3, 4, 5)]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join()
    assert faults == []
    assert [id for id, _ in facts(engine)] == [f"1.{number}" for number in range(1, 6)]
    assert [row["version"] for row in rows(engine, CUSTOMERS)] == [5]


def anew(engine: sa.Engine, *open_tasks: str, told: RecordLines | None = None) -> None:
    RecordWriting(engine).make_anew("acme", Recorded(lines=told or lines(9), tasks=list(open_tasks)))


def test_what_is_made_anew_is_what_was_written(engine: sa.Engine) -> None:
    ledger = Ledger(engine)
    for number in range(1, 4):
        touch = replace(CALL, key=f"acme/1/value-gap/{number}/call")
        ledger.settle(acting(ledger, touch), Receipt(key=touch.key, answer=Answer.DONE), acted=True)
    RecordWriting(engine).write("acme", lines(1, snoozed(1, "2026-03-04T09:00:00+00:00"), done(2), fact(3)))
    before = [rows(engine, table) for table in (CUSTOMERS, FACTS, TASKS)]
    with engine.begin() as connection:
        connection.execute(TASKS.update().values(title="lost", closed_as="done"))
        connection.execute(CUSTOMERS.update().values(stage="lost"))
    anew(engine, told=lines(1))
    assert [rows(engine, table) for table in (CUSTOMERS, FACTS, TASKS)] == before


def test_lines_that_a_life_had_yet_to_write_are_written_and_come_once(engine: sa.Engine) -> None:
    anew(engine, told=lines(4, fact(1), done(2)))
    RecordWriting(engine).write("acme", lines(5, fact(1), done(2), fact(3)))
    assert [id for id, _ in facts(engine)] == ["1.1", "1.2", "1.3"]
    assert [row["version"] for row in rows(engine, CUSTOMERS)] == [5]


def test_a_row_that_was_written_after_the_life_answered_stands(engine: sa.Engine) -> None:
    RecordWriting(engine).write("acme", lines(5, stage="renewal"))
    anew(engine, told=lines(4))
    assert [row["stage"] for row in rows(engine, CUSTOMERS)] == ["renewal"]


@pytest.mark.parametrize(("still_open", "closed_as"), [(True, None), (False, "dropped")])
def test_tasks_of_builds_before_the_record_are_known_by_their_touches(engine: sa.Engine, still_open: bool, closed_as: str | None) -> None:
    confirmed(Ledger(engine), CALL)
    with engine.begin() as connection:
        connection.execute(sa.delete(FACTS))
        connection.execute(sa.delete(TASKS))
    anew(engine, *([CALL.key] if still_open else []))
    assert [(row["key"], row["closed_as"]) for row in rows(engine, TASKS)] == [(CALL.key, closed_as)]


def test_without_an_answer_of_the_life_its_tasks_are_made_anew_and_its_row_stays(engine: sa.Engine) -> None:
    RecordWriting(engine).write("acme", lines(1, done(1)))
    before = rows(engine, CUSTOMERS)
    with engine.begin() as connection:
        connection.execute(sa.delete(TASKS))
    RecordWriting(engine).make_anew("acme", None)
    assert rows(engine, CUSTOMERS) == before
    assert [row["closed_as"] for row in rows(engine, TASKS)] == ["done"]
    assert RecordWriting(engine).customers() == ["acme"]
    assert RecordWriting(engine).customers("acme") == []
