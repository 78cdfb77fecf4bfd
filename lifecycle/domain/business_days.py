"""The days on which a country works: its weekends, public holidays and make-up working days."""

import warnings
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

import holidays


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


def preload() -> None:
    """Import every country's module, which takes most of a second and is else paid by the first decisions. Blocks."""
    _countries()  # asks each country for its subdivisions


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


class _Year(NamedTuple):
    """The public holidays of a year, and all days on which nobody works."""

    holidays: AbstractSet[date]
    off: AbstractSet[date]


@lru_cache(maxsize=2048)
def _year(code: str, year: int) -> _Year:
    country, _, part = code.partition("-")
    with warnings.catch_warnings():
        # Some countries' holidays are decided only a few years ahead; what is known of a later year is used.
        warnings.simplefilter("ignore", UserWarning)
        calendar = holidays.country_holidays(country, subdiv=part or None, years=year)
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    off = frozenset(day for day in days if day.year == year and not calendar.is_working_day(day))
    return _Year(frozenset(day for day in calendar if day.year == year), off)


def is_business_day(day: date, country: str) -> bool:
    """Whether that country works then: a day of its week that is no public holiday, or one of a weekend that makes up for another."""
    return day not in _year(country, day.year).off


def is_holiday(day: date, country: str) -> bool:
    """Whether it is one of the country's public holidays, whatever the day of the week."""
    return day in _year(country, day.year).holidays


def next_business_day(day: date, country: str) -> date:
    """The day itself, if it is a business day, or the first one after it."""
    while not is_business_day(day, country):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=8192)
def add_business_days(day: date, count: int, country: str) -> date:
    """`count` business days after that day; none leaves the day as it is."""
    for _ in range(count):
        day = next_business_day(day + timedelta(days=1), country)
    return day


def subtract_business_days(day: date, count: int, country: str) -> date:
    """`count` business days before that day; none leaves the day as it is."""
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_business_day(day, country):
            day -= timedelta(days=1)
    return day
