"""The periods that are reported on: months, quarters, any days, and the period before each. Days are those of the reporting zone."""

import re
from datetime import date, timedelta

from activities.reports.report import Period
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import EARLIEST, LATEST

_A_DAY = timedelta(days=1)


def month(year: int, number: int) -> Period:
    """That month of that year, such as `October 2026`."""
    first = date(year, number, 1)
    return Period(first=first, last=_behind_months(first, 1) - _A_DAY, name=f"{first:%B %Y}")


def quarter(year: int, number: int) -> Period:
    """That quarter of that year, such as `2026-Q4`."""
    first = date(year, 3 * number - 2, 1)
    return Period(first=first, last=_behind_months(first, 3) - _A_DAY, name=f"{year}-Q{number}")


def quarter_of(day: date) -> Period:
    """The quarter in which the day lies."""
    return quarter(day.year, (day.month - 1) // 3 + 1)


def days(first: date, last: date) -> Period:
    """Any days, both in it. Raises Mistake where the last is before the first."""
    if last < first:
        raise Mistake(f"The period ends on {last}, before it begins on {first}: give an earlier day first.")
    return Period(first=first, last=last, name=f"{first} to {last}")


def read_month(text: str) -> Period:
    """A month as people write it, such as 2026-10. Raises Mistake."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or not EARLIEST.year <= int(found[1]) <= LATEST.year:
        raise Mistake(f"'{text}' is no month: write 2026-10, for example.")
    return month(int(found[1]), int(found[2]))


def read_quarter(text: str) -> Period:
    """A quarter as people write it, such as 2026-Q4. Raises Mistake."""
    found = re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text.strip())
    if found is None or not EARLIEST.year <= int(found[1]) <= LATEST.year:
        raise Mistake(f"'{text}' is no quarter: write 2026-Q4, for example.")
    return quarter(int(found[1]), int(found[2]))


def last_whole_month(today: date) -> Period:
    """The month that ended last before that day."""
    return period_before(month(today.year, today.month))


def last_whole_quarter(today: date) -> Period:
    """The quarter that ended last before that day."""
    return period_before(quarter_of(today))


def period_before(period: Period) -> Period:
    """The month before a month, the quarter before a quarter, else as many days that end on the day before."""
    last = period.first - _A_DAY
    if period == quarter_of(period.first):
        return quarter_of(last)
    if period == month(period.first.year, period.first.month):
        return month(last.year, last.month)
    return days(period.first - (period.last - period.first) - _A_DAY, last)


def period_after(period: Period) -> Period:
    """The month after a month, the quarter after a quarter, else as many days that begin on the day after."""
    first = period.last + _A_DAY
    if period == quarter_of(period.first):
        return quarter_of(first)
    if period == month(period.first.year, period.first.month):
        return month(first.year, first.month)
    return days(first, period.last + (period.last - period.first) + _A_DAY)


def _behind_months(first: date, months: int) -> date:
    number = first.month - 1 + months
    return date(first.year + number // 12, number % 12 + 1, 1)
