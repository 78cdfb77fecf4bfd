"""Invitations, moved and taken back, on a real SMTP server: what a guest's calendar gets, and what the ledger keeps of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from activities.ledger.invitations import Invitations
from activities.registry import Activities
from lifecycle.domain.touch import Answer, Touch
from tests.activities.building import AT, a_meeting, opened, perform
from tests.activities.mail_server import MailCatcher

LANGUAGES = {
    "en": ("Cancelled: Kickoff with Acme", "Our meeting on Tuesday, 3 March 2026, 09:00 (Berlin time) will not take place."),
    "de": ("Abgesagt: Kickoff with Acme", "Unser Termin am Dienstag, 3. März 2026, 09:00 Uhr (Ortszeit Berlin) findet nicht statt."),
    "es": ("Cancelada: Kickoff with Acme", "Nuestra reunión del martes 3 de marzo de 2026, 09:00 (hora de Berlín) no se celebrará."),
    "zh": ("已取消：Kickoff with Acme", "我们原定于2026年3月3日星期二 09:00（Berlin时间）的会议已取消"),
}


@pytest.fixture
async def posted(tmp_path: Path, mail_server: MailCatcher) -> AsyncIterator[Activities]:
    made = opened(tmp_path, smtp_url=mail_server.url, public_url="https://us.example", link_secrets="x" * 40)
    yield made
    await made.close()


def taken_back(**changes: Any) -> Touch:
    told: dict[str, Any] = {
        "cancels": True,
        "sequence": 1,
        "text": "Kickoff with Acme",
        "values": {"owner": {"name": "Kim Lee", "email": "kim@us.example"}},
    }
    told |= changes
    return a_meeting("acme/1/kickoff/1/meeting.cancelled", **told)


def calendar_of(mail_server: MailCatcher, number: int) -> tuple[Any, Any]:
    [part] = [part for part in mail_server.messages[number].walk() if part.get_content_type() == "text/calendar"]
    payload: Any = part.get_payload(decode=True)
    calendar: Any = Calendar.from_ical(payload)
    assert part.get_param("method") == calendar["METHOD"]
    [event] = calendar.walk("VEVENT")
    return calendar, event


async def test_moved_and_taken_back_it_is_one_meeting_in_the_guests_calendar(posted: Activities, mail_server: MailCatcher) -> None:
    moved = a_meeting("acme/1/kickoff/1/again", starts=AT + timedelta(days=2), sequence=1)
    for touch in (a_meeting(), moved, taken_back(sequence=2)):
        assert (await perform(posted, touch)).answer is Answer.DONE
    found = [calendar_of(mail_server, number) for number in range(3)]
    assert [(str(calendar["METHOD"]), event["SEQUENCE"]) for calendar, event in found] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    [uid] = {str(event["UID"]) for _, event in found}
    kept = Invitations(posted.engine).find(uid)
    assert kept is not None
    assert (kept.sequence, kept.cancelled, kept.meeting) == (2, True, "kickoff")
    assert mail_server.envelopes == [["ana@acme.example"]] * 3


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_message_says_so_in_the_customers_language_and_has_no_links(
    posted: Activities, mail_server: MailCatcher, language: str
) -> None:
    subject, words = LANGUAGES[language]
    receipt = await perform(posted, taken_back(language=language))
    [message] = mail_server.messages
    assert (receipt.subject, message["Subject"]) == (subject, subject)
    part = message.get_body(("plain",))
    assert part is not None
    assert words in part.get_content()
    _, event = calendar_of(mail_server, 0)
    assert (str(event["SUMMARY"]), words in str(event["DESCRIPTION"])) == ("Kickoff with Acme", True)
    assert "us.example/meeting/" not in part.get_content()


async def test_a_subject_of_any_kind_becomes_no_header_and_no_line_of_the_calendar(posted: Activities, mail_server: MailCatcher) -> None:
    hostile = "=?utf-8?q?x=0D=0ABcc:_v@evil.example?=\r\nATTENDEE:mailto:v@evil.example {{ 7 * 7 }} {subject}"
    assert (await perform(posted, taken_back(text=hostile))).answer is Answer.DONE
    [message] = mail_server.messages
    assert message["Bcc"] is None
    assert mail_server.envelopes == [["ana@acme.example"]]
    assert "{{ 7 * 7 }} {subject}" in str(message["Subject"])
    _, event = calendar_of(mail_server, 0)
    assert str(event["ATTENDEE"]) == "mailto:ana@acme.example"
