"""No sum of durations leaves the calendar: what would lie beyond it counts as its end."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lifecycle.domain.model import EARLIEST, LATEST, Instant
from lifecycle.domain.time.calendar import add, add_business_days, is_business_day, shift, subtract_business_days
from lifecycle.domain.time.durations import CLOCKED, Span, Unit
from lifecycle.domain.time.zones import FIRST_DAY, LAST_DAY, at_local, midnight, zone_names
from tests.lifecycle.building import moment

days = st.dates(EARLIEST, LATEST)
spans = st.builds(Span, st.integers(0, 99_999), st.sampled_from(Unit))
zones = st.sampled_from(sorted(zone_names()))
countries = st.sampled_from(["DE", "US-CA", "SA", "CN", "IL", "ET", "NP"])
instants = TypeAdapter(Instant)


@given(days, spans, spans, zones, countries)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_duration_from_any_day_is_a_moment_that_a_life_can_hold(day: date, one: Span, other: Span, zone: str, country: str) -> None:
    later = add(add(midnight(day, zone), one, zone, country), other, zone, country)
    assert instants.validate_python(later) == later
    assert later >= midnight(day, zone)
    if one.unit not in CLOCKED:
        for sign in (1, -1):
            moved = shift(shift(day, one, country, sign), one, country, sign)
            assert FIRST_DAY <= moved <= LAST_DAY
            last = at_local(moved, time(23, 59), zone)
            assert instants.validate_python(last) == last


@pytest.mark.parametrize(
    ("written", "sign", "expected"),
    [
        pytest.param("99999mo", 1, LAST_DAY, id="months on"),
        pytest.param("99999mo", -1, FIRST_DAY, id="months back"),
        pytest.param("99999w", 1, LAST_DAY, id="weeks on"),
        pytest.param("99999w", -1, FIRST_DAY, id="weeks back"),
        pytest.param("99999d", 1, LAST_DAY, id="days on"),
        pytest.param("99999d", -1, FIRST_DAY, id="days back"),
        pytest.param("99999bd", 1, LAST_DAY, id="business days on"),
        pytest.param("99999bd", -1, FIRST_DAY, id="business days back"),
    ],
)
def test_what_lies_beyond_the_calendar_counts_as_its_end(written: str, sign: int, expected: date) -> None:
    assert shift(date(2026, 3, 2), Span.parse(written), "DE", sign) == expected


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(0, 300), countries)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_business_days_are_counted_one_by_one(day: date, count: int, country: str) -> None:
    after = add_business_days(day, count, country)
    assert sum(is_business_day(day + timedelta(days=n + 1), country) for n in range((after - day).days)) == count
    before = subtract_business_days(day, count, country)
    assert sum(is_business_day(before + timedelta(days=n), country) for n in range((day - before).days)) == count
    assert count == 0 or (is_business_day(after, country) and is_business_day(before, country))


@pytest.mark.parametrize(
    ("span", "in_days"),
    [
        ("48h", "2d"),
        ("49h", "3d"),
        ("1h", "1d"),
        ("4bh", "1d"),
        ("0h", "0d"),
        ("1440m", "1d"),
        ("86401s", "2d"),
        ("3bd", "3bd"),
        ("1mo", "1mo"),
        ("0d", "0d"),
    ],
)
def test_hours_come_to_the_days_that_were_begun(span: str, in_days: str) -> None:
    assert str(Span.parse(span).in_days()) == in_days


def test_a_day_of_a_decade_later_is_found_year_by_year() -> None:
    found = [add_business_days(date(2026, 3, 2), count, "DE") for count in range(0, 2600, 100)]
    assert all(one < other for one, other in pairwise(found))
    assert found[-1] == date(2036, 1, 14)
    assert moment("2026-03-02") < add(moment("2026-03-02"), Span.parse("2600bd"), "Europe/Berlin", "DE")
