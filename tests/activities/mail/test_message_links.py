"""The links that a message carries: which, to whom, and what each says."""

import base64
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from activities.ledger.published.playbook_store import PublishedPlaybook
from activities.mail.links import LINK_LIFETIMES, Link, LinkCodec, Purpose
from activities.mail.message_links import message_identity
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Recipient
from lifecycle.playbook.playbook import Playbook
from tests.activities.building import TEMPLATES, VALUES, a_meeting, a_playbook, a_touch
from tests.activities.mail.composing import ANA, BO, PUBLIC, PUBLISHED, SECRETS, a_composer, body, composed, links


def opened(url: str, purpose: Purpose) -> Link:
    return LinkCodec(SECRETS).decode(url.partition("?")[0].rpartition("/")[2], purpose)


@pytest.mark.parametrize(("public", "one_click"), [(PUBLIC, True), ("http://localhost:8080", False)])
def test_a_link_to_unsubscribe_is_one_click_over_https_alone_and_is_not_mangled(public: str, one_click: bool) -> None:
    raw = a_composer(PUBLISHED, public, SECRETS).compose(a_touch()).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    [link] = links(body(message, "plain"), public, "unsubscribe")
    by_mail = "<mailto:success@us.example?subject=unsubscribe%20success>"
    assert f"List-Unsubscribe: {by_mail},\r\n <{link}>\r\n" in raw.decode()
    assert (message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") is one_click
    assert links(body(message, "html"), public, "unsubscribe") == [link]
    assert links(body(message, "html"), public, "preferences") == [link.replace("unsubscribe", "preferences")]
    assert "reply with the word" not in body(message, "plain")


@pytest.mark.parametrize("category", [Category.SUCCESS, Category.SURVEY, Category.OFFER])
def test_what_a_link_to_unsubscribe_says_is_sealed_in_it(category: Category) -> None:
    touch = a_touch(category=category, language="de")
    [link] = links(body(composed(touch, PUBLIC), "plain"), PUBLIC, "unsubscribe")
    assert opened(link, Purpose.UNSUBSCRIBE) == Link(
        purpose=Purpose.UNSUBSCRIBE,
        playbook="standard@v1",
        customer="acme",
        contacts=("ana@acme.example",),
        about=category.value,
        touch=message_identity(touch),
        language="de",
        expires=touch.at + LINK_LIFETIMES[Purpose.UNSUBSCRIBE],
    )


def test_a_survey_has_a_link_for_each_score_and_one_in_its_text() -> None:
    touch = a_touch(kind=TouchKind.SURVEY, template="nps", category=Category.SURVEY)
    message = composed(touch, PUBLIC)
    [plain] = links(body(message, "plain"), PUBLIC, "answer")
    assert links(body(message, "html"), PUBLIC, "answer") == [f"{plain}?score={score}" for score in range(11)]
    assert re.findall(r"score=(\d+)\"[^>]*>(\d+)</a>", body(message, "html")) == [(str(score), str(score)) for score in range(11)]
    assert "0 = not at all likely, 10 = extremely likely" in body(message, "html")
    link = opened(plain, Purpose.ANSWER)
    assert (link.about, link.contacts, link.expires) == ("nps", ("ana@acme.example",), touch.at + timedelta(days=60))

    other = composed(a_touch(kind=TouchKind.SURVEY, template="nps", values=VALUES | {"survey": {"id": "onboarding"}}), PUBLIC)
    assert [link.rpartition("=")[2] for link in links(body(other, "html"), PUBLIC, "answer")] == ["1", "2", "3", "4", "5"]


def test_an_invitation_may_be_answered_by_link_until_it_is_over_and_of_several_guests_none_unsubscribes_another() -> None:
    touch = a_meeting(to=[ANA, BO])
    message = composed(touch, PUBLIC)
    accept, decline = links(body(message, "plain"), PUBLIC, "meeting")
    assert (accept.rpartition("?")[2], decline.rpartition("?")[2]) == ("answer=accepted", "answer=declined")
    assert links(body(message, "html"), PUBLIC, "meeting") == [accept, decline]
    link = opened(accept, Purpose.MEETING)
    assert (link.about, link.contacts, link.expires) == ("kickoff", ("ana@acme.example", "bo@acme.example"), touch.ends)
    assert link.when == "Tuesday, 3 March 2026, 09:00 (Berlin time)"
    assert message["List-Unsubscribe"] == "<mailto:success@us.example?subject=unsubscribe%20success>"
    assert message["List-Unsubscribe-Post"] is None
    assert "reply with the word unsubscribe" in body(message, "plain")
    assert links(body(composed(a_meeting(), PUBLIC), "plain"), PUBLIC, "unsubscribe") != []


@pytest.mark.parametrize(
    ("language", "zone", "when"),
    [
        ("en", "America/New_York", "Tuesday, 3 March 2026, 03:00 (New York time)"),
        ("de", "America/New_York", "Dienstag, 3. März 2026, 03:00 Uhr (Ortszeit New York)"),
        ("es", "America/New_York", "martes 3 de marzo de 2026, 03:00 (hora de Nueva York)"),
        ("zh", "America/New_York", "2026年3月3日星期二 03:00（New York时间）"),
        ("fr", "Europe/Paris", "Tuesday, 3 March 2026, 09:00 (Paris time)"),
        ("en", "UTC", "Tuesday, 3 March 2026, 08:00 (UTC time)"),
    ],
)
def test_a_meetings_time_is_said_with_its_place_and_in_the_customers_language(language: str, zone: str, when: str) -> None:
    touch = a_meeting(language=language, timezone=zone)
    accept, _ = links(body(composed(touch, PUBLIC), "plain"), PUBLIC, "meeting")
    assert opened(accept, Purpose.MEETING).when == when


def test_accept_and_decline_look_different_in_the_mail_and_its_text_has_no_signs() -> None:
    message = composed(a_meeting(), PUBLIC)
    button = r'<a href="[^"]*answer=(\w+)" style="[^"]*background-color:(#\w+);color:(#\w+)[^"]*"><span[^>]*>(.)&nbsp;</span>([^<]*)<'
    found = re.findall(button, body(message, "html"))
    assert found == [
        ("accepted", "#0b57d0", "#ffffff", "✓", "Yes, I&#39;ll be there"),
        ("declined", "#ffffff", "#3c4043", "✕", "No, I can&#39;t make it"),
    ]
    assert "✓" not in body(message, "plain") and "✕" not in body(message, "plain")


ASKING = {
    "a paragraph": (
        "Hello Ana,\n\nYour request is closed. How well was it\nsolved, from 1 to 5?\n\nKim\n",
        "Your request is closed. How well was it solved, from 1 to 5?",
    ),
    "after a German greeting": ("Guten Tag,\n\nich habe nur eine Frage: Wie war es?\n", "Ich habe nur eine Frage: Wie war es?"),
    "marked words": ("**How well** was [it](https://us.example/?a=b) solved?\n", "How well was it solved?"),
    "a mark in an address alone": ("See https://us.example/?a=b and reply.\n", ""),
    "nothing asked": ("Please reply.\n", ""),
    "of two the first": ("How was it?\n\nAnd why?\n", "How was it?"),
    "Chinese": ("您好：\n\n问题解决得如何？\n", "问题解决得如何？"),
    "a customer's name that is Markdown": ("How does {{ customer.name }} do?\n", "How does **A** <b>? do?"),
    "too long for a link": (f"{'very ' * 60}well?\n", ""),
}


@pytest.mark.parametrize(("text", "question"), ASKING.values(), ids=ASKING.keys())
def test_a_surveys_link_carries_what_its_message_asks(text: str, question: str) -> None:
    values = VALUES | {"customer": {"name": "**A** <b>?", "goal": "x"}}
    touch = a_touch(kind=TouchKind.SURVEY, template="nps", category=Category.SURVEY, values=values)
    published = PublishedPlaybook(a_playbook(), TEMPLATES | {"nps": f"Subject: Well?\n\n{text}"})
    [link] = links(body(composed(touch, PUBLIC, published), "plain"), PUBLIC, "answer")
    assert opened(link, Purpose.ANSWER).question == question


def test_a_mail_that_is_no_survey_carries_no_question() -> None:
    [link] = links(body(composed(a_touch(), PUBLIC), "plain"), PUBLIC, "unsubscribe")
    assert opened(link, Purpose.UNSUBSCRIBE).question == ""


def test_the_longest_link_fits_into_a_header_line() -> None:
    to = Recipient(name="Ana", email=f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example")
    touch = a_touch(customer="c" * 64, playbook=f"{'p' * 64}@{'0' * 16}", to=[to], category=Category.SUCCESS)
    raw = a_composer(PUBLISHED, f"https://{'h' * 60}.us.example/care", SECRETS).compose(touch).as_bytes()
    assert 700 < max(map(len, raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))) < 998


def test_so_many_guests_that_no_server_takes_their_link_have_the_calendars_buttons_alone() -> None:
    crowd = [Recipient(name=f"Guest {number}", email=f"guest-{number}@a-rather-long-name.acme.example") for number in range(100)]
    assert links(body(composed(a_meeting(to=crowd), PUBLIC), "html"), PUBLIC, "meeting") == []


@pytest.mark.parametrize(("milestone", "asks"), [("first-report", True), ("import", False), ("gone", False)])
def test_a_message_about_a_customer_milestone_has_a_link_that_says_it_is_done(milestone: str, asks: bool) -> None:
    stage = {
        "goal": "value",
        "owner": "csm",
        "exit": "true",
        "milestones": {
            "first-report": {"kind": "customer", "due": "30d"},
            "import": {"kind": "functional", "due": "7d", "done_when": "true"},
        },
    }
    playbook = Playbook.model_validate(a_playbook().model_dump(by_alias=True, exclude_none=True) | {"stages": {"onboarding": stage}})
    touch = a_touch(values=VALUES | {"milestone": {"id": milestone, "name": "x", "due_date": "y"}})
    message = composed(touch, PUBLIC, PublishedPlaybook(playbook, TEMPLATES))
    found = links(body(message, "html"), PUBLIC, "milestone")
    assert found == links(body(message, "plain"), PUBLIC, "milestone")
    assert [opened(link, Purpose.MILESTONE).about for link in found] == ([milestone] if asks else [])


def test_nobody_reads_an_address_or_a_customer_in_a_link() -> None:
    for touch in (a_touch(), a_meeting(to=[ANA, BO]), a_touch(kind=TouchKind.SURVEY, template="nps")):
        for url in re.findall(rf"{re.escape(PUBLIC)}/\w+/([^\s<>\"?]+)", body(composed(touch, PUBLIC), "html")):
            sealed = base64.urlsafe_b64decode(url + "=" * (-len(url) % 4))
            assert all(word not in sealed and word not in url.encode() for word in (b"acme", b"ana@", b"bo@", b"standard"))
            assert len(url) < 350
