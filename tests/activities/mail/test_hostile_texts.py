"""Every text from outside, on every header, part and property of a message that a real mail server received."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from activities.mail.headers import Header, literal_header
from activities.mail.mime import Unserialisable, build_body, serialise
from activities.registry import Activities
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import Answer, Recipient, Touch
from lifecycle.playbook.policy import Company
from tests.activities.building import TEMPLATES, VALUES, a_meeting, a_playbook, a_touch, opened, perform
from tests.activities.mail.composing import a_composer, body, composed
from tests.activities.mail.test_message import people_of
from tests.activities.mail_server import MailCatcher
from tests.hostile_texts import HOSTILE, is_text, unprintable

ROOT = Path(__file__).parents[3]
TO = ["ana@acme.example", "bo@acme.example"]
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


def touches(text: str, number: int = 0) -> list[Touch]:
    people = [Recipient(name=text, email=email) for email in TO]
    values = VALUES | {
        "customer": {"name": text, "goal": text},
        "contact": {"name": text, "first_name": text},
        "owner": {"name": text, "first_name": text, "email": "kim@us.example"},
        "meeting": {"date": text, "time": text, "zone": text},
        "survey": {"id": text},
        "company": {"name": text, "url": text, "email": text},
    }
    common: dict[str, Any] = {"to": people, "values": values, "playbook": f"standard@hostile{number}", "name": text}
    return [
        a_touch(f"acme/1/a/{number}/email", **common),
        a_touch(f"acme/1/a/{number}/survey", TouchKind.SURVEY, template="nps", **common | {"category": Category.SURVEY}),
        a_meeting(f"acme/1/a/{number}/meeting", **common),
    ]


def header_names(raw: bytes) -> list[str]:
    """By the letter of RFC 5322, without any library: a line that begins with no space begins a header."""
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    return [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]


@pytest.fixture
async def posted(tmp_path: Path, mail_server: MailCatcher) -> AsyncIterator[Activities]:
    made = opened(tmp_path, smtp_url=mail_server.url)
    yield made
    await made.close()


def publish(activities: Activities, company: str, number: int = 0) -> None:
    playbook = a_playbook(f"hostile{number}").model_copy(
        update={"company": Company(name=company, url="https://us.example", email="success@us.example")}
    )
    activities.playbooks.publish(playbook, TEMPLATES)


async def test_what_is_received_has_our_headers_alone_and_says_what_was_meant(posted: Activities, mail_server: MailCatcher) -> None:
    for number, text in enumerate(HOSTILE.values()):
        await check_what_is_received(posted, mail_server, text, number)


async def check_what_is_received(posted: Activities, mail_server: MailCatcher, text: str, number: int) -> None:
    company = text[:500] if is_text(text) else "Us"
    publish(posted, company, number)
    meant = one_line(text)
    for touch in touches(text, number):
        # The row of the ledger holds the name, and a database can hold no lone surrogate.
        receipt = await perform(posted, touch if is_text(text) else replace(touch, name="name"))
        assert receipt.answer is Answer.DONE, receipt.why
        raw, message = mail_server.contents[-1], mail_server.messages[-1]
        harmless = a_composer().compose(replace(touch, **harmless_of(touch))).content
        assert header_names(raw) == header_names(harmless), text
        assert [part.get_content_type() for part in message.walk()] == [
            part.get_content_type() for part in message_from_bytes(harmless).walk()
        ]
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert mail_server.envelopes[-1] == TO
        assert people_of(raw, "To") == [(meant, email) for email in TO], text
        assert people_of(raw, "From") == [(one_line(company), "success@us.example")]
        assert people_of(raw, "Reply-To") == [(meant, "kim@us.example")]
        assert message["X-Evergreen-Survey"] == (meant if touch.kind is TouchKind.SURVEY else None)
        words, html = (body(message, part).replace("\r\n", "\n") for part in ("plain", "html"))
        assert not unprintable(words)
        assert not unprintable(html)
        match touch.kind:
            case TouchKind.EMAIL:
                assert message["Subject"] == f"Welcome, {meant}"
                assert f"Your goal: {meant}." in words
                assert f"Your goal: {meant}." in unescape(html)
            case TouchKind.MEETING:
                assert message["Subject"] == f"Kickoff with {meant}"
                check_calendar(message.get_body(("calendar",)), meant)
            case _:
                assert message["Subject"] == "One question"


async def test_what_takes_an_invitation_back_has_our_headers_alone_and_says_what_was_meant(
    posted: Activities, mail_server: MailCatcher
) -> None:
    publish(posted, "Us")
    usual = header_names(a_composer().compose(a_meeting(cancels=True, text="Kickoff")).content)
    for number, (name, text) in enumerate(HOSTILE.items()):
        people = [Recipient(name=text, email=email) for email in TO]
        owner = {"owner": {"name": text, "first_name": text, "email": "kim@us.example"}}
        told: dict[str, Any] = {"to": people, "values": owner, "playbook": "standard@hostile0", "cancels": True, "sequence": 1}
        receipt = await perform(posted, a_meeting(f"acme/1/a/{number}/meeting.cancelled", text=text, **told))
        assert receipt.answer is Answer.DONE, receipt.why
        raw, message = mail_server.contents[-1], mail_server.messages[-1]
        meant = one_line(text)
        assert header_names(raw) == usual, name
        assert mail_server.envelopes[-1] == TO
        assert people_of(raw, "To") == [(meant, email) for email in TO], text
        assert message["Subject"] == f"Cancelled: {meant}"
        assert not unprintable(body(message, "plain").replace("\r\n", "\n"))
        part: Any = message.get_body(("calendar",))
        calendar: Any = Calendar.from_ical(part.get_content())
        [event] = calendar.walk("VEVENT")
        assert str(event["SUMMARY"]) == meant, name
        assert [str(person) for person in event["ATTENDEE"]] == [f"mailto:{email}" for email in TO]


async def test_in_test_mode_everything_goes_to_the_one_address_whatever_it_says(tmp_path: Path, mail_server: MailCatcher) -> None:
    activities = opened(tmp_path, smtp_url=mail_server.url, redirect="me@us.example")
    publish(activities, "Us")
    for number, text in enumerate(HOSTILE.values()):
        told: dict[str, Any] = {
            "text": text,
            "owner": text,
            "to": [],
            "playbook": "standard@hostile0",
            "values": {"customer": {"name": text}},
        }
        for touch in (touches(text)[number % 3], a_touch("acme/1/a/1/task", TouchKind.TASK, **told)):
            receipt = await perform(activities, replace(touch, key=f"{touch.key}-{number}", name="name"))
            if is_text(text) or touch.kind is not TouchKind.TASK:  # a lone surrogate stands in no JSON
                assert receipt.answer is Answer.DONE, receipt.why
    await activities.close()
    assert {tuple(envelope) for envelope in mail_server.envelopes} == {("me@us.example",)}
    assert len(mail_server.contents) > 2 * len(HOSTILE) - 5
    for raw in mail_server.contents:
        names = header_names(raw)
        assert len(names) == len(set(names))
        assert not {"Bcc", "Cc", "X-Evil"} & set(names)
        assert people_of(raw, "To") == [("", "me@us.example")]


def harmless_of(touch: Touch) -> dict[str, Any]:
    return {"to": [Recipient(name="Ana", email=email) for email in TO], "values": VALUES, "name": "welcome"}


def check_calendar(part: Any, meant: str) -> None:
    calendar: Any = Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert set(event) == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "ORGANIZER", "ATTENDEE"}
    assert str(event["SUMMARY"]) == f"Kickoff with {meant}"
    assert str(event["DESCRIPTION"]) == f"On {meant} at {meant}."
    people = [event["ORGANIZER"], *event["ATTENDEE"]]
    assert [str(person) for person in people] == ["mailto:kim@us.example", *(f"mailto:{email}" for email in TO)]
    assert [str(person.params["CN"]) for person in people] == [meant.replace("\\", "/")] * 3


@pytest.mark.parametrize(
    "email",
    [
        "=?utf-8?q?ana?=@acme.example",
        "ana@acme.example\r\nBcc: victim@evil.example",
        "ana@acme.example>\r\nRCPT TO:<victim@evil.example",
        "ana\x1b[31m@acme.example",
        "ana@acme.example, victim@evil.example",
        "ana@acme\u2100evil.example",
        "ana@=?utf-8?q?x?=.example",
        '"ana"@acme.example',
        "a\ud800@acme.example",
        "ana@",
        "",
    ],
)
@pytest.mark.parametrize("whose", ["contact", "owner"])
async def test_an_address_that_is_more_than_one_is_refused_before_anything_is_sent(
    posted: Activities, mail_server: MailCatcher, email: str, whose: str
) -> None:
    if whose == "contact":
        touch = a_touch(to=[Recipient(name="Ana", email=email)])
    elif email:
        touch = a_touch(values=VALUES | {"owner": {"name": "Kim", "email": email}})
    else:
        return
    receipt = await perform(posted, touch)
    assert (receipt.answer, receipt.why.split(":")[0]) == (Answer.REFUSED, "an address of this message is malformed")
    assert mail_server.messages == []


def test_an_address_in_an_invitation_is_one_address_and_no_mail_of_its_own() -> None:
    message = composed(a_meeting(to=[Recipient(name="Ana", email="ana?cc=victim%40evil.example&x#y@acme.example")]))
    part: Any = message.get_body(("calendar",))
    assert "mailto:ana%3Fcc=victim%2540evil.example%26x%23y@acme.example" in part.get_content().replace("\r\n ", "").replace("\n ", "")


@pytest.mark.parametrize(
    "wrong",
    [
        Header("Subject", "a", "a\r\nBcc: b"),
        Header("Subject", "a", "a\r\n\r\nb"),
        Header("Subject", "a", "a\nBcc: b"),
        Header("Subject", "a", "=?utf-8?q?b?="),
        Header("Subject", "a", "b"),
        Header("Subject", "é", "é"),
        Header("Subject", "a" * 1000, "a" * 1000),
    ],
)
def test_a_message_that_would_be_read_as_another_is_not_made(wrong: Header) -> None:
    with pytest.raises(Unserialisable):
        serialise([literal_header("From", "a@b.example"), wrong], build_body("text", "<p>text</p>", None, "0"))


async def test_a_message_that_cannot_be_made_is_refused_before_the_mark_and_never_parked(
    posted: Activities, mail_server: MailCatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.mail.message.text_header", lambda name, text: Header(name, text, f"{text}\r\nBcc: victim@evil.example"))
    receipt = await perform(posted, a_touch())
    assert receipt.answer is Answer.REFUSED
    assert "other headers than it was meant to have" in receipt.why
    assert mail_server.envelopes == []


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_other_pythons_read_and_write_the_same(version: str) -> None:
    program = shutil.which(f"python{version}")
    environment = os.environ | {"PYENV_VERSION": version}
    if program is None or subprocess.run([program, "-V"], env=environment, capture_output=True, check=False).returncode:
        pytest.skip(f"no Python {version} here")
    done = subprocess.run(
        [program, "-m", "tests.activities.mail.reading_back"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"{len(HOSTILE)} texts\n"), done.stderr
