"""Numbers as people write them: a table of every unit, at its edges."""

from datetime import date

import pytest

from activities.reports.page.amounts import amount, cell, change, days, interval, short_amount
from activities.reports.report import Period, Unit
from tests.activities.reports.a_report import BEFORE, PERIOD, a_figure


@pytest.mark.parametrize(
    ("value", "unit", "currency", "written"),
    [
        (None, Unit.COUNT, "", "not told"),
        (0.0, Unit.COUNT, "", "0"),
        (1234567.0, Unit.COUNT, "", "1,234,567"),
        (2.25, Unit.COUNT, "", "2.2"),
        (-3.0, Unit.COUNT, "", "−3"),
        (-0.01, Unit.SCORE, "", "0"),
        (8.66, Unit.SCORE, "", "8.7"),
        (0.0, Unit.SHARE, "", "0%"),
        (0.0004, Unit.SHARE, "", "<0.1%"),
        (0.93449, Unit.SHARE, "", "93.4%"),
        (0.9996, Unit.SHARE, "", ">99.9%"),
        (1.0, Unit.SHARE, "", "100%"),
        (1.125, Unit.SHARE, "", "112.5%"),
        (-0.05, Unit.SHARE, "", "−5%"),
        (1.0, Unit.DAYS, "", "1 day"),
        (12.5, Unit.DAYS, "", "12.5 days"),
        (0.0, Unit.DAYS, "", "0 days"),
        (0.0, Unit.HOURS, "", "0 hours"),
        (0.4, Unit.HOURS, "", "24 minutes"),
        (1 / 60, Unit.HOURS, "", "1 minute"),
        (1.0, Unit.HOURS, "", "1 hour"),
        (3.25, Unit.HOURS, "", "3.2 hours"),
        (1234500.4, Unit.MONEY, "EUR", "€1,234,500"),
        (-1200.0, Unit.MONEY, "USD", "−$1,200"),
        (12.5, Unit.MONEY, "GBP", "£12.50"),
        (12.0, Unit.MONEY, "GBP", "£12"),
        (12.5, Unit.MONEY, "JPY", "¥12"),
        (48000.0, Unit.MONEY, "CHF", "CHF\u00a048,000"),
        (48000.0, Unit.MONEY, "", "48,000"),
    ],
)
def test_a_value_is_written_with_its_unit(value: float | None, unit: Unit, currency: str, written: str) -> None:
    assert amount(value, unit, currency) == written


@pytest.mark.parametrize(
    ("value", "unit", "currency", "written"),
    [
        (0.975, Unit.SHARE, "", "97.5%"),
        (1.0, Unit.SHARE, "", "100%"),
        (0.0, Unit.MONEY, "EUR", "€0"),
        (-50_000.0, Unit.MONEY, "EUR", "−€50k"),
        (1_250_000.0, Unit.MONEY, "CHF", "CHF\u00a01.25M"),
        (2_500_000_000.0, Unit.COUNT, "", "2.5B"),
        (12.5, Unit.DAYS, "", "12.5"),
        (0.005, Unit.SCORE, "", "0.005"),
    ],
)
def test_an_axis_has_it_short(value: float, unit: Unit, currency: str, written: str) -> None:
    assert short_amount(value, unit, currency) == written


@pytest.mark.parametrize(
    ("value", "before", "unit", "said"),
    [
        (0.934, 0.913, Unit.SHARE, "+2.1 points, was 91.3% in 2026-Q3"),
        (0.90, 0.91, Unit.SHARE, "−1 point, was 91% in 2026-Q3"),
        (0.9, 0.90001, Unit.SHARE, "as in 2026-Q3"),
        (14.0, 9.0, Unit.COUNT, "+5, was 9 in 2026-Q3"),
        (1200.0, 2400.0, Unit.MONEY, "−€1,200, was €2,400 in 2026-Q3"),
        (3.0, 4.5, Unit.DAYS, "−1.5 days, was 4.5 days in 2026-Q3"),
        (3.0, None, Unit.DAYS, "not told in 2026-Q3"),
        (None, 2.0, Unit.DAYS, "2 days in 2026-Q3"),
        (None, None, Unit.DAYS, ""),
    ],
)
def test_the_change_says_by_how_much_and_what_it_was(value: float | None, before: float | None, unit: Unit, said: str) -> None:
    assert change(a_figure(unit=unit, value=value, before=before, currency="EUR"), BEFORE) == said


def test_an_interval_has_two_bounds_or_is_not_there() -> None:
    assert interval(a_figure(unit=Unit.SCORE, value=100.0, low=100.0, high=100.0)) == ""
    assert interval(a_figure(low=0.887, high=0.964)) == "88.7% to 96.4%"
    assert interval(a_figure(low=0.887)) == ""
    assert interval(a_figure(value=None, low=0.1, high=0.2)) == ""


def test_days_and_cells_are_written_as_people_do() -> None:
    assert days(PERIOD) == "1 October 2026 to 31 December 2026"
    assert days(Period(first=date(2026, 11, 3), last=date(2026, 11, 3), name="a day")) == "3 November 2026"
    assert [cell(value, None) for value in ("no offer", date(2026, 11, 3), None, 7)] == ["no offer", "3 Nov 2026", "not told", "7"]
