"""Dates and places as a letter in each language has them, and words said in several."""

from datetime import date

import pytest

from activities.mail.wording import MAIL_WORDINGS
from lifecycle.domain.texts.colours import READABLE, contrast, letters_on
from lifecycle.domain.texts.languages import day_in, place_of, said_in, said_somehow, weekday_in


@pytest.mark.parametrize(
    ("language", "day", "weekday"),
    [
        ("en", "1 March 2026", "Sunday, 1 March 2026"),
        ("de", "1. März 2026", "Sonntag, 1. März 2026"),
        ("es", "1 de marzo de 2026", "domingo 1 de marzo de 2026"),
        ("zh", "2026年3月1日", "2026年3月1日星期日"),
        ("fr", "2026-03-01", "2026-03-01"),  # no English month in a French letter
    ],
)
def test_a_date_is_written_as_the_language_writes_it(language: str, day: str, weekday: str) -> None:
    assert (day_in(date(2026, 3, 1), language), weekday_in(date(2026, 3, 1), language)) == (day, weekday)


def test_every_language_that_buttons_and_footers_have_has_its_dates() -> None:
    assert [language for language in MAIL_WORDINGS.by_language if day_in(date(2026, 3, 1), language) == "2026-03-01"] == []


@pytest.mark.parametrize(
    ("zone", "language", "place"),
    [
        ("America/New_York", "en", "New York"),
        ("America/New_York", "es", "Nueva York"),
        ("Europe/Vienna", "de", "Wien"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"),
        ("Etc/GMT+5", "en", "Etc/GMT+5"),
        ("UTC", "de", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_place(zone: str, language: str, place: str) -> None:
    assert place_of(zone, language) == place


def test_words_in_no_language_of_their_own_are_in_the_playbooks() -> None:
    assert (said_in("kickoff", "en", "en"), said_in("kickoff", "de", "en")) == ("kickoff", "")
    both = {"en": "kickoff", "de": "Auftakt"}
    assert (said_in(both, "de", "en"), said_in(both, "es", "en"), said_somehow(both, "es", "en")) == ("Auftakt", "", "kickoff")
    assert said_somehow({"de": "Auftakt"}, "es", "en") == "Auftakt"


@pytest.mark.parametrize("colour", ["#0b57d0", "#ffcc00", "#000000", "#ffffff", "#7a7a7a", "#00a86b", "#ff00ff"])
def test_letters_can_be_read_on_any_colour(colour: str) -> None:
    assert contrast(letters_on(colour), colour) >= READABLE - 0.5
