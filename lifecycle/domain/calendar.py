"""Business days by the customer's country, and adding a duration to a moment on the customer's clock."""

import warnings
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache

import holidays

from lifecycle.domain.durations import Span, Unit
from lifecycle.domain.zones import (
    FIRST_DAY,
    LAST_DAY,
    at_local,
    clock_put_back,
    day_from,
    local,
    second_time,
    within_calendar,
    zone,
    zone_names,
)

_ELAPSED = {Unit.SECOND: timedelta(seconds=1), Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_SATURDAY_SUNDAY = frozenset({5, 6})


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


@lru_cache(maxsize=2048)
def _year(code: str, year: int) -> tuple[dict[date, str], frozenset[int]]:
    """The country's holidays of that year by name, in English where the library has it, and its weekend."""
    country, _, part = code.partition("-")
    with warnings.catch_warnings():
        # Some countries' holidays are decided only a few years ahead; what is known of a later year is used.
        warnings.simplefilter("ignore", UserWarning)
        calendar = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
    weekend = frozenset(calendar.weekend) or _SATURDAY_SUNDAY
    return {day: name for day, name in calendar.items() if day.year == year}, weekend


@lru_cache(maxsize=2048)
def _business_days(code: str, year: int) -> tuple[date, ...]:
    """All of that year, in order."""
    off, weekend = _year(code, year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return tuple(day for day in days if day.year == year and day.weekday() not in weekend and day not in off)


def is_business_day(day: date, country: str) -> bool:
    """Neither the country's weekend nor one of its public holidays."""
    off, weekend = _year(country, day.year)
    return day.weekday() not in weekend and day not in off


def holiday_name(day: date, country: str) -> str:
    """What the country's public holiday on that day is called, in English where that is known; empty where it is none."""
    return _year(country, day.year)[0].get(day, "")


def next_business_day(day: date, country: str) -> date:
    """The day itself, if it is a business day, or the first one after it."""
    while not is_business_day(day, country):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=8192)
def add_business_days(day: date, count: int, country: str) -> date:
    """`count` business days after that day; none leaves the day as it is."""
    year, first = day.year, bisect_right(_business_days(country, day.year), day)
    while count > 0 and year <= LAST_DAY.year:
        days = _business_days(country, year)
        if first + count <= len(days):
            return days[first + count - 1]
        count, first, year = count - (len(days) - first), 0, year + 1
    return day if count <= 0 else LAST_DAY


def subtract_business_days(day: date, count: int, country: str) -> date:
    """`count` business days before that day; none leaves the day as it is."""
    year, before = day.year, bisect_left(_business_days(country, day.year), day)
    while count > 0 and year >= FIRST_DAY.year:
        if count <= before:
            return _business_days(country, year)[before - count]
        count, year = count - before, year - 1
        before = len(_business_days(country, year))
    return day if count <= 0 else FIRST_DAY


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return FIRST_DAY if year < FIRST_DAY.year else LAST_DAY
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def shift(day: date, span: Span, country: str, sign: int = 1) -> date:
    """That many calendar or business days, weeks or months after the day (before it, with sign -1).

    Raises ValueError for a span of hours or less: a date has no hours.
    """
    days = _DAYS.get(span.unit)
    if days is not None:
        return day_from(day, sign * span.amount * days)
    match span.unit:
        case Unit.MONTH:
            return add_months(day, sign * span.amount)
        case Unit.BUSINESS_DAY:
            move = add_business_days if sign > 0 else subtract_business_days
            return move(day, span.amount, country)
        case _:
            raise ValueError(f"{span} is shorter than a day; write it in d, bd, w or mo")


@lru_cache(maxsize=8192)
def add(moment: datetime, span: Span, zone_name: str, country: str) -> datetime:
    """The moment that much later on the customer's clock, as UTC.

    `24h` is elapsed time; `7d`, `3bd`, `2w` and `1mo` keep the wall-clock time across a clock change.
    """
    step = _ELAPSED.get(span.unit)
    if step is not None:
        return within_calendar(moment + span.amount * step)
    there = local(moment, zone_name)
    day = shift(there.date(), span, country)
    clock = there.time()
    if there.fold and day == there.date():
        return moment
    return at_local(day, clock, zone_name)


def opening(moment: datetime, zone_name: str, country: str, opens: time, closes: time, business_days: bool) -> datetime:
    """The moment itself if it lies in the customer's business hours, else the first instant after it that does, as UTC.

    The hours are what the clock shows: where it is put back over them, they come twice.
    """
    there = local(moment, zone_name)
    day = there.date()
    if opens <= there.time() < closes and (not business_days or is_business_day(day, country)):
        return moment
    for _ in range(_LONGEST_CLOSED):
        if not business_days or is_business_day(day, country):
            first = _first_open(day, moment, zone_name, opens, closes)
            if first is not None:
                return first
        day += timedelta(days=1)
    return moment  # at the end of the calendar


_LONGEST_CLOSED = 400
"""Days within which every business opens."""


def _first_open(day: date, after: datetime, zone_name: str, opens: time, closes: time) -> datetime | None:
    """The first instant of that day, and not before `after`, at which the clock shows the hours; None if it never does."""

    def is_open(instant: datetime) -> bool:
        there = local(instant, zone_name)
        return there.date() == day and opens <= there.time() < closes

    first = at_local(day, opens, zone_name)
    if first >= after and is_open(first):
        return first
    back = clock_put_back(day, zone_name)
    if back is None:
        return None
    again = second_time(day, opens, zone_name)
    return min((instant for instant in (back, again) if instant is not None and instant >= after and is_open(instant)), default=None)


def closing(moment: datetime, zone_name: str, closes: time) -> datetime:
    """When the hours that are open at that moment close, as UTC."""
    day = local(moment, zone_name).date()
    first, again = at_local(day, closes, zone_name), second_time(day, closes, zone_name)
    return first if first > moment or again is None else max(moment, again)
