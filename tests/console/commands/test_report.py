"""What `report` prints, of which period, and what it says to a figure that is not there."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.console import Console

from activities.ledger.database.database import open_database
from console.commands import report as report_command
from console.commands.report import period_of
from lifecycle.domain.errors import Mistake
from tests.activities.reports.a_record import Written, write_everything
from tests.console.command_line import Ran, run

NOW = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
Q4 = ("report", "--quarter", "2026-Q4")


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", url)
    engine = open_database(url)
    yield engine
    engine.dispose()


def test_the_report_says_the_period_the_record_and_every_section(record: sa.Engine) -> None:
    write_everything(record)
    found = run(*Q4)
    assert (found.status, found.err) == (0, "")
    first, second, *rest = found.out.splitlines()
    assert first == "2026-Q4: 1 October 2026 to 31 December 2026, beside 2026-Q3; days of UTC"
    assert second == "as of 2027-01-05 09:00, 8 customers in the record; '--explain FIGURE' lists who stands behind a figure"
    assert [line for line in rest if line.isupper() and line[0].isalpha() and not line[-1].isdigit() and "%" not in line][:3] == [
        "RETENTION",
        "RENEWALS",
        "LOSSES",
    ]
    kept = next(line for line in rest if line.endswith("retention.logo     "))
    assert kept.split("  ")[0] == "Customers kept"
    assert "40% (fewer than 10)" in kept and "83.3%" in kept and " 5 " in kept
    assert any(line.startswith("Cost of a renewal") and "not told" in line for line in rest)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_table_is_wider_than_the_terminal(record: sa.Engine, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    write_everything(record)
    written = io.StringIO()
    monkeypatch.setattr(report_command, "out", Console(file=written, width=width))
    assert run(*Q4).status == 0
    assert max(len(line) for line in written.getvalue().splitlines()) <= width


def test_csv_has_a_row_a_figure_with_plain_numbers(record: sa.Engine) -> None:
    write_everything(record)
    a = Written(record)
    a.enrolled("vast", "03-01", 12_345_678.0)
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(run(*Q4, "--csv").out))}
    assert rows["retention.value-eur"]["value"] == "12348078"
    assert rows["retention.logo"]["section"] == "retention"
    assert (rows["retention.logo"]["value"], rows["retention.logo"]["small"]) == ("0.5", "True")
    assert (rows["renewals.cost"]["value"], rows["renewals.cost"]["told"]) == ("", "False")
    assert rows["plays.renewed-nps"]["count"] == "1"


def test_json_has_everything_but_the_rows_behind(record: sa.Engine) -> None:
    write_everything(record)
    told = run(*Q4, "--json").json
    assert (told["period"]["name"], told["before"]["name"], told["zone"], told["customers"]) == ("2026-Q4", "2026-Q3", "UTC", 8)
    sections = {section["id"]: section for section in told["sections"]}
    figure = next(figure for figure in sections["retention"]["figures"] if figure["id"] == "retention.logo")
    assert (figure["value"], figure["count"], "behind" in figure) == (0.4, 5, False)
    assert sections["plays"]["details"] and sections["plays"]["tables"] and sections["surveys"]["charts"]


def explained(*words: str) -> Ran:
    return run(*Q4, "--explain", *words)


def test_a_figure_is_explained_by_the_customers_behind_it(record: sa.Engine) -> None:
    write_everything(record)
    lines = explained("retention.gross-eur").out.splitlines()
    assert lines[0].startswith("Gross retention, EUR, 2026-Q4: 48.6% (fewer than 10). Of the yearly value of the customers")
    assert [line.split("  ")[0] for line in lines[1:]] == ["customer", "acme", "coal", "dune", "hill"]
    rows = list(csv.DictReader(io.StringIO(explained("losses.choice", "--csv").out)))
    assert rows == [{"customer": "bolt", "name": "Bolt", "what": "Price", "value": "", "counted": "True"}]
    told = explained("plays.renewed-kickoff", "--json").json
    assert told["figure"]["value"] == 1.0
    assert told["customers"] == [{"customer": "acme", "name": "Acme", "what": "renewed: It works", "value": None, "counted": True}]


UNKNOWN = [
    ("retention.lgo", "The report of 2026-Q4 has no figure 'retention.lgo'; did you mean retention.logo"),
    ("logo", "The report of 2026-Q4 has no figure 'logo'; did you mean retention.logo"),
    ("%%%", "The report of 2026-Q4 has no figure '%%%'; 'starter.py report --csv' lists them all."),
]


@pytest.mark.parametrize(("figure", "sentence"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_a_figure_that_is_not_there_is_answered_by_the_nearest(record: sa.Engine, figure: str, sentence: str) -> None:
    write_everything(record)
    found = explained(figure)
    assert (found.status, found.out, found.err.count("\n")) == (2, "", 1)
    assert sentence in found.err


PERIODS = [
    ((None, None, None, None, "UTC"), "2026-Q4"),
    ((None, None, None, None, "America/New_York"), "2026-Q3"),
    (("2026-10", None, None, None, "UTC"), "October 2026"),
    ((None, "2026-q2", None, None, "UTC"), "2026-Q2"),
    ((None, None, date(2026, 7, 1), date(2026, 12, 31), "UTC"), "2026-07-01 to 2026-12-31"),
]


@pytest.mark.parametrize(("asked", "name"), PERIODS, ids=[row[1] for row in PERIODS])
def test_a_period_is_what_is_asked_for_or_the_last_whole_quarter(
    asked: tuple[str | None, str | None, date | None, date | None, str], name: str
) -> None:
    assert period_of(*asked, NOW).name == name


MISTAKES = [
    (("2026-10", "2026-Q4", None, None, "UTC"), "only one of these"),
    ((None, "2026-Q4", date(2026, 1, 1), date(2026, 1, 2), "UTC"), "only one of these"),
    ((None, None, date(2026, 1, 1), None, "UTC"), "Give --from and --to together"),
    ((None, None, None, None, "Europe/Belin"), "did you mean Europe/Berlin"),
]


@pytest.mark.parametrize(("asked", "sentence"), MISTAKES, ids=[row[1] for row in MISTAKES])
def test_options_that_do_not_fit_are_refused_in_a_sentence(
    asked: tuple[str | None, str | None, date | None, date | None, str], sentence: str
) -> None:
    with pytest.raises(Mistake, match=sentence):
        period_of(*asked, NOW)
