"""The record by pages: every row once, in order, whatever is written between two of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.record.pages import Order, PageOfRows, Position, RecordPages, Which
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.ledger.record.writing import RecordWriting
from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.record import RecordLines
from tests.activities.building import AT
from tests.hostile_texts import HOSTILE, is_text
from tests.lifecycle.explain.test_record import a_row

A_DAY = timedelta(days=1)
WORTH = [300.0, None, 100.0, 300.0, None, 0.0, 200.0]


@pytest.fixture
def pages(engine: sa.Engine) -> RecordPages:
    """Customers c0 to c6, worth what WORTH says; c2 has left."""
    for number, value in enumerate(WORTH):
        changes: dict[str, Any] = {"stage": Stage.WIN_BACK if number == 2 else Stage.GROWTH, "contract_end": date(2026, 4, 1 + number)}
        write(engine, f"c{number}", annual_value=value or 0.0, next_touch_at=AT + number * A_DAY, **changes)
        if value is None:
            with engine.begin() as connection:
                connection.execute(sa.update(CUSTOMERS).where(CUSTOMERS.c.customer == f"c{number}").values(annual_value=None))
    return RecordPages(engine, 5.0)


def write(engine: sa.Engine, customer: str, version: int = 1, **changes: Any) -> None:
    RecordWriting(engine).write(customer, RecordLines(life=1, as_of=AT, version=version, values=a_row(**changes).values()))


def walked(page: Callable[[Position | None], PageOfRows], between: Callable[[int], None] = lambda _: None) -> list[str]:
    """The ids on all pages; `between` is called after each, with how many there were."""
    found: list[str] = []
    after, number = None, 0
    while True:
        got = page(after)
        found += [str(row.get("key", row["customer"])) for row in got.rows]
        after, number = got.last, number + 1
        if after is None:
            return found
        between(number)


@pytest.mark.parametrize("most", [1, 2, 3, 7, 200])
def test_pages_of_any_length_have_every_row_once_and_what_is_not_known_last(pages: RecordPages, most: int) -> None:
    orders = {
        Order("customer"): "0123456",
        Order("customer", descending=True): "6543210",
        Order("annual_value"): "5260314",
        Order("annual_value", descending=True): "0362514",
        Order("next_touch_at", descending=True): "6543210",
        Order("contract_end"): "0123456",
        Order("health"): "0123456",
    }
    for order, expected in orders.items():
        assert walked(lambda after, by=order: pages.customers(Which(), by, most, after)) == [f"c{number}" for number in expected]  # type: ignore[misc]


def test_pages_stay_whole_while_rows_come_go_and_change_between_them(pages: RecordPages, engine: sa.Engine) -> None:
    def between(number: int) -> None:
        write(engine, f"a{number}")  # before every position: an offset would show a row again
        write(engine, f"c{number}x")
        write(engine, "c6", version=1 + number, annual_value=float(number))
        with engine.begin() as connection:
            connection.execute(sa.delete(CUSTOMERS).where(CUSTOMERS.c.customer == "c0"))  # an offset would leave a row out

    found = walked(lambda after: pages.customers(Which(), Order("customer"), 2, after), between)
    assert [name for name in found if len(name) == 2 and name[0] == "c"] == [f"c{number}" for number in range(7)]
    assert len(found) == len(set(found)) and not any(name.startswith("a") for name in found)


def test_upcoming_and_ending_are_those_within_and_not_of_who_has_left(pages: RecordPages) -> None:
    upcoming = walked(lambda after: pages.next_before(AT + 3 * A_DAY, Which(), Order("next_touch_at"), 2, after))
    assert upcoming == ["c0", "c1", "c2", "c3"]
    ending = walked(lambda after: pages.ending(date(2026, 4, 2), date(2026, 4, 5), Which(), Order("contract_end"), 1, after))
    assert ending == ["c1", "c3", "c4"]


def test_filters_say_the_same_on_either_database(pages: RecordPages, engine: sa.Engine) -> None:
    write(engine, "d", owner="Žofie Ólafs", segment="Straße", tier=Tier.B, health=12, health_band=Band.RED)
    with_all = Which(stage=Stage.GROWTH, tier=Tier.B, segment="STRASSE", owner="ŽOFIE ó", health=Band.RED)
    for which in (with_all, Which(tier=Tier.B), Which(segment="strasse"), Which(owner="ólaf"), Which(health=Band.RED)):
        assert walked(lambda after, of=which: pages.customers(of, Order("customer"), 1, after)) == ["d"]  # type: ignore[misc]
    for nobody in (
        Which(segment="stra"),
        Which(owner="%"),
        Which(owner="\0"),
        Which(stage=Stage.TRIAL),
        Which(tier=Tier.B, health=Band.GREEN),
    ):
        assert pages.customers(nobody, Order("customer"), 9).rows == []


def test_owners_are_found_by_any_part_of_any_name(pages: RecordPages, engine: sa.Engine) -> None:
    names = {f"h{number}": text for number, text in enumerate(HOSTILE.values()) if is_text(text) and "\0" not in text and text.strip()}
    with engine.begin() as connection:
        rows = [{"customer": key, "life": 1, "version": 1, "as_of": AT, "owner": text} for key, text in names.items()]
        connection.execute(sa.insert(CUSTOMERS), rows)
    for key, text in names.items():
        assert key in walked(lambda after, part=text: pages.customers(Which(owner=part), Order("customer"), 50, after)), repr(text)  # type: ignore[misc]


def test_open_tasks_come_by_when_they_are_due_and_to_whom_they_or_their_customer_belong(pages: RecordPages, engine: sa.Engine) -> None:
    tasks: list[dict[str, Any]] = [
        {"key": "t1", "customer": "c0", "due_at": AT + 2 * A_DAY, "owner": "Maya Okafor"},
        {"key": "t2", "customer": "c0", "due_at": None, "owner": None},
        {"key": "t3", "customer": "nobody", "due_at": AT + A_DAY, "owner": "Maya Okafor"},
        {"key": "t4", "customer": "c1", "due_at": AT + A_DAY, "owner": "x", "snoozed_until": AT + 9 * A_DAY},
        {"key": "t5", "customer": "c1", "due_at": AT, "owner": "x", "closed_at": AT},
    ]
    with engine.begin() as connection:
        for task in tasks:
            connection.execute(sa.insert(TASKS).values(**task, as_of=AT, asked_at=AT))
    by_due = Order("due_at")
    assert walked(lambda after: pages.open_tasks(None, None, by_due, 1, after)) == ["t3", "t4", "t1", "t2"]
    assert walked(lambda after: pages.open_tasks("okaf", None, by_due, 1, after)) == ["t3", "t1"]
    assert walked(lambda after: pages.open_tasks("kim", None, by_due, 1, after)) == ["t4", "t1", "t2"]
    assert walked(lambda after: pages.open_tasks(None, AT + 5 * A_DAY, by_due, 2, after)) == ["t3", "t1"]


def test_one_customer_has_the_tasks_due_soonest_and_the_latest_lines(pages: RecordPages, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for number in range(5):
            line = {"customer": "c0", "id": f"1.{number}", "life": 1, "number": number, "at": AT, "kind": "x", "what": "", "said_by": ""}
            connection.execute(sa.insert(FACTS).values(**line, data="{}", as_of=AT))
            connection.execute(sa.insert(TASKS).values(key=f"t{number}", customer="c0", as_of=AT, asked_at=AT, due_at=AT - number * A_DAY))
        connection.execute(sa.insert(FACTS).values(customer="c0", id="t", at=AT, kind="y", what="", said_by="", data="{}", as_of=AT))
    one = pages.customer("c0", 2, 3)
    assert one is not None and one.row["customer"] == "c0"
    assert [task["key"] for task in one.tasks] == ["t4", "t3"]
    assert [line["id"] for line in one.facts] == ["1.4", "1.3", "1.2"]
    assert pages.customer("nobody", 2, 3) is None
