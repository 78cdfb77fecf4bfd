"""Where people are found in texts, and what is left of these."""

import pytest

from lifecycle.domain.texts.redaction import Redaction

ANA = Redaction(["Ana@Müller.example"], ["Dr. Ana de la Silva", "Annie"], keep="Silva GmbH")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to ana@müller.example", "to erased"),
        ("to ANA@xn--mller-kva.example.", "to erased."),
        ("acme/1/each/ana%40xn--mller-kva.example.1/note", "acme/1/each/erased.1/note"),
        ("to diana@müller.example", "to diana@müller.example"),
        ("to ana@müller.example.com", "to ana@müller.example.com"),
        ("to ana+x@müller.example", "to ana+x@müller.example"),
        ("Dr. Ana de la Silva called", "erased called"),
        ("hello, ANA, and annie", "hello, erased, and erased"),
        ("Anatomy and bananas", "Anatomy and bananas"),
        ("Silva GmbH de la", "Silva GmbH de la"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_text(text: str, left: str) -> None:
    assert ANA.without(text) == left
    assert ANA.finds(text) == (text != left)


def test_names_stay_where_a_text_is_not_free() -> None:
    assert ANA.without_addresses("Annie <ana@müller.example>") == "Annie <erased>"


def test_the_name_before_an_address_is_found() -> None:
    assert ANA.names_in("user Bo <bo@x.example>, champion Ana Bolena <ana@müller.example>") == {"champion Ana Bolena"}


def test_nobody_is_found_where_nobody_is_looked_for() -> None:
    nobody = Redaction([])
    assert (nobody.without("ana@müller.example"), nobody.finds("x"), nobody.names_in("x"), nobody.is_of("x@y.example")) == (
        "ana@müller.example", False, set(), False,
    )  # fmt: skip
