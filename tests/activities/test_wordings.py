"""Our own words in several languages: none lacks one."""

from pathlib import Path

import pytest

from activities.mail.wording import MAIL_WORDINGS
from activities.wordings import Wording, Words, read_wordings


class Small(Wording):
    greeting: Words


def test_mails_speak_four_languages() -> None:
    assert sorted(MAIL_WORDINGS.by_language) == ["de", "en", "es", "zh"]


def test_no_two_languages_say_the_same() -> None:
    said = [str(words.model_dump(exclude={"language"})) for words in MAIL_WORDINGS.by_language.values()]
    assert len(set(said)) == len(said)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert MAIL_WORDINGS.of("fr").language == "en"


@pytest.mark.parametrize(
    ("german", "why"),
    [
        ("language: de\n", "greeting"),
        ("language: de\ngreeting: Hallo {nmae}\n", r"de.yaml: greeting has the holes \['nmae'\], and in 'en' it has \['name'\]"),
        ("language: de\ngreeting: Hallo\n", "has the holes"),
        ("language: de\ngreeting: ' '\n", "greeting"),
        ("language: de\ngreeting: Hallo {name}\nfarewell: Ade\n", "farewell"),
        ("language: fr\ngreeting: Hallo {name}\n", "says that its language is 'fr'"),
        ("language: de\ngreeting: [\n", "de.yaml"),
    ],
    ids=["a word missing", "another hole", "no hole", "blank", "one too many", "another language", "no YAML"],
)
def test_a_language_with_a_fault_is_not_read(tmp_path: Path, german: str, why: str) -> None:
    (tmp_path / "en.yaml").write_text("language: en\ngreeting: Hello {name}\n", encoding="utf-8")
    (tmp_path / "de.yaml").write_text(german, encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        read_wordings(tmp_path, Small)
