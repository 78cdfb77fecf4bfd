"""Adding a duration to a day or a moment, by a country's calendar and the clock of a zone."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from lifecycle.domain.time.business_days import (
    add_business_days,
    check_country,
    holiday_name,
    is_business_day,
    next_business_day,
    preload,
    subtract_business_days,
)
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.domain.time.hours import Hours, Timetable
from lifecycle.domain.time.zones import FIRST_DAY, LAST_DAY, at_local, day_from, local, repeats_until, within_calendar

__all__ = [
    "add",
    "add_business_days",
    "add_months",
    "check_country",
    "holiday_name",
    "is_business_day",
    "next_business_day",
    "opening",
    "preload",
    "shift",
    "subtract",
    "subtract_business_days",
]

_ELAPSED = {Unit.SECOND: timedelta(seconds=1), Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
USUAL_HOURS = Hours()
"""Those of a policy that says nothing."""


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


def add(moment: datetime, span: Span, zone_name: str, country: str, hours: Hours = USUAL_HOURS) -> datetime:
    """The moment that much later on the clock of that zone, as UTC.

    `24h` is elapsed time; `7d`, `2w` and `1mo` keep the wall-clock time across a clock change; `3bd` keeps it too, within the hours,
    and what begins outside them ends when they close; `4bh` are hours of theirs. What begins later never ends earlier, but that a
    month's last day stands for the days that it lacks.
    """
    step = _ELAPSED.get(span.unit)
    return _add(moment, span, hours.on(zone_name, country)) if step is None else within_calendar(moment + span.amount * step)


@lru_cache(maxsize=8192)
def _add(moment: datetime, span: Span, hours: Timetable) -> datetime:
    match span.unit:
        case Unit.WORKING_HOUR:
            return hours.add_hours(moment, span.amount)
        case Unit.BUSINESS_DAY:
            return hours.add_business_days(moment, span.amount)
        case _:
            there = local(moment, hours.zone)
            day = there.date()
            target = shift(day, span, hours.country)
            if target == day:
                return moment
            clock = (repeats_until(moment, hours.zone) if there.fold else there.replace(tzinfo=None)) + (target - day)
            return at_local(clock.date(), clock.time(), hours.zone)


def subtract(moment: datetime, span: Span, zone_name: str, country: str, hours: Hours = USUAL_HOURS) -> datetime:
    """The moment that much earlier, for a span of hours or less; ValueError for one of days."""
    if span.unit is Unit.WORKING_HOUR:
        return hours.on(zone_name, country).subtract_hours(moment, span.amount)
    step = _ELAPSED.get(span.unit)
    if step is None:
        raise ValueError(f"{span} leads from a day to a day, and not from moment to moment")
    return within_calendar(moment - span.amount * step)


def opening(moment: datetime, zone_name: str, country: str, opens: time, closes: time, business_days: bool) -> datetime:
    """The moment itself if it lies in those hours there, else the first instant after it that does, as UTC."""
    return Hours(opens=opens, closes=closes, business_days=business_days).on(zone_name, country).opening(moment)
