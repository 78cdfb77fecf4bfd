"""Days as spreadsheets and CRMs write them: which day a text says, and whether it could be another."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from babel import Locale

LONGEST = 100
"""Characters of a day with its weekday, and more."""
YEARS = range(1990, 2201)
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "sk", "ro", "hu", "sv", "da", "nb", "fi", "tr", "el", "ru", "uk")

_MIDNIGHT = re.compile(r"(.+?)(?:[T ]+(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})\.?|([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")
# No country writes the month first between full stops.
_DOTTED = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|º|\.)?[ -]*(?:de )?([^\W\d_]+)\.?,?[ -]*(?:de )?([0-9]{4})", re.IGNORECASE)
_NAMED_FIRST = re.compile(r"([^\W\d_]+)\.? *([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})", re.IGNORECASE)
_EAST_ASIAN = re.compile(r"([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일]")
_WEEKDAY = re.compile(r"([^\W\d_]+(?:-feira)?)\.?,? +(\S.*)|(.*\S),? +\(?([^\W\d_]+)\.?\)?")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/. ]+(?:[0-9]{1,2}|[^\W\d_]+\.?)[-/. ]+[0-9]{2}")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,]0+)?")


class DayOrder(StrEnum):
    """Which of the first two numbers of a date is the day."""

    DAY_FIRST = "day/month/year"
    MONTH_FIRST = "month/day/year"

    @property
    def in_words(self) -> str:
        """As a note has it."""
        return self.value


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """What a text says: a day, or two. `shows` is the order that it gives away; None where it gives none away."""

    day: date
    other: date | None = None
    shows: DayOrder | None = None


def written_day(text: str) -> WrittenDay:
    """The day that the text says; where it may be another, `day` has the day first and `other` the month. Raises ValueError.

    The message is empty for what is no day, and the end of a sentence for what looks like one and cannot be told.
    """
    if len(text) > LONGEST:
        raise ValueError
    midnight = _MIDNIGHT.fullmatch(text)
    text = midnight[1] if midnight is not None else text
    if (found := _WEEKDAY.fullmatch(text)) is not None and (weekdays := _weekdays().get((found[1] or found[4]).casefold())):
        return _on_that_weekday(_written(found[2] or found[3]), weekdays)
    return _written(text)


def _written(text: str) -> WrittenDay:
    """The same, without a weekday and a time of day."""
    if found := _YEAR_FIRST.fullmatch(text):
        return WrittenDay(_day(*(found.group(1, 3, 4) if found[1] else found.group(5, 6, 7))))
    if found := _DOTTED.fullmatch(text):
        return WrittenDay(_day(found[3], found[2], found[1]), shows=DayOrder.DAY_FIRST)
    if found := _YEAR_LAST.fullmatch(text):
        return _either(int(found[1]), int(found[3]), found[4])
    if found := _NAMED.fullmatch(text):
        return WrittenDay(_day(found[3], _month(found[2]), found[1]))
    if found := _NAMED_FIRST.fullmatch(text):
        return WrittenDay(_day(found[3], _month(found[1]), found[2]))
    if found := _EAST_ASIAN.fullmatch(text):
        return WrittenDay(_day(found[1], found[2], found[3]))
    if _SHORT_YEAR.fullmatch(text):
        raise ValueError("has a year of two digits; write it as 2026-03-01")
    if _SERIAL.fullmatch(text):
        raise ValueError("is a spreadsheet's own number of a day; format the column as dates, such as 2026-03-01")
    raise ValueError


def _either(first: int, second: int, year: str) -> WrittenDay:
    if first > 12:
        return WrittenDay(_day(year, second, first), shows=DayOrder.DAY_FIRST)
    if second > 12:
        return WrittenDay(_day(year, first, second), shows=DayOrder.MONTH_FIRST)
    return WrittenDay(_day(year, second, first), _day(year, first, second) if first != second else None)


def _on_that_weekday(written: WrittenDay, weekdays: frozenset[int]) -> WrittenDay:
    """What is written behind a weekday's name: of two days the one that has it."""
    days = [day for day in (written.day, written.other) if day is not None and day.weekday() in weekdays]
    match days:
        case [day] if written.other is None:
            return written
        case [day]:
            return WrittenDay(day, shows=DayOrder.DAY_FIRST if day == written.day else DayOrder.MONTH_FIRST)
        case []:
            raise ValueError("names another weekday than that day has; write it as 2026-03-01")
        case _:
            return written


def _day(year: str, month: str | int, day: str | int) -> date:
    if int(year) not in YEARS:
        raise ValueError
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError from None


def _month(name: str) -> int:
    number = _months().get(name.casefold())
    if number is None:
        raise ValueError
    return number


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Every month by its names in the languages that spreadsheets here write; no two languages disagree on one."""
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        months = Locale(language).months
        for context in months.values():
            for width in ("wide", "abbreviated"):
                names |= {str(name).casefold().strip("."): number for number, name in context[width].items()}
    return names | {"sept": 9, "mrz": 3}


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, frozenset[int]]:
    """Every weekday by its names in those languages: Monday is 0, and a short name may be of several."""
    names: dict[str, frozenset[int]] = {}
    for language in _LANGUAGES:
        for context in Locale(language).days.values():
            for width in ("wide", "abbreviated"):
                for number, name in context[width].items():
                    key = str(name).casefold().strip(".")
                    names[key] = names.get(key, frozenset()) | {number}
    return names
