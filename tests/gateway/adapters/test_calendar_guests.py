"""Who answers an invitation, by every form of ATTENDEE that RFC 5545 and 7986 have and calendars send."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.adapter_file import load_adapter
from gateway.adapters.adapting import EventDraft, adapt
from gateway.adapters.calendar_replies import RAW, IrrelevantMail, read_reply, reply_fields
from tests.gateway.adapters.deliveries import invited

CASES = Path(__file__).parents[2] / "cases"
UID, ANA, BO = "meeting-1@us.example", "ana@acme.example", "bo@acme.example"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
UNINVITED = "Whoever answers was not invited to this meeting."
UNSAID = "The reply does not say who answers."


def a_mail(
    *attendees: str, sender: str = "Ana Silva <ana@acme.example>", about: str = "text/calendar; charset=utf-8; method=REPLY"
) -> bytes:
    lines = ["BEGIN:VCALENDAR", "PRODID:-//X//EN", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{UID}", "DTSTAMP:20260302T090000Z"]
    lines += ["DTSTART:20260303T080000Z", "ORGANIZER:mailto:kim@us.example", *attendees, "SEQUENCE:0", "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join([f"From: {sender}", f"Content-Type: {about}", "", *lines]).encode()


def told(mail: bytes, *guests: str) -> list[str]:
    """The types of the events that the mail makes."""
    known = invited(UID, *(guests or (ANA,)))
    drafts = adapt(load_adapter("mail"), {"reply": reply_fields(read_reply(RAW, mail), {UID: known}.get, NOW)}, {})
    assert all(isinstance(draft, EventDraft) for draft in drafts)
    return [draft.entry.type for draft in drafts if draft.entry is not None]


ACCEPTED = {
    "as RFC 5545 has it": "ATTENDEE;PARTSTAT=ACCEPTED;CN=Ana:mailto:ana@acme.example",
    "in capitals": "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:ANA@ACME.EXAMPLE",
    "in small letters": "attendee;partstat=accepted:mailto:ana@acme.example",
    "iCloud": "ATTENDEE;PARTSTAT=ACCEPTED;CUTYPE=INDIVIDUAL;EMAIL=ana@acme.example;CN=Ana:/aMTIz/principal/",
    "iCloud, by its server": "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=ana@acme.example:https://p01-caldav.icloud.com/123/principal/",
    "macOS Server": 'ATTENDEE;PARTSTAT=ACCEPTED;EMAIL="ana@acme.example":urn:uuid:5D1C2B1A-0000-0000-0000-000000000001',
    "CalendarServer": "ATTENDEE;PARTSTAT=ACCEPTED;X-CALENDARSERVER-EMAIL=ana@acme.example:urn:uuid:5D1C2B1A-0000-0000-0000-000000000001",
    "Google": "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=ana@acme.example;X-NUM-GUESTS=0:mailto:ana@acme.example",
    "Exchange": 'ATTENDEE;PARTSTAT=ACCEPTED;CN="Silva, Ana":MAILTO:ana@acme.example',
    "Outlook without an address": 'ATTENDEE;PARTSTAT=ACCEPTED;CN="ana@acme.example":invalid:nomail',
    "EMAIL as a URI": 'ATTENDEE;PARTSTAT=ACCEPTED;EMAIL="mailto:ana@acme.example":/x/principal/',
    "EMAIL in capitals": "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=ANA@ACME.EXAMPLE:/x/principal/",
    "another answers for her": 'ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY="mailto:pa@acme.example":mailto:ana@acme.example',
    "the same, not quoted": "ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY=mailto:pa@acme.example:mailto:ana@acme.example",
    "with a query": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@acme.example?subject=Re:%20Kickoff",
    "percent-encoded": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:%61na%40acme.example",
    "brackets in the URI": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:<ana@acme.example>",
    "a name in the URI": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:Ana%20Silva%20%3Cana@acme.example%3E",
    "no scheme": "ATTENDEE;PARTSTAT=ACCEPTED:ana@acme.example",
    "folded": 'ATTENDEE;PARTSTAT=ACCEPTED;CN="Silva, \r\n Ana":mailto:\r\n ana@acme.exa\r\n\tmple',
    "folded parameters": "ATTENDEE;PARTSTAT=ACC\r\n EPTED;EMAIL=ana@ac\r\n me.example:/x/prin\r\n cipal/",
    "no address at all, in her own mail": "ATTENDEE;PARTSTAT=ACCEPTED;CN=Ana:urn:uuid:5D1C2B1A-0000-0000-0000-000000000001",
}


@pytest.mark.parametrize("attendee", ACCEPTED.values(), ids=ACCEPTED)
def test_the_guest_is_known_by_every_form_of_attendee(attendee: str) -> None:
    assert told(a_mail(attendee)) == ["meeting.accepted"]


def test_icloud_s_own_reply_is_heard() -> None:
    assert told((CASES / "21-icloud-reply.eml").read_bytes()) == ["meeting.accepted"]


@pytest.mark.parametrize(
    ("attendee", "guest"),
    [
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@xn--mller-kva.example", "ana@müller.example"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@m%C3%BCller.example", "ana@müller.example"),
        ("ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=ana@müller.example:/x/principal/", "ana@xn--mller-kva.example"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana%2Bx@acme.example", "ana+x@acme.example"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana+x@acme.example", "ana+x@acme.example"),
    ],
)
def test_an_address_of_more_than_plain_letters_is_the_one_invited(attendee: str, guest: str) -> None:
    assert told(a_mail(attendee, sender="x@y.example"), guest) == ["meeting.accepted"]


def test_the_value_comes_before_the_parameters() -> None:
    reply = read_reply(RAW, a_mail("ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=bo@acme.example;CN=cy@acme.example:mailto:ana@acme.example"))
    assert reply.addresses == (ANA, BO, "cy@acme.example")
    assert reply_fields(reply, {UID: invited(UID, ANA, BO)}.get, NOW)["attendee"] == ANA
    assert reply_fields(reply, {UID: invited(UID, BO)}.get, NOW)["attendee"] == BO


DELEGATED = (
    'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:ana@acme.example":mailto:bo@acme.example',
    'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:bo@acme.example":mailto:ana@acme.example',
)


@pytest.mark.parametrize("attendees", [DELEGATED, DELEGATED[::-1], DELEGATED[:1]], ids=["delegate first", "guest first", "delegate alone"])
def test_a_delegate_answers_for_the_guest_who_sent_it(attendees: tuple[str, ...]) -> None:
    assert told(a_mail(*attendees, sender="Bo Berg <bo@acme.example>")) == ["meeting.accepted"]


def test_a_guest_who_delegates_has_not_answered_yet() -> None:
    assert told(a_mail(DELEGATED[1])) == []


@pytest.mark.parametrize(
    "sender", ["Ana Silva <ANA@acme.example>", '"Silva, Ana" <ana@acme.example>', "=?utf-8?q?Ana?= <ana@acme.example>"]
)
def test_of_several_guests_it_is_the_sender_s_answer(sender: str) -> None:
    attendees = [
        "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@acme.example",
        "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=ana@acme.example:/x/principal/",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:cy@acme.example",
    ]
    assert told(a_mail(*attendees, sender=sender), ANA, BO) == ["meeting.accepted"]


def test_of_several_guests_it_is_the_answer_of_whom_the_sender_writes_for() -> None:
    attendees = ['ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY="mailto:pa@acme.example":mailto:ana@acme.example', "ATTENDEE:mailto:bo@acme.example"]
    assert told(a_mail(*attendees, sender="pa@acme.example"), ANA, BO) == ["meeting.accepted"]


@pytest.mark.parametrize(
    ("attendees", "why"),
    [
        (["ATTENDEE;PARTSTAT=ACCEPTED:mailto:cy@acme.example"], UNINVITED),
        (["ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=cy@acme.example:/x/principal/"], UNINVITED),
        (['ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY="mailto:ana@acme.example":mailto:cy@acme.example'], UNINVITED),
        (["ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@acme.example", "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@acme.example"], UNSAID),
        ([], UNSAID),
    ],
    ids=["another", "another by EMAIL", "a guest for another", "several, none of them the sender", "nobody"],
)
def test_who_was_not_invited_or_is_not_said_is_not_heard(attendees: list[str], why: str) -> None:
    with pytest.raises(IrrelevantMail) as refused:
        told(a_mail(*attendees, sender="Cy <cy@elsewhere.example>"))
    assert str(refused.value) == why


@pytest.mark.parametrize("about", ["text/calendar", "application/ics; name=invite.ics", "text/calendar; charset=iso-8859-1; method=REPLY"])
def test_the_part_may_say_little_of_itself(about: str) -> None:
    assert told(a_mail("ATTENDEE;PARTSTAT=ACCEPTED;CN=Ana:mailto:ana@acme.example", about=about)) == ["meeting.accepted"]


def test_a_method_that_the_part_alone_names_is_heard() -> None:
    mail = a_mail("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@acme.example").replace(b"METHOD:REPLY\r\n", b"")
    assert told(mail) == ["meeting.accepted"]


def test_a_calendar_in_utf_16_is_read_as_it_says() -> None:
    head, _, calendar = a_mail("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@acme.example", about="text/calendar; charset=utf-16").partition(
        b"\r\n\r\n"
    )
    encoded = base64.encodebytes(calendar.decode().encode("utf-16"))
    mail = head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
    assert told(mail) == ["meeting.accepted"]
