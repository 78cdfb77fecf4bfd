"""Dates, clocks and places as a letter in some language has them, and words that a playbook says in several languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from lifecycle.domain.fields import Words

LANGUAGE_PATTERN = r"^[a-z]{2}$"
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
"""A language by its two letters in ISO 639-1."""

MOST_LANGUAGES = 30


def _in_some(wording: str | dict[str, str]) -> str | dict[str, str]:
    if isinstance(wording, dict) and not wording:
        raise ValueError("says nothing in any language: write the words, or {en: ..., de: ...}")
    return wording


Translated = Annotated[Words | Annotated[dict[Language, Words], Field(max_length=MOST_LANGUAGES)], AfterValidator(_in_some)]
"""Words in the playbook's own language, or in several: `kickoff` or `{en: kickoff, de: Auftakt}`."""


def said_in(wording: str | Mapping[str, str], language: str, own: str) -> str:
    """The words in that language; empty where they are not said in it. `own` is the language of words that name none."""
    if isinstance(wording, str):
        return wording if language == own else ""
    return wording.get(language, "")


def said_somehow(wording: str | Mapping[str, str], language: str, own: str) -> str:
    """The words in that language, or in the playbook's own, or in whatever there is."""
    if isinstance(wording, str):
        return wording
    return wording.get(language) or wording.get(own) or next(iter(wording.values()), "")


@dataclass(frozen=True, slots=True)
class _Calendar:
    """How a language writes a date: its months and its days from Monday on, and the two patterns."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: str
    weekday: str


_CALENDARS = {
    "en": _Calendar(
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "{day} {month} {year}",
        "{weekday}, {date}",
    ),
    "de": _Calendar(
        ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        "{day}. {month} {year}",
        "{weekday}, {date}",
    ),
    "es": _Calendar(
        ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        "{day} de {month} de {year}",
        "{weekday} {date}",
    ),
    "zh": _Calendar(
        tuple(f"{number}月" for number in range(1, 13)),
        ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
        "{year}年{month}{day}日",
        "{date}{weekday}",
    ),
}

_PLACES = {
    "de": {
        "Athens": "Athen", "Beirut": "Beirut", "Belgrade": "Belgrad", "Brussels": "Brüssel", "Bucharest": "Bukarest", "Cairo": "Kairo",
        "Copenhagen": "Kopenhagen", "Jerusalem": "Jerusalem", "Kyiv": "Kiew", "Lisbon": "Lissabon", "Luxembourg": "Luxemburg",
        "Mexico City": "Mexiko-Stadt", "Moscow": "Moskau", "Nicosia": "Nikosia", "Prague": "Prag", "Rome": "Rom", "Singapore": "Singapur",
        "Tokyo": "Tokio", "Vienna": "Wien", "Warsaw": "Warschau", "Zurich": "Zürich",
    },
    "es": {
        "Athens": "Atenas", "Berlin": "Berlín", "Brussels": "Bruselas", "Copenhagen": "Copenhague", "Lisbon": "Lisboa", "London": "Londres",
        "Mexico City": "Ciudad de México", "New York": "Nueva York", "Paris": "París", "Prague": "Praga", "Rome": "Roma", "Tokyo": "Tokio",
        "Vienna": "Viena", "Warsaw": "Varsovia", "Zurich": "Zúrich",
    },
}  # fmt: skip
"""Places that a language calls otherwise than the time zones do."""


@lru_cache(maxsize=4096)
def day_in(day: date, language: str) -> str:
    """A date as a letter has it: 1 March 2026, 1. März 2026; of a language that is not known here, 2026-03-01."""
    known = _CALENDARS.get(language)
    return known.day.format(day=day.day, month=known.months[day.month - 1], year=day.year) if known is not None else day.isoformat()


@lru_cache(maxsize=4096)
def weekday_in(day: date, language: str) -> str:
    """The same with its day of the week: Sunday, 1 March 2026."""
    known = _CALENDARS.get(language)
    return known.weekday.format(weekday=known.weekdays[day.weekday()], date=day_in(day, language)) if known is not None else day.isoformat()


@lru_cache(maxsize=4096)
def place_of(zone: str, language: str) -> str:
    """The place whose clock a time zone is, as one says it: New York of America/New_York; a zone without a place by its whole name."""
    area, _, name = zone.partition("/")
    if not name or area == "Etc":
        return zone
    place = name.rpartition("/")[2].replace("_", " ")
    return _PLACES.get(language, {}).get(place, place)
