"""What a life remembers for its record is bounded, and says how health was a month ago."""

from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter
from pydantic_core import to_json

from lifecycle.state.record import LONGEST_TASK, LONGEST_TEXT, MOST_WAITING, TASKS_KEPT, OpenTask, RecordState, WeekOfUsage
from lifecycle.state.room import MOST
from tests.lifecycle.building import moment

AT = moment("2026-03-02", "12:00")
A_DAY = timedelta(days=1)


def task(owner: str = "x" * 64) -> OpenTask:
    return OpenTask(owner=owner, due=AT, snoozed_until=AT)


def test_the_largest_there_can_be_fits_its_room() -> None:
    record = RecordState(number=10**9, version=10**9, unread=10**9, usage=WeekOfUsage(week="2026-W10", reports=10**6, sum=1e300 / 3))
    for number in range(2 * TASKS_KEPT):
        record.open_task(f"{number:05}/{'x':x<{LONGEST_TASK - 8}}", task())
    for day in range(400):
        record.mark_health(AT + day * A_DAY, 100 - day % 2)
    assert len(record.tasks) == TASKS_KEPT
    assert len(to_json(record)) + MOST_WAITING <= MOST["record"]


def test_of_too_many_tasks_the_latest_are_remembered_and_one_with_too_long_a_key_is_not() -> None:
    record = RecordState()
    for number in range(TASKS_KEPT + 1):
        record.open_task(f"acme/1/play/{number}/call", task())
    record.open_task(f"acme/1/play/{'x' * LONGEST_TASK}/call", task())
    assert (next(iter(record.tasks)), len(record.tasks)) == ("acme/1/play/1/call", TASKS_KEPT)


@pytest.mark.parametrize(
    ("marks", "on", "score"),
    [
        pytest.param({0: 80}, 29, None, id="nothing was known then"),
        pytest.param({0: 80}, 30, 80, id="thirty days to the day"),
        pytest.param({0: 80}, 400, 80, id="it has not changed since"),
        pytest.param({0: 80, 20: 50, 45: 30}, 52, 50, id="what stood then, not what came after"),
        pytest.param({0: 80, 1: 70, 2: 60}, 31, 60, id="of days so near to each other the latest counts for the first"),
        pytest.param({day: day for day in range(0, 120, 5)}, 120, 90, id="many changes"),
    ],
)
def test_health_a_month_ago(marks: dict[int, int], on: int, score: int | None) -> None:
    record = RecordState()
    for day, each in marks.items():
        record.mark_health(AT + day * A_DAY, each)
    assert record.score_a_month_before(AT + on * A_DAY) == score


def test_of_a_text_the_beginning_is_kept_and_what_is_empty_is_left_out() -> None:
    record = RecordState()
    record.add(AT, "note.added", data={"text": "x" * 1000, "way": "", "more": None, "paid": False, "amount": 0.0})
    [fact] = record.waiting
    assert (
        fact.data == {"text": "x" * (LONGEST_TEXT - 5) + "…", "paid": False, "amount": 0.0} or len(str(fact.data["text"])) <= LONGEST_TEXT
    )
    assert set(fact.data) == {"text", "paid", "amount"}


def test_what_is_written_waits_no_more_and_numbers_go_on() -> None:
    record = RecordState()
    for _ in range(3):
        record.add(AT, "stage")
    record.written({1, 3})
    record.add(AT, "stage")
    assert [fact.number for fact in record.waiting] == [2, 4]


def test_what_there_is_none_of_is_left_out_of_what_is_stored() -> None:
    record = RecordState(health={date(2026, 3, 2): 70})
    written = TypeAdapter(RecordState).dump_json(record)
    assert written == b'{"number":0,"version":0,"health":{"2026-03-02":70}}'
    assert TypeAdapter(RecordState).validate_json(written) == record
