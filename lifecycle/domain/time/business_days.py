"""The days on which a country works: its weekends, public holidays and make-up working days."""

import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import holidays

from lifecycle.domain.time.zones import FIRST_DAY, LAST_DAY, zone, zone_names


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=1)
def preload() -> None:
    """Load every country's module and translations and every zone's rules, which is else paid by the first decisions. Blocks for some seconds."""
    for country in _countries():  # which has asked each for its subdivisions, and so imported its module
        holidays.country_holidays(country)
    for name in zone_names():
        zone(name)


def check_country(code: str) -> str:
    """The ISO 3166 code itself (`DE`, or with a subdivision `DE-BY`), if its holidays are known; otherwise ValueError."""
    country, _, part = code.partition("-")
    if country not in _countries():
        near = get_close_matches(country.upper(), _countries(), 1)
        hint = f"did you mean {near[0]}?" if near else "write an ISO 3166 code such as DE or US-CA"
        raise ValueError(f"'{code}' is no country whose holidays are known; {hint}")
    if part and part not in _countries()[country]:
        raise ValueError(
            f"'{part}' is no part of {country} whose holidays are known, write {country} alone or one of {', '.join(_countries()[country][:6])}"
        )
    return code


_ONE_AT_A_TIME = Lock()


class _Year(NamedTuple):
    """The public holidays of a year by name, and its working days: in order, and to be asked."""

    holidays: Mapping[date, str]
    working: tuple[date, ...]
    works: AbstractSet[date]


@lru_cache(maxsize=2048)
def _year(code: str, year: int) -> _Year:
    """The names are English where the library has them."""
    country, _, part = code.partition("-")
    # The filters of warnings are the process's own: two threads that set them at once would each put back what the other has set.
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # Some countries' holidays are decided only a few years ahead; what is known of a later year is used.
        warnings.simplefilter("ignore", UserWarning)
        calendar = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    working = tuple(day for day in days if day.year == year and calendar.is_working_day(day))
    return _Year({day: name for day, name in calendar.items() if day.year == year}, working, frozenset(working))


def is_business_day(day: date, country: str) -> bool:
    """Whether that country works then: a day of its week that is no public holiday, or one of a weekend that makes up for another."""
    return day in _year(country, day.year).works


def holiday_name(day: date, country: str) -> str:
    """What the country's public holiday on that day is called, in English where that is known; empty where it is none."""
    return _year(country, day.year).holidays.get(day, "")


def next_business_day(day: date, country: str) -> date:
    """The day itself, if it is a business day, or the first one after it."""
    while not is_business_day(day, country):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=8192)
def add_business_days(day: date, count: int, country: str) -> date:
    """`count` business days after that day; none leaves the day as it is."""
    year, first = day.year, bisect_right(_year(country, day.year).working, day)
    while count > 0 and year <= LAST_DAY.year:
        days = _year(country, year).working
        if first + count <= len(days):
            return days[first + count - 1]
        count, first, year = count - (len(days) - first), 0, year + 1
    return day if count <= 0 else LAST_DAY


def subtract_business_days(day: date, count: int, country: str) -> date:
    """`count` business days before that day; none leaves the day as it is."""
    year, before = day.year, bisect_left(_year(country, day.year).working, day)
    while count > 0 and year >= FIRST_DAY.year:
        if count <= before:
            return _year(country, year).working[before - count]
        count, year = count - before, year - 1
        before = len(_year(country, year).working)
    return day if count <= 0 else FIRST_DAY
