"""09:00 is 09:00 where the customer is: across clock changes, gaps, repeated hours and a day that never was."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from lifecycle.domain.time import zones
from lifecycle.domain.time.zones import at_local, check_zone, local, midnight, zone

# Where clocks change: the day before, the day itself, the day after. What 09:00 there is in UTC on each.
NINE_O_CLOCK = [
    pytest.param("America/New_York", "2026-03-07", "14:00 13:00 13:00", id="New York, forward in 2026"),
    pytest.param("America/New_York", "2026-10-31", "13:00 14:00 14:00", id="New York, back in 2026"),
    pytest.param("America/New_York", "2027-03-13", "14:00 13:00 13:00", id="New York, forward in 2027"),
    pytest.param("America/New_York", "2027-11-06", "13:00 14:00 14:00", id="New York, back in 2027"),
    pytest.param("Europe/Berlin", "2026-03-28", "08:00 07:00 07:00", id="Berlin, forward in 2026"),
    pytest.param("Europe/Berlin", "2026-10-24", "07:00 08:00 08:00", id="Berlin, back in 2026"),
    pytest.param("Europe/Berlin", "2027-03-27", "08:00 07:00 07:00", id="Berlin, forward in 2027"),
    pytest.param("Europe/Berlin", "2027-10-30", "07:00 08:00 08:00", id="Berlin, back in 2027"),
    pytest.param("Australia/Sydney", "2026-04-04", "22:00 23:00 23:00", id="Sydney, back in 2026"),
    pytest.param("Australia/Sydney", "2026-10-03", "23:00 22:00 22:00", id="Sydney, forward in 2026"),
    pytest.param("Australia/Sydney", "2027-04-03", "22:00 23:00 23:00", id="Sydney, back in 2027"),
    pytest.param("Australia/Sydney", "2027-10-02", "23:00 22:00 22:00", id="Sydney, forward in 2027"),
    pytest.param("America/Sao_Paulo", "2026-02-14", "12:00 12:00 12:00", id="São Paulo, which changes no more, in February 2026"),
    pytest.param("America/Sao_Paulo", "2026-10-31", "12:00 12:00 12:00", id="São Paulo, which changes no more, in November 2026"),
    pytest.param("America/Sao_Paulo", "2018-02-17", "11:00 12:00 12:00", id="São Paulo, back in 2018"),
    pytest.param("America/Sao_Paulo", "2018-11-03", "12:00 11:00 11:00", id="São Paulo, forward in 2018"),
    pytest.param("Asia/Tokyo", "2026-03-28", "00:00 00:00 00:00", id="Tokyo, which never changes, in spring 2026"),
    pytest.param("Asia/Tokyo", "2026-10-24", "00:00 00:00 00:00", id="Tokyo, which never changes, in autumn 2026"),
    pytest.param("Asia/Tokyo", "2027-03-27", "00:00 00:00 00:00", id="Tokyo, which never changes, in spring 2027"),
]


def three_days(first: str) -> list[date]:
    start = date.fromisoformat(first)
    return [date.fromordinal(start.toordinal() + days) for days in range(3)]


@pytest.mark.parametrize(("name", "first", "expected"), NINE_O_CLOCK)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_clock_change(name: str, first: str, expected: str) -> None:
    moments = [at_local(day, time(9), name) for day in three_days(first)]

    assert " ".join(f"{moment:%H:%M}" for moment in moments) == expected
    assert [local(moment, name).replace(tzinfo=None) for moment in moments] == [datetime.combine(day, time(9)) for day in three_days(first)]


@pytest.mark.parametrize("name", ["America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Sao_Paulo", "Asia/Tokyo"])
@pytest.mark.parametrize("year", [2026, 2027])
def test_nine_o_clock_is_nine_o_clock_on_every_day_of_the_year(name: str, year: int) -> None:
    days = [date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]

    assert [local(at_local(day, time(9), name), name).replace(tzinfo=None) for day in days] == [
        datetime.combine(day, time(9)) for day in days
    ]


@pytest.mark.parametrize(
    ("name", "day", "clock", "becomes"),
    [
        pytest.param("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29 03:00:00", id="Berlin, 02:30 is 03:00"),
        pytest.param("Europe/Berlin", date(2026, 3, 29), time(2), "2026-03-29 03:00:00", id="Berlin, the gap's first minute"),
        pytest.param("Europe/Berlin", date(2026, 3, 29), time(2, 59, 59), "2026-03-29 03:00:00", id="Berlin, the gap's last second"),
        pytest.param("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08 03:00:00", id="New York, 02:30 is 03:00"),
        pytest.param("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-04 02:30:00", id="Lord Howe, a gap of half an hour"),
        pytest.param("America/Sao_Paulo", date(2018, 11, 4), time(0), "2018-11-04 01:00:00", id="São Paulo, no midnight that day"),
        pytest.param("Pacific/Apia", date(2011, 12, 30), time(9), "2011-12-31 00:00:00", id="Apia, a day that never was"),
    ],
)
def test_a_local_time_that_does_not_exist_is_the_first_instant_after_the_gap(name: str, day: date, clock: time, becomes: str) -> None:
    assert f"{local(at_local(day, clock, name), name):%Y-%m-%d %H:%M:%S}" == becomes


@pytest.mark.parametrize(
    ("name", "day", "clock", "first"),
    [
        pytest.param("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25 00:30", id="Berlin, still in summer time"),
        pytest.param("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01 05:30", id="New York, still in summer time"),
        pytest.param("Australia/Sydney", date(2026, 4, 5), time(2, 30), "2026-04-04 15:30", id="Sydney, still in summer time"),
        pytest.param("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04 14:45", id="Lord Howe, half an hour comes twice"),
    ],
)
def test_a_local_time_that_comes_twice_is_the_first_of_the_two(name: str, day: date, clock: time, first: str) -> None:
    assert f"{at_local(day, clock, name):%Y-%m-%d %H:%M}" == first


def test_the_first_instant_of_a_day_that_never_was_is_that_of_the_next() -> None:
    assert midnight(date(2011, 12, 30), "Pacific/Apia") == midnight(date(2011, 12, 31), "Pacific/Apia")
    assert midnight(date(2011, 12, 29), "Pacific/Apia") == datetime(2011, 12, 29, 10, tzinfo=UTC)


def test_one_instant_is_monday_in_tokyo_and_still_sunday_in_los_angeles() -> None:
    instant = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)

    assert f"{local(instant, 'Asia/Tokyo'):%A %H:%M}" == "Monday 08:30"
    assert f"{local(instant, 'America/Los_Angeles'):%A %H:%M}" == "Sunday 15:30"


def test_the_rules_are_those_of_the_pinned_package_and_not_the_host_s(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoHostRules(ZoneInfo):
        def __new__(cls, key: str) -> "NoHostRules":
            raise AssertionError(f"asked the host for {key}")

    monkeypatch.setattr(zones, "ZoneInfo", type("Rules", (), {"__new__": NoHostRules.__new__, "from_file": ZoneInfo.from_file}))
    zone.cache_clear()

    assert at_local(date(2026, 7, 1), time(9), "Africa/Casablanca") == datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("Europe/Berln", "'Europe/Berln' is no time zone; did you mean Europe/Berlin?", id="a slip"),
        pytest.param("Mars", "'Mars' is no time zone; write an IANA name such as Europe/Berlin", id="nothing like it"),
        pytest.param("../../etc/passwd", "'../../etc/passwd' is no time zone; write an IANA name such as Europe/Berlin", id="a path"),
    ],
)
def test_a_zone_that_is_none_is_refused_with_a_near_name(name: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        check_zone(name)

    assert str(refused.value) == sentence
