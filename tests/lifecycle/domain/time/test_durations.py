"""Durations as people write them, and what each comes to on the customer's clock."""

from datetime import date

import pytest

from lifecycle.domain.time.calendar import add, shift
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.domain.time.zones import local
from tests.lifecycle.building import moment

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("45s", Span(45, Unit.SECOND), id="seconds"),
        pytest.param("30m", Span(30, Unit.MINUTE), id="minutes"),
        pytest.param("24h", Span(24, Unit.HOUR), id="hours"),
        pytest.param("7d", Span(7, Unit.DAY), id="days"),
        pytest.param("3bd", Span(3, Unit.BUSINESS_DAY), id="business days"),
        pytest.param("4bh", Span(4, Unit.WORKING_HOUR), id="working hours"),
        pytest.param("2w", Span(2, Unit.WEEK), id="weeks"),
        pytest.param("1mo", Span(1, Unit.MONTH), id="months, and not minutes"),
        pytest.param(" 10 d ", Span(10, Unit.DAY), id="with room around it"),
        pytest.param("0d", Span(0, Unit.DAY), id="none at all"),
    ],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, span: Span) -> None:
    assert Span.parse(text) == span
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "1.5d", "7 days", "7y", "7D", "1d12h", "100000d"])
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write a whole number and a unit, such as 7d, 3bd, 24h, 2w or 1mo"):
        Span.parse(text)


# Everything from Saturday 28 March 2026, the day before the clocks of Berlin go forward, at 09:00 there.
@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param("24h", "Sun 2026-03-29 10:00", id="24h is elapsed time"),
        pytest.param("1d", "Sun 2026-03-29 09:00", id="1d keeps the wall-clock time"),
        pytest.param("7d", "Sat 2026-04-04 09:00", id="7d keeps the wall-clock time"),
        pytest.param("168h", "Sat 2026-04-04 10:00", id="168h is elapsed time"),
        pytest.param("1w", "Sat 2026-04-04 09:00", id="1w is 7d"),
        pytest.param("3bd", "Wed 2026-04-01 18:00", id="3bd from a Saturday end when the hours of the third day do"),
        pytest.param("5bd", "Tue 2026-04-07 18:00", id="5bd leave out Good Friday and Easter Monday"),
        pytest.param("1mo", "Tue 2026-04-28 09:00", id="1mo is the same day of the next month"),
        pytest.param("90m", "Sat 2026-03-28 10:30", id="90m is elapsed time"),
        pytest.param("0d", "Sat 2026-03-28 09:00", id="nothing at all"),
    ],
)
def test_what_a_duration_comes_to_from_the_day_before_the_clocks_go_forward(span: str, expected: str) -> None:
    there = local(add(moment("2026-03-28", zone=BERLIN), Span.parse(span), BERLIN, "DE"), BERLIN)

    assert f"{there:%a %Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param("24h", "2026-11-01 08:00", id="24h is elapsed time"),
        pytest.param("1d", "2026-11-01 09:00", id="1d keeps the wall-clock time"),
    ],
)
def test_what_a_day_comes_to_from_the_day_before_the_clocks_go_back(span: str, expected: str) -> None:
    there = local(add(moment("2026-10-31", zone=NEW_YORK), Span.parse(span), NEW_YORK, "US"), NEW_YORK)

    assert f"{there:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2026, 1, 31), "1mo", date(2026, 2, 28), id="31 January and a month"),
        pytest.param(date(2028, 1, 31), "1mo", date(2028, 2, 29), id="31 January and a month, in a leap year"),
        pytest.param(date(2026, 1, 31), "2mo", date(2026, 3, 31), id="31 January and two months are not cut by February"),
        pytest.param(date(2026, 1, 31), "3mo", date(2026, 4, 30), id="31 January and three months"),
        pytest.param(date(2026, 12, 15), "1mo", date(2027, 1, 15), id="over the new year"),
        pytest.param(date(2028, 2, 29), "12mo", date(2029, 2, 28), id="29 February and a year"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_month_s_last(day: date, months: str, expected: date) -> None:
    assert shift(day, Span.parse(months), "DE") == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param("7d", date(2026, 3, 24), id="7d"),
        pytest.param("2w", date(2026, 3, 17), id="2w"),
        pytest.param("1mo", date(2026, 2, 28), id="1mo before 31 March"),
        pytest.param("3bd", date(2026, 3, 26), id="3bd over a weekend"),
    ],
)
def test_a_duration_counts_backwards_too(span: str, expected: date) -> None:
    assert shift(date(2026, 3, 31), Span.parse(span), "DE", -1) == expected


def test_a_day_cannot_be_moved_by_hours() -> None:
    with pytest.raises(ValueError, match="24h is shorter than a day; write it in d, bd, w or mo"):
        shift(date(2026, 3, 31), Span.parse("24h"), "DE")


def test_a_moment_in_the_second_of_two_equal_hours_is_not_moved_back_by_nothing() -> None:
    second = moment("2026-10-25", "02:30", BERLIN) + (moment("2026-10-25", "03:30", BERLIN) - moment("2026-10-25", "02:30", BERLIN)) / 2

    assert f"{local(second, BERLIN):%H:%M}" == "02:30" and local(second, BERLIN).fold == 1
    assert add(second, Span.parse("0d"), BERLIN, "DE") == second
