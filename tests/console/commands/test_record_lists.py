"""What `today`, `renewals` and the other lists of the record say, and how it is printed."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from activities.ledger.record.risks import risks_of
from console.commands import renewals, sent, tasks, today, upcoming
from console.commands.renewals import quarter_of
from console.commands.today import ranked
from console.terminal import listing
from console.terminal.listing import Form, form_of, show_rows
from console.terminal.tables import list_table
from lifecycle.domain.errors import Mistake

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def customer(name: str, value: float = 100.0, **changes: Any) -> dict[str, Any]:
    """One whom nothing presses."""
    return {
        "customer": name, "name": name.title(), "annual_value": value, "currency": "EUR", "as_of": NOW, "timezone": "UTC", "cancelled_to": None,
        "intent": "", "contract_end": date(2027, 1, 1), "health_band": "green", "health": 80, "health_change": None, "unread": 0,
        "signed_until": None, "unknown": 0, "stopped": "",
    } | changes  # fmt: skip


LATE = {"customer": "late", "title": "Call them", "due_at": datetime(2026, 5, 1, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({}, None, id="nothing presses"),
        pytest.param({"cancelled_to": date(2026, 9, 1)}, "it has cancelled, to 2026-09-01", id="cancelled"),
        pytest.param({"intent": "low"}, None, id="a low intent for a term that ends next year"),
        pytest.param(
            {"intent": "low", "contract_end": date(2026, 7, 1)}, "its intent to renew is low, and its term ends on 2026-07-01", id="low"
        ),
        pytest.param({"customer": "late"}, "'Call them' was due on 2026-05-01 09:00", id="an overdue task"),
        pytest.param({"health_band": "red", "health": 30}, "its health is 30 of 100", id="red"),
        pytest.param({"health_change": -15}, "its health has fallen by 15 in a month", id="fallen"),
        pytest.param({"health_change": -14}, None, id="fallen by less"),
        pytest.param({"unread": 2}, "2 of its answers since one of ours last did something", id="answers"),
        pytest.param({"contract_end": date(2026, 6, 3)}, "its term ends on 2026-06-03, and nothing is signed", id="ends"),
        pytest.param({"contract_end": date(2026, 6, 3), "signed_until": date(2027, 6, 3)}, None, id="ends, and goes on"),
        pytest.param({"unknown": 1}, "of 1 touches nobody knows whether they were sent", id="unknown"),
    ],
)
def test_the_gravest_reason_of_a_customer_counts(changes: dict[str, Any], why: str | None) -> None:
    found = ranked([customer("acme") | changes], [LATE], NOW)
    assert [row["why"] for row in found] == ([why] if why else [])


def test_five_at_most_come_the_graver_reason_first_and_then_the_larger_contract() -> None:
    rows = [
        customer("small", 10, unread=1), customer("large", 900, unread=1), customer("red", 5, health_band="red", health=1),
        customer("gone", 1, cancelled_to=date(2026, 9, 1)), customer("calm", 10_000), customer("odd", 50, unknown=1), customer("odd-2", 60, unknown=1),
    ]  # fmt: skip
    assert [row["customer"] for row in ranked(rows, [], NOW)] == ["gone", "red", "large", "small", "odd-2"]


@pytest.mark.parametrize(
    ("said", "first", "behind"),
    [
        (None, date(2026, 4, 1), date(2026, 7, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026q1", date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_quarters(said: str | None, first: date, behind: date) -> None:
    assert quarter_of(said, NOW.date()) == (first, behind)


@pytest.mark.parametrize("said", ["", "Q4", "2026-Q5", "0000-Q1", "9999-Q4", "2026-10", "next"])
def test_what_is_no_quarter_is_refused_in_a_sentence(said: str) -> None:
    with pytest.raises(Mistake, match="is no quarter: write 2026-Q4, for example"):
        quarter_of(said, NOW.date())


def test_risks_are_told_the_gravest_first() -> None:
    assert risks_of(customer("acme")) == []
    row = customer("acme", intent="low", health_band="red", health=20, health_change=-40, stopped="paused: they move house")
    assert risks_of(row) == ["intent low", "health 20", "health fell by 40", "paused: they move house"]


def test_rows_are_printed_as_json_as_csv_and_as_a_table_and_no_cell_is_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    rows, columns = [{"a": 1.5, "b": "=1+1", "c": None}], {"a": "A", "b": "B", "c": "C"}
    expected = {Form.TABLE: "1.5  '=1+1", Form.JSON: '"b": "=1+1"', Form.CSV: "a,b,c\n1.5,'=1+1,\n"}
    for form, text in expected.items():
        show_rows(rows, columns, form, none="Nothing.")
        assert text in capsys.readouterr().out
    show_rows([], columns, Form.TABLE, none="Nothing.")
    assert capsys.readouterr().out == "Nothing.\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1234567.0, "1234567"), (12_345_678.9, "12345678.9"), (1 / 3, "0.333333"), (0.0, "0"), (-100.0, "-100"), (1e-9, "0")],
)
def test_a_number_is_printed_in_full_however_large(capsys: pytest.CaptureFixture[str], number: float, text: str) -> None:
    show_rows([{"a": number}], {"a": "A"}, Form.CSV, none="")
    assert capsys.readouterr().out == f"a\n{text}\n"


def test_two_forms_at_once_are_a_mistake() -> None:
    assert (form_of(as_json=False, as_csv=False), form_of(as_json=False, as_csv=True)) == (Form.TABLE, Form.CSV)
    with pytest.raises(Mistake, match="not both"):
        form_of(as_json=True, as_csv=True)


LONG = "Grünwald & Söhne Maschinenbau und Fördertechnik Beteiligungsgesellschaft"


@pytest.mark.parametrize(
    ("columns", "besides"), [(module.COLUMNS, ()) for module in (tasks, today, renewals, upcoming, sent)],
    ids=["tasks", "today", "renewals", "upcoming", "sent"],
)  # fmt: skip
def test_no_list_is_wider_than_the_terminal(columns: dict[str, str], besides: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (80, 120):
        file = io.StringIO()
        monkeypatch.setattr(listing, "out", Console(file=file, width=width, highlight=False, markup=False, emoji=False))
        rows: list[dict[str, Any]] = [dict.fromkeys(columns, LONG)] * 3
        show_rows(rows, columns, Form.TABLE, none="", besides=besides)
        assert max(map(cell_len, file.getvalue().splitlines())) <= width
        assert file.getvalue().count("g") >= 3 * len(columns)


def test_the_list_of_customers_is_no_wider_than_the_terminal() -> None:
    file = io.StringIO()
    texts = dict.fromkeys(("customer", "name", "tier", "stage", "owner", "segment", "ended_by_force"), LONG)
    row = texts | {
        "health": "green",
        "health_score": 90,
        "contract_end": "2027-01-01T00:00",
        "next_touch_at": "2026-05-05T07:00",
        "annual_value": 1.0,
    }
    Console(file=file, width=80).print(list_table([row | {"paused": False}], ["segment"]))
    assert max(map(cell_len, file.getvalue().splitlines())) <= 80
    assert "Grün" in file.getvalue()


def test_a_column_that_is_empty_in_every_row_is_left_out_of_the_table_alone(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = [{"a": "x", "b": ""}, {"a": "y", "b": None}]
    columns = {"a": "A", "b": "B"}
    show_rows(rows, columns, Form.TABLE, none="")
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [["A"], ["x"], ["y"]]
    show_rows(rows, columns, Form.CSV, none="", besides=["c"])
    assert capsys.readouterr().out.splitlines() == ["a,b,c", "x,,", "y,,"]
