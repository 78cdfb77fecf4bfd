"""Business days by the customer's country, and adding a duration to a moment on the customer's clock."""

import warnings
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache

import holidays

from lifecycle.domain.durations import Span, Unit
from lifecycle.domain.zones import at_local, local

_ELAPSED = {Unit.SECOND: timedelta(seconds=1), Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_SATURDAY_SUNDAY = frozenset({5, 6})


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


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
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
        return day + timedelta(days=sign * span.amount * days)
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
        return moment + span.amount * step
    there = local(moment, zone_name)
    day = shift(there.date(), span, country)
    clock = there.time()
    if there.fold and day == there.date():
        return moment
    return at_local(day, clock, zone_name)


def opening(moment: datetime, zone_name: str, country: str, opens: time, closes: time, business_days: bool) -> datetime:
    """The moment itself if it lies in the customer's business hours, else the instant when they next open, as UTC."""
    there = local(moment, zone_name)
    day = there.date()
    if not business_days or is_business_day(day, country):
        if opens <= there.time() < closes:
            return moment
        if there.time() < opens:
            return at_local(day, opens, zone_name)
    day += timedelta(days=1)
    if business_days:
        day = next_business_day(day, country)
    return at_local(day, opens, zone_name)
