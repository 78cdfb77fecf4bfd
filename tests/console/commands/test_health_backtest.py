"""`health backtest` tests the record, or a file, and changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.record.writing import write_lines
from console.commands.health_backtest import days_of
from lifecycle.domain.errors import Mistake
from lifecycle.domain.record import Fact, RecordLines
from tests.console.command_line import run

HEADER = "customer,day,score,usage,lost_on"


def a_file(folder: Path, *rows: str) -> Path:
    file = folder / "terms.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


def past_terms() -> list[str]:
    """Twelve who left sixty days after usage fell, and twelve who stayed."""
    lost = [row for number in range(12) for row in (f"l{number},2025-01-01,90,95,", f"l{number},2025-06-01,30,10,2025-07-31")]
    stayed = [row for number in range(12) for row in (f"s{number},2025-01-01,90,95,", f"s{number},2026-01-01,85,90,")]
    return [*lost, *stayed]


def test_a_file_of_past_terms_is_tested_and_says_what_would_have_warned(tmp_path: Path) -> None:
    ran = run("health", "backtest", "--csv", str(a_file(tmp_path, *past_terms())))
    assert ran.status == 0
    assert "24 customers from 2025-01-01 to 2026-01-01, of whom 12 left by choice or said that they would." in ran.out
    assert "usage would have warned. Below 20: 12 warnings, of which 12 came true within 90 days (100%; by chance 14%)." in ran.out
    [row] = [line.split() for line in ran.out.splitlines() if line.startswith("usage below 20")]
    assert row == ["usage", "below", "20", "12", "100%", "14%", "12", "100%", "60", "60", "would", "have", "warned"]
    assert not (tmp_path / "home").exists()


def test_the_same_as_json(tmp_path: Path) -> None:
    ran = run("health", "backtest", "--csv", str(a_file(tmp_path, *past_terms())), "--horizon", "8w", "--json")
    said = json.loads(ran.out)
    assert (said["horizon"], said["losses"]) == (56, 12)
    # Usage fell sixty days before: the first warning was wrong, and it was given anew.
    red = said["bands"][0]["skill"]
    assert (red["warnings"], red["precision"], red["recall"], red["lead_median"]) == (24, 0.5, 1.0, 60)
    assert said["in_words"][1].startswith("Red: 24 warnings, of which 12 came true within 56 days (50%")


def test_bad_rows_are_a_line_each_and_nothing_is_tested(tmp_path: Path) -> None:
    file = a_file(tmp_path, "a,2025-01-01,101,50,", "a,soon,50,50,")
    ran = run("health", "backtest", "--csv", str(file))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"{file}, line 2: score '101' is not from 0 to 100; bring it to that scale, on which 0 is the worst.",
        f"{file}, line 3: day 'soon' is no date; write it as 2026-03-01.",
    ]


def test_of_many_bad_rows_the_first_are_named(tmp_path: Path) -> None:
    ran = run("health", "backtest", "--csv", str(a_file(tmp_path, *["a,2025-01-01,101,50,"] * 25)))
    assert (len(ran.err.splitlines()), ran.err.splitlines()[-1]) == (21, "And 5 more: nothing was tested.")


def test_the_record_is_tested_so_many_months_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", f"sqlite:///{tmp_path / 'record.sqlite'}")
    now = datetime.now(UTC)
    told = [
        Fact(number=1, at=now - timedelta(days=500), kind="health", what="", data={"score": 20, "band": "red", "factor.usage": 10}),
        Fact(number=2, at=now - timedelta(days=200), kind="health", what="", data={"score": 90, "band": "green", "factor.usage": 90}),
        Fact(number=3, at=now - timedelta(days=100), kind="health", what="", data={"score": 30, "band": "red", "factor.usage": 10}),
        Fact(number=4, at=now - timedelta(days=60), kind="lost", what="1", data={"kind": "choice"}),
    ]
    engine = open_database(f"sqlite:///{tmp_path / 'record.sqlite'}")
    with engine.begin() as connection:
        write_lines(connection, "acme", RecordLines(life=1, as_of=now, version=1, facts=told))
    engine.dispose()
    year, two = (json.loads(run("health", "backtest", "--months", months, "--json").out) for months in ("12", "24"))
    assert [(said["bands"][0]["skill"]["warnings"], said["bands"][0]["skill"]["right"]) for said in (year, two)] == [(1, 1), (5, 1)]
    assert year["bands"][0]["skill"]["lead_median"] == 40


def test_an_empty_record_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", f"sqlite:///{tmp_path / 'record.sqlite'}")
    ran = run("health", "backtest")
    assert (ran.status, ran.out) == (0, "Nothing is known of any customer's health in that time, so there is nothing to test.\n")


@pytest.mark.parametrize(("text", "days"), [("90d", 90), ("13w", 91), ("1d", 1), ("366d", 366)])
def test_a_horizon_is_in_days_or_weeks(text: str, days: int) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize("text", ["", "90", "0d", "367d", "53w", "3mo", "24h", "5bd", "soon"])
def test_no_other_horizon_is_taken(text: str) -> None:
    with pytest.raises(Mistake, match=r"is no number of days from 1 to 366: write 90d or 13w, for example\.$"):
        days_of(text)
