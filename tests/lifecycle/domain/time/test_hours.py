"""Hours on somebody's clock: when they are open, and durations that they bound."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import holidays
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.domain.time.business_days import is_business_day
from lifecycle.domain.time.calendar import add, add_business_days, subtract
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.domain.time.hours import Hours
from lifecycle.domain.time.zones import at_local, local, zone, zone_names
from tests.lifecycle.building import moment

BERLIN = ("Europe/Berlin", "DE")
NIGHT = Hours.model_validate({"opens": "22:00", "closes": "06:00"})
ALWAYS = Hours.model_validate({"opens": "00:00", "closes": "24:00", "business_days": False})


def hours(**fields: Any) -> Hours:
    return Hours.model_validate(fields)


def shown(instant: datetime, zone_name: str) -> str:
    return f"{local(instant, zone_name):%a %Y-%m-%d %H:%M}"


# ---- the days on which a country works


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        pytest.param("CN", date(2026, 2, 14), True, id="a Saturday that China works for its new year"),
        pytest.param("CN", date(2026, 9, 20), True, id="a Sunday that China works"),
        pytest.param("CN", date(2026, 2, 21), False, id="a Saturday that China does not work"),
        pytest.param("HU", date(2026, 8, 8), True, id="a Saturday that Hungary works"),
        pytest.param("RU", date(2027, 2, 20), True, id="a Saturday that Russia works"),
        pytest.param("IR", date(2026, 5, 7), True, id="a Thursday in Iran, whose weekend is the Friday"),
        pytest.param("IR", date(2026, 5, 8), False, id="a Friday in Iran"),
        pytest.param("BN", date(2026, 5, 9), True, id="a Saturday in Brunei, whose weekend is Friday and Sunday"),
        pytest.param("AE", date(2021, 11, 5), False, id="a Friday in the Emirates, when its weekend began then"),
        pytest.param("AE", date(2026, 11, 6), True, id="a Friday in the Emirates, now that it begins on Saturday"),
    ],
)
def test_a_country_works_on_its_own_weekdays_and_on_those_that_make_up_for_holidays(country: str, day: date, works: bool) -> None:
    assert is_business_day(day, country) is works


def test_a_business_day_is_a_working_day_of_the_library_in_every_country() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    for country in holidays.list_supported_countries(include_aliases=False):
        calendar = holidays.country_holidays(country, years=2026)
        assert [day for day in days if is_business_day(day, country)] == [day for day in days if calendar.is_working_day(day)], country


def test_a_business_day_after_a_friday_may_be_the_saturday_that_is_worked() -> None:
    assert add_business_days(date(2026, 2, 13), 1, "CN") == date(2026, 2, 14)


# ---- when hours are open


@pytest.mark.parametrize(
    ("said", "at", "opens"),
    [
        pytest.param({}, "2026-04-03 09:19", "Tue 2026-04-07 09:00", id="Good Friday"),
        pytest.param({"weekdays": ["tue", "thu"]}, "2026-03-06 10:00", "Tue 2026-03-10 09:00", id="a Friday, where Tuesday and Thursday are named"),
        pytest.param({"weekdays": ["tue", "thu"]}, "2026-03-10 17:59", "Tue 2026-03-10 17:59", id="a named Tuesday"),
        pytest.param({"weekdays": ["thu"]}, "2026-05-13 10:00", "Thu 2026-05-21 09:00", id="a named Thursday that is Ascension Day"),
        pytest.param({"weekdays": ["thu"], "business_days": False}, "2026-05-13 10:00", "Thu 2026-05-14 09:00", id="and is open all the same"),
        pytest.param({"weekdays": ["sat"]}, "2026-03-06 10:00", "Sat 2026-03-07 09:00", id="a named Saturday is no weekend"),
        pytest.param({"weekdays": "sun"}, "2026-03-06 10:00", "Sun 2026-03-08 09:00", id="one day without a list"),
        pytest.param({"opens": "22:00", "closes": "06:00"}, "2026-03-07 05:59", "Sat 2026-03-07 05:59", id="Saturday morning is Friday's night"),
        pytest.param({"opens": "22:00", "closes": "06:00"}, "2026-03-07 06:00", "Mon 2026-03-09 22:00", id="until six"),
        pytest.param({"opens": "22:00", "closes": "06:00"}, "2026-03-09 03:00", "Mon 2026-03-09 22:00", id="Monday morning is Sunday's night"),
        pytest.param({"opens": "22:00", "closes": "06:00", "weekdays": ["fri"]}, "2026-03-06 05:00", "Fri 2026-03-06 22:00", id="nor Thursday's"),
        pytest.param({"opens": "22:00", "closes": "06:00", "weekdays": ["fri"]}, "2026-03-07 01:00", "Sat 2026-03-07 01:00", id="but Friday's it is"),
        pytest.param({"closes": "24:00"}, "2026-03-06 23:59", "Fri 2026-03-06 23:59", id="the last minute of the day"),
        pytest.param({"closes": "24:00"}, "2026-03-07 00:00", "Mon 2026-03-09 09:00", id="midnight is the next day"),
        pytest.param({"opens": "00:00", "closes": "24:00", "business_days": False}, "2026-03-08 03:00", "Sun 2026-03-08 03:00", id="always"),
    ],
)  # fmt: skip
def test_hours_open_on_their_days_and_a_night_belongs_to_the_day_on_which_it_begins(said: dict[str, Any], at: str, opens: str) -> None:
    assert shown(hours(**said).on(*BERLIN).opening(moment(*at.split())), "Europe/Berlin") == opens


@pytest.mark.parametrize(
    ("said", "at", "closes"),
    [
        pytest.param({}, "2026-03-06 10:00", "Fri 2026-03-06 18:00", id="in the day"),
        pytest.param({"opens": "22:00", "closes": "06:00"}, "2026-03-06 23:00", "Sat 2026-03-07 06:00", id="over midnight"),
        pytest.param(
            {"opens": "22:00", "closes": "06:00"}, "2026-03-28 23:00", "Sat 2026-03-28 23:00", id="a moment at which they are closed"
        ),
        pytest.param({"closes": "24:00"}, "2026-03-06 10:00", "Sat 2026-03-07 00:00", id="at the day's end"),
    ],
)
def test_hours_close_when_the_clock_says_so(said: dict[str, Any], at: str, closes: str) -> None:
    assert shown(hours(**said).on(*BERLIN).closing(moment(*at.split())), "Europe/Berlin") == closes


def test_hours_round_the_clock_do_not_close_at_midnight() -> None:
    assert ALWAYS.on(*BERLIN).closing(moment("2026-03-06", "23:00")) > moment("2026-03-09", "00:00")


def test_hours_that_a_clock_change_leaves_out_do_not_open_that_day() -> None:
    gap = hours(opens="02:15", closes="02:45", business_days=False).on(*BERLIN)

    assert shown(gap.opening(moment("2026-03-29", "01:00")), "Europe/Berlin") == "Mon 2026-03-30 02:15"


def test_hours_that_come_twice_are_open_twice() -> None:
    twice = hours(opens="02:15", closes="02:45", business_days=False).on(*BERLIN)
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)

    assert twice.opening(first) == first
    assert twice.opening(first + timedelta(minutes=30)) == first + timedelta(hours=1)
    assert twice.closing(first) == first + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param(
            {"opens": "09:00", "closes": "09:00"},
            "the hours close at 09:00, when they open; for whole days write opens: 00:00 and closes: 24:00",
            id="no hours at all",
        ),
        pytest.param({"weekdays": []}, "at least 1 item", id="no weekday"),
        pytest.param({"weekdays": ["Tuesday"]}, "'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'", id="a weekday in another form"),
        pytest.param({"closes": "25:00"}, "hour value is outside expected range", id="a clock that no day has"),
    ],
)
def test_hours_that_cannot_be_are_refused(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        hours(**said)


@pytest.mark.parametrize("said", [{}, {"opens": "00:00", "closes": "24:00"}, {"opens": "22:00", "closes": "06:00", "weekdays": ["fri"]}])
def test_hours_are_read_back_from_their_json(said: dict[str, Any]) -> None:
    assert Hours.model_validate_json(hours(**said).model_dump_json()) == hours(**said)


# ---- business days with a time of day (bokmann/business_time#45)


@pytest.mark.parametrize(
    ("at", "span", "ends"),
    [
        pytest.param("2026-03-06 10:00", "1bd", "Mon 2026-03-09 10:00", id="within the hours the time of day stays"),
        pytest.param("2026-03-06 18:00", "1bd", "Mon 2026-03-09 18:00", id="closing time"),
        pytest.param("2026-03-06 23:00", "1bd", "Mon 2026-03-09 18:00", id="Friday night: when Monday's hours end"),
        pytest.param("2026-03-07 00:30", "1bd", "Mon 2026-03-09 18:00", id="Saturday: no sooner"),
        pytest.param("2026-03-09 08:59", "1bd", "Mon 2026-03-09 18:00", id="before Monday's hours: no sooner"),
        pytest.param("2026-03-09 09:00", "1bd", "Tue 2026-03-10 09:00", id="with Monday's hours: Tuesday"),
        pytest.param("2026-03-06 23:00", "3bd", "Wed 2026-03-11 18:00", id="three from Friday night"),
        pytest.param("2026-03-07 00:30", "3bd", "Wed 2026-03-11 18:00", id="three from Saturday"),
        pytest.param("2026-03-07 00:30", "0bd", "Sat 2026-03-07 00:30", id="none"),
        pytest.param("2026-04-02 20:00", "1bd", "Tue 2026-04-07 18:00", id="over Easter"),
    ],
)
def test_a_business_day_that_begins_outside_the_hours_ends_when_they_do(at: str, span: str, ends: str) -> None:
    assert shown(add(moment(*at.split()), Span.parse(span), *BERLIN), "Europe/Berlin") == ends


@pytest.mark.parametrize(
    ("said", "at", "ends"),
    [
        pytest.param(NIGHT, "2026-03-07 03:00", "Tue 2026-03-10 03:00", id="Friday's night shift ends a day later on Monday's"),
        pytest.param(NIGHT, "2026-03-06 12:00", "Sat 2026-03-07 06:00", id="between the shifts"),
        pytest.param(ALWAYS, "2026-03-06 23:00", "Mon 2026-03-09 23:00", id="round the clock the time of day stays"),
        pytest.param(ALWAYS, "2026-03-07 00:30", "Tue 2026-03-10 00:00", id="and a weekend's business day ends with Monday"),
        pytest.param(hours(weekdays=["tue", "thu"]), "2026-03-10 10:00", "Thu 2026-03-12 09:00", id="a day on which nobody is reached"),
    ],
)
def test_business_days_keep_to_whatever_hours_the_policy_has(said: Hours, at: str, ends: str) -> None:
    assert shown(add(moment(*at.split()), Span.parse("1bd"), *BERLIN, said), "Europe/Berlin") == ends


# ---- working hours


@pytest.mark.parametrize(
    ("said", "at", "span", "ends"),
    [
        pytest.param({}, "2026-03-06 10:00", "4bh", "Fri 2026-03-06 14:00", id="within a day"),
        pytest.param({}, "2026-03-06 16:00", "4bh", "Mon 2026-03-09 11:00", id="across a weekend"),
        pytest.param({}, "2026-03-07 02:10", "4bh", "Mon 2026-03-09 13:00", id="from a Saturday"),
        pytest.param({}, "2026-03-06 16:00", "2bh", "Fri 2026-03-06 18:00", id="as many as are left: when they close"),
        pytest.param({}, "2026-04-02 17:00", "1bh", "Thu 2026-04-02 18:00", id="the last hour before Easter"),
        pytest.param({}, "2026-04-02 17:00", "2bh", "Tue 2026-04-07 10:00", id="and one more"),
        pytest.param({}, "2026-03-06 10:00", "45bh", "Fri 2026-03-13 10:00", id="a week of nine hours a day"),
        pytest.param({}, "2026-03-07 02:10", "0bh", "Sat 2026-03-07 02:10", id="none"),
        pytest.param({"opens": "22:00", "closes": "06:00"}, "2026-03-06 23:00", "8bh", "Mon 2026-03-09 23:00", id="a night shift, over a weekend"),
        pytest.param({"opens": "22:00", "closes": "06:00"}, "2026-03-27 22:00", "9bh", "Mon 2026-03-30 23:00", id="eight hours a night"),
        pytest.param({"opens": "22:00", "closes": "06:00", "business_days": False}, "2026-03-28 22:00", "8bh", "Sun 2026-03-29 23:00",
                     id="but seven in the night in which the clock goes forward"),
        pytest.param({"opens": "22:00", "closes": "06:00", "business_days": False}, "2026-10-24 22:00", "9bh", "Sun 2026-10-25 06:00",
                     id="and nine in that in which it goes back"),
        pytest.param({"weekdays": ["tue", "thu"]}, "2026-03-10 16:00", "4bh", "Thu 2026-03-12 11:00", id="on named weekdays"),
        pytest.param({"opens": "00:00", "closes": "24:00", "business_days": False}, "2026-03-06 23:00", "48bh", "Sun 2026-03-08 23:00",
                     id="round the clock they are hours"),
    ],
)  # fmt: skip
def test_working_hours_pass_while_the_hours_are_open(said: dict[str, Any], at: str, span: str, ends: str) -> None:
    assert shown(add(moment(*at.split()), Span.parse(span), *BERLIN, hours(**said)), "Europe/Berlin") == ends


@pytest.mark.parametrize(
    ("zone_name", "country", "at", "ends"),
    [
        pytest.param("Asia/Kolkata", "IN", "2026-03-06 17:30", "Mon 2026-03-09 09:30", id="a zone of half an hour"),
        pytest.param("Asia/Kathmandu", "NP", "2026-03-13 17:45", "Mon 2026-03-16 09:45", id="and one of a quarter"),
        pytest.param("Africa/Cairo", "EG", "2026-06-04 17:30", "Sun 2026-06-07 09:30", id="a week that ends on Thursday"),
    ],
)
def test_working_hours_pass_on_the_clock_and_calendar_of_the_place(zone_name: str, country: str, at: str, ends: str) -> None:
    day, clock = at.split()

    assert shown(add(moment(day, clock, zone_name), Span.parse("1bh"), zone_name, country), zone_name) == ends


@pytest.mark.parametrize(
    ("at", "span", "begins"),
    [
        pytest.param("2026-03-09 11:00", "4bh", "Fri 2026-03-06 16:00", id="over a weekend"),
        pytest.param("2026-03-08 00:00", "4bh", "Fri 2026-03-06 14:00", id="from a closed moment"),
        pytest.param("2026-03-06 14:00", "90m", "Fri 2026-03-06 12:30", id="elapsed time"),
    ],
)
def test_hours_count_backwards_too(at: str, span: str, begins: str) -> None:
    assert shown(subtract(moment(*at.split()), Span.parse(span), *BERLIN), "Europe/Berlin") == begins


# ---- what holds everywhere

WAYS = [
    hours(),
    ALWAYS,
    NIGHT,
    hours(opens="22:00", closes="06:00", weekdays=["fri"]),
    hours(weekdays=["tue", "thu"]),
    hours(weekdays=["sat", "sun"], business_days=False),
    hours(opens="01:30", closes="02:30", business_days=False),
    hours(opens="02:15", closes="02:45"),
    hours(opens="23:30", closes="24:00"),
    hours(opens="09:00", closes="08:00", business_days=False),
]
COUNTRIES = ["DE", "US", "EG", "CN", "IR", "HK", "BN", "RU", "CL"]
UNITS = [Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR, Unit.DAY, Unit.BUSINESS_DAY, Unit.WEEK]


@cache
def clock_changes(zone_name: str) -> list[datetime]:
    """When the clock of that zone is changed between 2010 and 2028, to within some days."""
    there, found = zone(zone_name), []
    instant = datetime(2010, 1, 1, tzinfo=UTC)
    while instant.year < 2028:
        later = instant + timedelta(days=4)
        if instant.astimezone(there).utcoffset() != later.astimezone(there).utcoffset():
            low, high = instant, later
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if middle.astimezone(there).utcoffset() == low.astimezone(there).utcoffset() else (low, middle)
            found.append(high)
        instant = later
    return found


@st.composite
def somewhere(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and a moment there, most often near a change of its clock."""
    zone_name = draw(st.sampled_from(sorted(zone_names())))
    near = st.sampled_from(clock_changes(zone_name) or [datetime(2026, 3, 29, 1, tzinfo=UTC)])
    around = st.integers(-4 * 1440, 4 * 1440).map(lambda minutes: timedelta(minutes=minutes))
    return zone_name, draw(near) + draw(around | st.integers(-180, 180).map(lambda minutes: timedelta(minutes=minutes)))


spans = st.builds(Span, st.sampled_from([1, 2, 3, 5, 20]), st.sampled_from(UNITS))
later = st.sampled_from([0, 1, 30, 60, 90, 600, 3000]).map(lambda minutes: timedelta(minutes=minutes))


@given(somewhere(), later, spans, st.sampled_from(WAYS), st.sampled_from(COUNTRIES))
@example(("Pacific/Fakaofo", datetime(2011, 12, 30, 15, 36, tzinfo=UTC)), timedelta(minutes=1), Span.parse("1bd"), WAYS[7], "DE")
@example(("Europe/Berlin", datetime(2026, 10, 25, 0, 45, tzinfo=UTC)), timedelta(minutes=30), Span.parse("1d"), ALWAYS, "DE")
@example(("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 45, tzinfo=UTC)), timedelta(minutes=30), Span.parse("2bd"), ALWAYS, "AU")
def test_what_begins_later_never_ends_earlier(there: tuple[str, datetime], after: timedelta, span: Span, way: Hours, country: str) -> None:
    zone_name, begins = there
    ends = add(begins, span, zone_name, country, way)

    assert begins < ends <= add(begins + after, span, zone_name, country, way)


@given(somewhere(), spans, st.sampled_from(WAYS), st.sampled_from(COUNTRIES))
def test_business_days_and_working_hours_end_while_the_hours_are_open(
    there: tuple[str, datetime], span: Span, way: Hours, country: str
) -> None:
    zone_name, begins = there
    table, just_before = way.on(zone_name, country), timedelta(microseconds=1)
    for unit in (Unit.BUSINESS_DAY, Unit.WORKING_HOUR):
        ends = add(begins, Span(span.amount, unit), zone_name, country, way)
        assert table.opening(ends) == ends or table.opening(ends - just_before) == ends - just_before, "open, or closing at that moment"


@given(somewhere(), st.integers(1, 60), st.sampled_from(WAYS), st.sampled_from(COUNTRIES))
def test_working_hours_counted_back_from_their_end_are_as_many(there: tuple[str, datetime], count: int, way: Hours, country: str) -> None:
    zone_name, begins = there
    ends = add(begins, Span(count, Unit.WORKING_HOUR), zone_name, country, way)
    back = subtract(ends, Span(count, Unit.WORKING_HOUR), zone_name, country, way)

    assert back >= begins
    assert add(back, Span(count, Unit.WORKING_HOUR), zone_name, country, way) == ends


@given(somewhere(), st.sampled_from(WAYS), st.sampled_from(COUNTRIES))
def test_an_opening_is_the_first_open_moment_and_never_before_the_one_asked(there: tuple[str, datetime], way: Hours, country: str) -> None:
    zone_name, asked = there
    table = way.on(zone_name, country)
    opens = table.opening(asked)

    assert opens >= asked
    assert table.opening(opens) == opens and table.closing(opens) > opens
    assert all(table.opening(asked + (opens - asked) * part / 7) == opens for part in range(7))


def test_the_time_of_day_of_an_hour_that_comes_twice_is_over_only_when_it_is() -> None:
    first, second = at_local(date(2026, 10, 25), time(2, 45), "Europe/Berlin"), datetime(2026, 10, 25, 1, 15, tzinfo=UTC)

    assert shown(second, "Europe/Berlin") == "Sun 2026-10-25 02:15" and second > first
    assert shown(add(first, Span.parse("1d"), *BERLIN), "Europe/Berlin") == "Mon 2026-10-26 02:45"
    assert shown(add(second, Span.parse("1d"), *BERLIN), "Europe/Berlin") == "Mon 2026-10-26 03:00"
