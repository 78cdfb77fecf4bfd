"""Business days by the customer's country, opening hours by the customer's clock."""

from datetime import date, time

import pytest

from lifecycle.domain.time.calendar import (
    add_business_days,
    check_country,
    is_business_day,
    next_business_day,
    opening,
    subtract_business_days,
)
from lifecycle.domain.time.zones import local
from tests.lifecycle.building import moment, utc


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        pytest.param("DE", date(2026, 3, 6), True, id="a Friday in Germany"),
        pytest.param("DE", date(2026, 3, 7), False, id="a Saturday in Germany"),
        pytest.param("DE", date(2026, 3, 8), False, id="a Sunday in Germany"),
        pytest.param("EG", date(2026, 3, 6), False, id="a Friday in Egypt"),
        pytest.param("EG", date(2026, 3, 7), False, id="a Saturday in Egypt"),
        pytest.param("EG", date(2026, 3, 8), True, id="a Sunday in Egypt"),
        pytest.param("SA", date(2026, 11, 6), False, id="a Friday in Saudi Arabia"),
        pytest.param("SA", date(2026, 11, 8), True, id="a Sunday in Saudi Arabia"),
        pytest.param("DE", date(2026, 4, 3), False, id="Good Friday in Germany"),
        pytest.param("DE", date(2026, 5, 1), False, id="Labour Day in Germany"),
        pytest.param("US", date(2026, 5, 1), True, id="the first of May in the United States"),
        pytest.param("US", date(2026, 11, 26), False, id="Thanksgiving"),
        pytest.param("JP", date(2026, 5, 4), False, id="Greenery Day in Japan"),
        pytest.param("BR", date(2026, 9, 7), False, id="Independence Day in Brazil"),
        pytest.param("AU", date(2026, 1, 26), False, id="Australia Day"),
        pytest.param("DE", date(2026, 1, 6), True, id="Epiphany in Germany at large"),
        pytest.param("DE-BY", date(2026, 1, 6), False, id="Epiphany in Bavaria"),
    ],
)
def test_a_business_day_is_neither_the_country_s_weekend_nor_its_holiday(country: str, day: date, works: bool) -> None:
    assert is_business_day(day, country) is works


@pytest.mark.parametrize(
    ("country", "day", "count", "expected"),
    [
        pytest.param("DE", date(2026, 3, 2), 3, date(2026, 3, 5), id="three from a Monday"),
        pytest.param("DE", date(2026, 3, 5), 3, date(2026, 3, 10), id="three from a Thursday, over the weekend"),
        pytest.param("DE", date(2026, 3, 7), 1, date(2026, 3, 9), id="one from a Saturday"),
        pytest.param("DE", date(2026, 4, 2), 1, date(2026, 4, 7), id="one from Maundy Thursday, over Easter"),
        pytest.param("EG", date(2026, 6, 4), 1, date(2026, 6, 7), id="one from a Thursday in Egypt is Sunday"),
        pytest.param("US", date(2026, 12, 24), 1, date(2026, 12, 28), id="one from Christmas Eve in the United States"),
        pytest.param("DE", date(2026, 12, 30), 2, date(2027, 1, 4), id="two over the new year"),
        pytest.param("DE", date(2026, 3, 7), 0, date(2026, 3, 7), id="none leaves a Saturday as it is"),
    ],
)
def test_business_days_leave_out_weekends_and_holidays(country: str, day: date, count: int, expected: date) -> None:
    assert add_business_days(day, count, country) == expected


@pytest.mark.parametrize(
    ("country", "day", "count", "expected"),
    [
        pytest.param("DE", date(2026, 3, 9), 1, date(2026, 3, 6), id="one before a Monday"),
        pytest.param("DE", date(2026, 4, 7), 1, date(2026, 4, 2), id="one before the Tuesday after Easter"),
        pytest.param("EG", date(2026, 6, 7), 1, date(2026, 6, 4), id="one before a Sunday in Egypt"),
        pytest.param("DE", date(2026, 3, 8), 0, date(2026, 3, 8), id="none"),
    ],
)
def test_business_days_count_backwards_too(country: str, day: date, count: int, expected: date) -> None:
    assert subtract_business_days(day, count, country) == expected


def test_the_next_business_day_of_a_business_day_is_itself() -> None:
    assert next_business_day(date(2026, 3, 6), "DE") == date(2026, 3, 6)
    assert next_business_day(date(2026, 3, 7), "DE") == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("at", "zone", "country", "expected"),
    [
        pytest.param("2026-03-06 11:00", "Europe/Berlin", "DE", "Fri 2026-03-06 12:00", id="open: at once"),
        pytest.param("2026-03-06 05:00", "Europe/Berlin", "DE", "Fri 2026-03-06 09:00", id="before opening: at opening"),
        pytest.param("2026-03-06 08:00", "Europe/Berlin", "DE", "Fri 2026-03-06 09:00", id="the opening instant is open"),
        pytest.param("2026-03-06 17:00", "Europe/Berlin", "DE", "Mon 2026-03-09 09:00", id="the closing instant is closed"),
        pytest.param("2026-03-05 20:00", "Europe/Berlin", "DE", "Fri 2026-03-06 09:00", id="in the evening: the next morning"),
        pytest.param("2026-03-07 11:00", "Europe/Berlin", "DE", "Mon 2026-03-09 09:00", id="on a Saturday: Monday"),
        pytest.param("2026-04-03 11:00", "Europe/Berlin", "DE", "Tue 2026-04-07 09:00", id="on Good Friday: the Tuesday after"),
        pytest.param("2026-06-05 11:00", "Africa/Cairo", "EG", "Sun 2026-06-07 09:00", id="on a Friday in Cairo: Sunday"),
        pytest.param("2026-03-01 23:30", "Asia/Tokyo", "JP", "Mon 2026-03-02 09:00", id="UTC's Sunday is Monday in Tokyo"),
        pytest.param("2026-03-02 00:30", "Asia/Tokyo", "JP", "Mon 2026-03-02 09:30", id="Monday morning in Tokyo is open"),
        pytest.param("2026-03-02 00:30", "America/Los_Angeles", "US", "Mon 2026-03-02 09:00", id="UTC's Monday is Sunday in Los Angeles"),
        pytest.param("2026-03-07 00:30", "America/Los_Angeles", "US", "Fri 2026-03-06 16:30", id="UTC's Saturday is Friday in Los Angeles"),
        pytest.param("2026-03-06 23:30", "Asia/Tokyo", "JP", "Mon 2026-03-09 09:00", id="UTC's Friday is Saturday in Tokyo"),
    ],
)
def test_hours_and_weekdays_are_judged_in_the_customer_s_zone(at: str, zone: str, country: str, expected: str) -> None:
    opens = local(opening(utc(at), zone, country, time(9), time(18), business_days=True), zone)

    assert f"{opens:%a %Y-%m-%d %H:%M}" == expected


def test_a_company_that_writes_on_weekends_is_let_to() -> None:
    saturday = moment("2026-03-07", "11:00")

    assert opening(saturday, "Europe/Berlin", "DE", time(9), time(18), business_days=False) == saturday


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        pytest.param("de", "'de' is no country whose holidays are known; did you mean DE?", id="small letters"),
        pytest.param(
            "Germany", "'Germany' is no country whose holidays are known; write an ISO 3166 code such as DE or US-CA", id="a name"
        ),
        pytest.param(
            "US-ZZ", "'ZZ' is no part of US whose holidays are known, write US alone or one of AK, AL, AR, AS, AZ, CA", id="no such state"
        ),
    ],
)
def test_a_country_that_is_none_is_refused_with_a_hint(code: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        check_country(code)

    assert str(refused.value) == sentence
