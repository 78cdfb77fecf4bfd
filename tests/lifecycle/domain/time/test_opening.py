"""Business hours around a change of clocks: an opening is never before the moment asked, and none is passed over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.domain.time.calendar import is_business_day, opening
from lifecycle.domain.time.hours import Hours
from lifecycle.domain.time.zones import at_local, zone, zone_names
from tests.lifecycle.building import utc

MINUTE = timedelta(minutes=1)
YEARS = (2026, 2027)


def opened(at: str, zone_name: str, opens: str, closes: str) -> str:
    found = opening(utc(at), zone_name, "US", time.fromisoformat(opens), time.fromisoformat(closes), business_days=False)
    return f"{found:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "opens", "closes", "expected"),
    [
        pytest.param("2027-11-07 05:30", "01:30", "05:00", "2027-11-07 05:30", id="the first half past one is open"),
        pytest.param("2027-11-07 05:59", "01:30", "05:00", "2027-11-07 05:59", id="a minute before the clock is put back too"),
        pytest.param(
            "2027-11-07 06:10", "01:30", "05:00", "2027-11-07 06:30", id="the clock says ten past one again: open at the second half past"
        ),
        pytest.param("2027-11-07 05:45", "00:30", "01:30", "2027-11-07 06:00", id="closed, and open again when the clock is put back"),
        pytest.param("2027-11-07 06:31", "00:30", "01:30", "2027-11-08 05:30", id="closed the second time: tomorrow"),
        pytest.param("2027-11-07 06:59", "01:00", "01:30", "2027-11-08 06:00", id="both times over: tomorrow"),
        pytest.param("2027-03-14 06:30", "02:30", "05:00", "2027-03-14 07:00", id="open within the hour that is left out: at its end"),
        pytest.param("2027-03-14 06:30", "02:10", "02:50", "2027-03-15 06:10", id="all hours are left out: tomorrow"),
    ],
)
def test_new_york_opens_by_what_the_clock_shows(at: str, opens: str, closes: str, expected: str) -> None:
    assert opened(at, "America/New_York", opens, closes) == expected


def test_a_day_that_never_was_has_no_opening() -> None:
    assert opened("2011-12-30 09:00", "Pacific/Apia", "09:00", "18:00") == "2011-12-30 19:00"
    assert opened("2011-12-30 05:00", "Pacific/Apia", "09:00", "18:00") == "2011-12-30 19:00"


@pytest.mark.parametrize(
    ("at", "closes", "expected"),
    [
        pytest.param("2027-11-07 05:10", "01:30", "2027-11-07 05:30", id="in the first hour, at its half"),
        pytest.param("2027-11-07 06:10", "01:30", "2027-11-07 06:30", id="in the second, at the half of that"),
        pytest.param("2027-11-07 06:10", "05:00", "2027-11-07 10:00", id="after both"),
        pytest.param("2027-03-14 06:30", "02:30", "2027-03-14 07:00", id="in the hour that is left out, at its end"),
    ],
)
def test_hours_close_when_the_clock_next_shows_it(at: str, closes: str, expected: str) -> None:
    hours = Hours(opens=time(), closes=time.fromisoformat(closes), business_days=False).on("America/New_York", "US")

    assert f"{hours.closing(utc(at)):%Y-%m-%d %H:%M}" == expected


def changes_of(zone_name: str) -> list[datetime]:
    """When the zone's clock is put forward or back in those years, to the minute; their first day where it never is."""
    hours = [datetime(YEARS[0], 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(0, 366 * 24 * len(YEARS), 12)]
    found = []
    for low, high in pairwise(hours):
        before = low.astimezone(zone(zone_name)).utcoffset()
        if high.astimezone(zone(zone_name)).utcoffset() != before:
            found.append(next(low + n * MINUTE for n in range(721) if (low + n * MINUTE).astimezone(zone(zone_name)).utcoffset() != before))
    return found or hours[:1]


def open_minutes(after: datetime, zone_name: str, opens: time, closes: time, *, business_days: bool) -> Iterator[datetime]:
    for number in range(8 * 1440):
        instant = after + number * MINUTE
        there = instant.astimezone(zone(zone_name))
        if opens <= there.time() < closes and (not business_days or is_business_day(there.date(), "US")):
            yield instant


clocks = st.integers(0, 1439)


@given(
    st.sampled_from(sorted(zone_names())).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(changes_of(name)))),
    st.integers(-26 * 60, 26 * 60),
    st.one_of(clocks, st.integers(0, 240)),
    st.one_of(st.integers(1, 90), st.integers(1, 1439)),
    st.booleans(),
)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_an_opening_is_the_first_open_minute_that_is_not_before_the_moment(
    where: tuple[str, datetime], minutes: int, opens_at: int, width: int, business_days: bool
) -> None:
    zone_name, change = where
    moment = change + minutes * MINUTE
    opens_at = min(opens_at, 1438)
    closes_at = min(opens_at + width, 1439)
    opens, closes = time(opens_at // 60, opens_at % 60), time(closes_at // 60, closes_at % 60)
    expected = next(open_minutes(moment, zone_name, opens, closes, business_days=business_days))
    assert opening(moment, zone_name, "US", opens, closes, business_days) == expected


@given(st.sampled_from(sorted(zone_names())), st.dates(date(1970, 1, 1), date(2200, 12, 31)), clocks, st.integers(0, 2 * 1440))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_an_opening_is_never_in_the_past_on_any_day(zone_name: str, day: date, opens_at: int, minutes: int) -> None:
    moment = at_local(day, time(), zone_name) + minutes * MINUTE
    opens = time(min(opens_at, 1438) // 60, min(opens_at, 1438) % 60)
    assert opening(moment, zone_name, "US", opens, time(23, 59), business_days=True) >= moment
