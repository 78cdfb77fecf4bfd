"""Numbers as people write them in English, each with its unit; what nobody has told says so."""

from datetime import date
from math import floor, log10

from activities.reports.report import Figure, Period, Unit

NOT_TOLD = "not told"
MINUS = "\u2212"
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
"""Of currencies whose sign is nobody else's where English is read; every other one is written by its code."""
_WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "CLP", "HUF", "ISK", "UGX", "VND", "XAF", "XOF"})
"""Amounts of these are never written with hundredths."""
_WITH_HUNDREDTHS = 1000
"""Amounts below this show hundredths where they have any."""
_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def amount(value: float | None, unit: Unit | None, currency: str = "") -> str:
    """The value with its unit, such as `93.4%`, `€12,500`, `1 day`."""
    if value is None:
        return NOT_TOLD
    written = _size(abs(value), unit, currency)
    # What is rounded to nothing has no sign either.
    return f"{MINUS}{written}" if value < 0 and any(digit in written for digit in "123456789") else written


def _size(size: float, unit: Unit | None, currency: str) -> str:
    match unit:
        case Unit.SHARE:
            return _share(size)
        case Unit.MONEY:
            return _money(size, currency)
        case Unit.DAYS:
            return _counted(size, "day")
        case Unit.HOURS:
            return _counted(round(60 * size), "minute") if 0 < size < 1 else _counted(size, "hour")
        case _:
            return number(size)


def number(value: float) -> str:
    """The number with commas between thousands, and one decimal where it is not whole."""
    rounded = round(value, 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"


def _counted(size: float, what: str) -> str:
    written = number(size)
    return f"{written} {what}" if written == "1" else f"{written} {what}s"


def _share(size: float) -> str:
    # Some are never shown as none, nor nearly all as all.
    percent = 100 * size
    if 0 < percent < 0.1:
        return "<0.1%"
    if 99.9 < percent < 100:
        return ">99.9%"
    return f"{number(percent)}%"


def _money(size: float, currency: str) -> str:
    hundredths = size < _WITH_HUNDREDTHS and currency not in _WHOLE_CURRENCIES and round(size, 2) != round(size)
    written = f"{size:,.2f}" if hundredths else f"{size:,.0f}"
    return _with_currency(written, currency)


def _with_currency(written: str, currency: str) -> str:
    sign = _SIGNS.get(currency)
    if sign is not None:
        return f"{sign}{written}"
    return f"{currency}\u00a0{written}" if currency else written


def short_amount(value: float, unit: Unit, currency: str = "") -> str:
    """The value as an axis has it: `€1.2M`, `95%`, `1.5k`; days and hours by their number alone."""
    size = abs(value)
    match unit:
        case Unit.SHARE:
            written = f"{_digits(100 * size)}%"
        case Unit.MONEY:
            written = _with_currency(_short(size), currency)
        case _:
            written = _short(size)
    return f"{MINUS}{written}" if value < 0 else written


def _short(size: float) -> str:
    step, name = next(((step, name) for step, name in _STEPS if size >= step), (1.0, ""))
    return f"{_digits(size / step)}{name}"


def _digits(size: float) -> str:
    """Three digits that count, without zeros at the end."""
    decimals = max(0, 2 - floor(log10(size))) if size else 0
    written = f"{size:,.{decimals}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def change(figure: Figure, before: Period) -> str:
    """How the figure differs from the period before, and what it was then; empty where it is not told."""
    if figure.value is None:
        return "" if figure.before is None else f"{amount(figure.before, figure.unit, figure.currency)} in {before.name}"
    if figure.before is None:
        return f"{NOT_TOLD} in {before.name}"
    then = amount(figure.before, figure.unit, figure.currency)
    difference = figure.value - figure.before
    written = _difference(abs(difference), figure)
    if not any(digit in written for digit in "123456789"):
        return f"as in {before.name}"
    return f"{MINUS if difference < 0 else '+'}{written}, was {then} in {before.name}"


def _difference(size: float, figure: Figure) -> str:
    if figure.unit is not Unit.SHARE:
        return amount(size, figure.unit, figure.currency)
    points = number(100 * size)
    return f"{points} {'point' if points == '1' else 'points'}"


def interval(figure: Figure) -> str:
    """The bounds between which the true value lies nineteen times of twenty; empty where none are given, or both are written alike."""
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    low, high = (amount(bound, figure.unit, figure.currency) for bound in (figure.low, figure.high))
    return f"{low} to {high}" if low != high else ""


def day(value: date) -> str:
    """A day, such as 3 November 2026."""
    return f"{value.day} {value:%B %Y}"


def days(period: Period) -> str:
    """The period's days, its first and its last."""
    return day(period.first) if period.first == period.last else f"{day(period.first)} to {day(period.last)}"


def cell(value: str | float | date | None, unit: Unit | None, currency: str = "") -> str:
    """What stands in a cell of a table."""
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    return value if isinstance(value, str) else amount(value, unit, currency)
