"""In whose name a message comes, where its answer goes, and what it looks like: as the playbook says, whatever anybody is called."""

from dataclasses import replace

import pytest

from activities.ledger.published.playbook_store import PublishedPlaybook
from lifecycle.domain.texts.languages import Translated
from lifecycle.domain.texts.text import one_line
from lifecycle.playbook.policy import Brand, Company, Sender
from tests.activities.building import TEMPLATES, VALUES, a_meeting, a_playbook, a_touch
from tests.activities.mail.composing import a_composer, body, composed
from tests.hostile_texts import HOSTILE, is_text


def published(brand: Brand | None = None, company: dict[str, str] | None = None) -> PublishedPlaybook:
    whose = {"name": "Us & Co", "url": "https://us.example", "email": "success@us.example"} | (company or {})
    playbook = a_playbook().model_copy(update={"company": Company.model_validate(whose), "brand": brand})
    return PublishedPlaybook(playbook, TEMPLATES)


@pytest.mark.parametrize(
    ("company", "sender", "answers"),
    [
        ({}, '"Us & Co" <success@us.example>', '"Kim Lee" <kim@us.example>'),
        ({"sender": Sender.OWNER}, '"Kim Lee" <success@us.example>', '"Kim Lee" <kim@us.example>'),
        ({"reply_to": "help@us.example"}, '"Us & Co" <success@us.example>', '"Us & Co" <help@us.example>'),
        ({"sender": Sender.OWNER, "reply_to": "help@us.example"}, '"Kim Lee" <success@us.example>', '"Us & Co" <help@us.example>'),
    ],
)
def test_the_playbook_says_in_whose_name_a_message_comes_and_where_answers_go(company: dict[str, str], sender: str, answers: str) -> None:
    for touch in (a_touch(), a_meeting(), replace(a_meeting(), cancels=True, text="Kickoff")):
        raw = a_composer(published(company=company)).compose(touch).as_bytes().decode()
        head = raw.partition("\r\n\r\n")[0]
        assert f"From: {sender}\r\n" in head
        assert f"Reply-To: {answers}\r\n" in f"{head}\r\n"


def test_a_message_of_which_the_owner_has_no_name_comes_from_the_company() -> None:
    touch = a_touch(values=VALUES | {"owner": {"name": "", "first_name": "", "email": "kim@us.example"}}, template="nps")
    assert composed(touch, published=published(company={"sender": Sender.OWNER}))["From"] == "Us & Co <success@us.example>"


@pytest.mark.parametrize("name", [text for text in HOSTILE.values() if is_text(text) and one_line(text)])
def test_no_owners_name_adds_a_header_or_an_element(name: str) -> None:
    plain = a_composer(published(company={"sender": Sender.OWNER})).compose(a_touch()).as_bytes()
    touch = a_touch(values=VALUES | {"owner": {"name": name, "first_name": name, "email": "kim@us.example"}})
    made = a_composer(published(company={"sender": Sender.OWNER})).compose(touch).as_bytes()

    def headers(raw: bytes) -> list[str]:
        lines = raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        return [line.partition(":")[0] for line in lines if not line.startswith(" ")]

    assert headers(made) == headers(plain)


LEGAL: Translated = {"en": "Registered <b>here</b>.", "de": "Hier eingetragen."}


def test_the_brand_stands_in_both_parts_in_the_messages_language() -> None:
    brand = Brand(logo="https://us.example/logo.png", colour="#FFCC00", address="1 Mill Lane\r\nBcc: x", legal=LEGAL)
    assert set(composed(a_touch(), published=published(brand)).keys()) == set(composed(a_touch()).keys())
    for language, legal in (("en", "Registered <b>here</b>."), ("de", "Hier eingetragen.")):
        message = composed(a_touch(language=language), published=published(brand))
        text, html = body(message, "plain"), body(message, "html")
        assert legal in text.splitlines()
        assert "1 Mill Lane Bcc: x" in text.splitlines()
        assert legal.replace("<", "&lt;").replace(">", "&gt;") in html
        assert '<img src="https://us.example/logo.png" alt="Us &amp; Co"' in html


def test_buttons_have_the_brands_colour_and_letters_that_can_be_read_on_it() -> None:
    yellow = body(composed(a_meeting(), "https://gateway.us.example", published(Brand(colour="#ffcc00"))), "html")
    assert "background-color:#ffcc00;color:#1f1f1f" in yellow
    assert "color:#ffcc00;text-decoration" not in yellow
    green = body(composed(a_meeting(), "https://gateway.us.example", published(Brand(colour="#0a5c36"))), "html")
    assert "background-color:#0a5c36;color:#ffffff" in green


def test_without_a_brand_a_message_is_as_before() -> None:
    html = body(composed(a_touch()), "html")
    assert "<img" not in html
    assert "padding:32px 28px 16px" in html
