"""Invitations, read back as a calendar reads them."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from activities.mail.invitation import build_icalendar
from activities.mail.rendering.rendering import RenderedMessage
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Recipient, Touch
from tests.activities.building import AT, VALUES, a_meeting, a_playbook
from tests.activities.mail.composing import a_composer

COMPANY = a_playbook().company
UID = "meeting-1@us.example"
WORDS = RenderedMessage("Kickoff with Acme", "On Tuesday.", "On Tuesday.\n-- \n", "<p>On Tuesday.</p>")


def read(touch: Touch) -> tuple[Any, Any]:
    # Untyped on purpose: icalendar types every property as the union of all thirty that there are.
    calendar: Any = Calendar.from_ical(build_icalendar(touch, COMPANY, WORDS, UID))
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_the_invitation_asks_everybody_for_an_answer() -> None:
    people = [Recipient(name="Ana Silva", email="ana@acme.example"), Recipient(name='Ben "B", Ito', email="ben@acme.example")]
    calendar, event = read(a_meeting(to=people))
    assert (calendar["METHOD"], calendar["VERSION"], event["SUMMARY"], event["DESCRIPTION"]) == (
        "REQUEST",
        "2.0",
        "Kickoff with Acme",
        "On Tuesday.",
    )
    assert event["ORGANIZER"] == "mailto:kim@us.example"
    assert event["ORGANIZER"].params["CN"] == "Kim Lee"
    assert [(str(one), one.params["CN"], one.params["RSVP"], one.params["PARTSTAT"]) for one in event["ATTENDEE"]] == [
        ("mailto:ana@acme.example", "Ana Silva", "TRUE", "NEEDS-ACTION"),
        ("mailto:ben@acme.example", 'Ben "B", Ito', "TRUE", "NEEDS-ACTION"),
    ]


def test_one_that_is_taken_back_takes_the_meeting_out_of_every_guests_calendar() -> None:
    people = [Recipient(name="Ana Silva", email="ana@acme.example"), Recipient(name="Ben Ito", email="ben@acme.example")]
    calendar, event = read(a_meeting(to=people, cancels=True, sequence=3, text="Kickoff with Acme"))
    _, invited = read(a_meeting(to=people))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"], event["UID"], event["SUMMARY"]) == (
        "CANCEL",
        "CANCELLED",
        3,
        UID,
        "Kickoff with Acme",
    )
    assert [str(one) for one in event["ATTENDEE"]] == ["mailto:ana@acme.example", "mailto:ben@acme.example"]
    assert event["DTSTART"].dt == invited["DTSTART"].dt


@pytest.mark.parametrize(
    ("zone", "starts", "wall"),
    [
        ("Europe/Berlin", datetime(2026, 3, 27, 9, tzinfo=UTC), "2026-03-27 10:00+01:00"),
        ("Europe/Berlin", datetime(2026, 3, 30, 8, tzinfo=UTC), "2026-03-30 10:00+02:00"),
        ("Europe/Berlin", datetime(2026, 10, 26, 9, tzinfo=UTC), "2026-10-26 10:00+01:00"),
        ("America/New_York", datetime(2026, 3, 9, 14, tzinfo=UTC), "2026-03-09 10:00-04:00"),
        ("Australia/Sydney", datetime(2026, 4, 6, 0, tzinfo=UTC), "2026-04-06 10:00+10:00"),
        ("America/Sao_Paulo", datetime(2026, 4, 6, 13, tzinfo=UTC), "2026-04-06 10:00-03:00"),
        ("Asia/Tokyo", datetime(2026, 4, 6, 1, tzinfo=UTC), "2026-04-06 10:00+09:00"),
    ],
)
def test_the_meeting_is_at_its_local_time_on_either_side_of_a_change_of_clocks(zone: str, starts: datetime, wall: str) -> None:
    _, event = read(a_meeting(timezone=zone, starts=starts))
    assert event["DTSTART"].params["TZID"] == zone
    assert event["DTSTART"].dt.isoformat(" ", "minutes") == wall
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=45)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Asia/Tokyo", "Africa/Casablanca"]
)
def test_the_zone_rules_it_carries_give_every_hour_of_the_year_around_it(zone: str) -> None:
    calendar, _ = read(a_meeting(timezone=zone))
    [rules] = calendar.walk("VTIMEZONE")
    # By RFC 5545's own reading: the last change whose onset, on the clock before it, is not after the local time.
    onsets = sorted((part["DTSTART"].dt, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td) for part in rules.subcomponents)
    for hour in range(0, 24 * 365, 3):
        moment = AT - timedelta(days=180) + timedelta(hours=hour)
        offset = next(after for onset, before, after in reversed(onsets) if (onset - before).replace(tzinfo=UTC) <= moment)
        assert local(moment, zone).utcoffset() == offset, moment


def test_a_change_forward_is_named_by_the_clock_before_it() -> None:
    calendar, _ = read(a_meeting(timezone="Europe/Berlin"))
    [rules] = calendar.walk("VTIMEZONE")
    onsets = [(part.name, part["DTSTART"].dt) for part in rules.subcomponents if part["DTSTART"].dt.year == 2026]
    assert onsets == [("DAYLIGHT", datetime(2026, 3, 29, 2)), ("STANDARD", datetime(2026, 10, 25, 3))]  # noqa: DTZ001  as RFC 5545 has them


def test_another_invitation_to_the_same_meeting_moves_it() -> None:
    first, again = a_meeting("acme/1/kickoff/1/meeting"), a_meeting("acme/1/kickoff/1/meeting-2", sequence=1)
    assert [(read(touch)[1]["UID"], read(touch)[1]["SEQUENCE"]) for touch in (first, again)] == [(UID, 0), (UID, 1)]


def test_the_stamp_is_the_touchs_moment() -> None:
    assert read(a_meeting())[1]["DTSTAMP"].dt == AT


def test_without_an_owner_the_company_invites() -> None:
    _, event = read(a_meeting(values={name: leaves for name, leaves in VALUES.items() if name != "owner"}))
    assert event["ORGANIZER"] == "mailto:success@us.example"


def test_a_name_cannot_add_a_line_to_the_invitation() -> None:
    calendar, event = read(a_meeting(to=[Recipient(name="Ana\r\nATTENDEE:mailto:all@acme.example", email="ana@acme.example")]))
    assert str(event["ATTENDEE"]) == "mailto:ana@acme.example"
    assert len(calendar.walk("VEVENT")) == 1


def test_the_email_carries_the_invitation_as_a_part_and_as_a_file() -> None:
    raw = a_composer().compose(a_meeting()).as_bytes()
    message: EmailMessage = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == "Kickoff with Acme"
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar", "application/ics"]
    assert parts[2]["Content-Type"].params["method"] == "REQUEST"
    assert parts[3].get_filename() == "invite.ics"
    assert parts[2].get_content().replace("\r\n", "\n") == parts[3].get_content().decode().replace("\r\n", "\n")
