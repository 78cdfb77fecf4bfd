"""Which days a period has, and which period comes before it."""

from datetime import UTC, date, datetime

import pytest

from activities.reports import periods
from activities.reports.material import Window
from activities.reports.report import Period
from lifecycle.domain.errors import Mistake

READ = [
    ("a month", periods.read_month("2026-10"), "2026-10-01", "2026-10-31", "October 2026", "September 2026", "November 2026"),
    ("a leap February", periods.read_month("2028-2"), "2028-02-01", "2028-02-29", "February 2028", "January 2028", "March 2028"),
    ("January", periods.read_month("2027-01"), "2027-01-01", "2027-01-31", "January 2027", "December 2026", "February 2027"),
    ("a quarter", periods.read_quarter("2026-Q4"), "2026-10-01", "2026-12-31", "2026-Q4", "2026-Q3", "2027-Q1"),
    ("a quarter in small letters", periods.read_quarter(" 2026q1 "), "2026-01-01", "2026-03-31", "2026-Q1", "2025-Q4", "2026-Q2"),
    (
        "ten days",
        periods.days(date(2026, 3, 1), date(2026, 3, 10)),
        "2026-03-01",
        "2026-03-10",
        "2026-03-01 to 2026-03-10",
        "2026-02-19 to 2026-02-28",
        "2026-03-11 to 2026-03-20",
    ),
    (
        "one day",
        periods.days(date(2026, 3, 1), date(2026, 3, 1)),
        "2026-03-01",
        "2026-03-01",
        "2026-03-01 to 2026-03-01",
        "2026-02-28 to 2026-02-28",
        "2026-03-02 to 2026-03-02",
    ),
]


@pytest.mark.parametrize(("period", "first", "last", "name", "before", "after"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_a_period_has_its_days_and_neighbours(period: Period, first: str, last: str, name: str, before: str, after: str) -> None:
    assert (str(period.first), str(period.last), period.name) == (first, last, name)
    assert periods.period_before(period).name == before
    assert periods.period_after(period).name == after
    assert periods.period_after(periods.period_before(period)) == period


@pytest.mark.parametrize(
    ("today", "name"), [("2026-10-01", "2026-Q3"), ("2026-12-31", "2026-Q3"), ("2027-01-01", "2026-Q4"), ("2026-03-31", "2025-Q4")]
)
def test_the_last_whole_quarter_is_over(today: str, name: str) -> None:
    assert periods.last_whole_quarter(date.fromisoformat(today)).name == name


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "October", "", "0000-01", "9999-12", "2026-Q5"])
def test_what_is_no_month_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Mistake, match="is no month: write 2026-10"):
        periods.read_month(text)


@pytest.mark.parametrize("text", ["2026", "2026-Q0", "2026-Q5", "Q4", "", "0000-Q1", "9999-Q4", "2026-10"])
def test_what_is_no_quarter_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Mistake, match="is no quarter: write 2026-Q4"):
        periods.read_quarter(text)


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(Mistake, match="ends on 2026-01-01, before it begins on 2026-01-02"):
        periods.days(date(2026, 1, 2), date(2026, 1, 1))


def test_a_window_begins_and_ends_at_midnight_of_its_zone_also_where_clocks_change() -> None:
    window = Window.of(periods.month(2026, 10), "Europe/Berlin", datetime(2027, 1, 1, tzinfo=UTC))
    assert (window.first, window.behind) == (datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))
    assert window.until == window.behind
    assert (window.has(window.first), window.has(window.behind)) == (True, False)


@pytest.mark.parametrize(("as_of", "until"), [("2026-10-15", "2026-10-15"), ("2026-09-01", "2026-10-01"), ("2027-01-01", "2026-11-01")])
def test_what_is_open_is_judged_at_the_end_or_as_of_the_report_but_never_before_the_beginning(as_of: str, until: str) -> None:
    window = Window.of(periods.month(2026, 10), "UTC", datetime.fromisoformat(f"{as_of}T00:00+00:00"))
    assert window.until == datetime.fromisoformat(f"{until}T00:00+00:00")
