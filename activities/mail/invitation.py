"""A meeting as an RFC 5545 invitation that calendars offer to accept."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from activities.ledger.failures import Refused
from activities.mail.headers import Mailbox, mailbox
from activities.mail.rendering.rendering import RenderedMessage
from lifecycle.domain.texts.text import one_line, printable_lines
from lifecycle.domain.time.zones import local, zone
from lifecycle.domain.touch import Touch
from lifecycle.playbook.policy import Company

_AROUND = timedelta(days=370)
_IN_A_MAILTO = "@!$'*+=^_`{|}~"
_PROPERTIES = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "ORGANIZER")


def method_of(touch: Touch) -> str:
    """What the calendar is to do: put the meeting in, or take it out."""
    return "CANCEL" if touch.cancels else "REQUEST"


def build_icalendar(touch: Touch, company: Company, rendered: RenderedMessage, uid: str) -> bytes:
    """The invitation, or its being taken back, in the customer's own time zone, whose rules it carries.

    `uid` names the meeting, so that a later invitation to it, with a higher SEQUENCE, moves it and adds none.
    Raises Refused if the meeting has no time, if an address is malformed, and if a calendar would read other lines than were meant.
    """
    if touch.starts is None or touch.ends is None or touch.ends <= touch.starts:
        raise Refused("the meeting has no time, or ends before it starts")
    starts, ends = local(touch.starts, touch.timezone), local(touch.ends, touch.timezone)
    owner = touch.values.get("owner", {})
    try:
        organizer = mailbox(str(owner.get("name") or company.name), str(owner.get("email") or company.email))
        guests = [mailbox(to.name, to.email) for to in touch.to]
    except ValueError:
        raise Refused("an address of this invitation is malformed: correct the contact's, the owner's or the company's") from None

    event = Event()
    event.add("uid", uid)
    event.add("sequence", touch.sequence)
    event.add("dtstamp", touch.at)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", one_line(touch.text if touch.cancels else rendered.subject))
    event.add("description", printable_lines(rendered.body))
    event.add("status", "CANCELLED" if touch.cancels else "CONFIRMED")
    event.add("organizer", _calendar_address(organizer))
    for guest in guests:
        attendee = _calendar_address(guest)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        if not touch.cancels:
            attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
            attendee.params["RSVP"] = vText("TRUE")
        event.add("attendee", attendee)

    calendar = Calendar()
    calendar.add("prodid", "-//Evergreen//Customer lifecycle//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method_of(touch))
    calendar.add_component(_build_timezone(touch.timezone, starts))
    calendar.add_component(event)
    content = bytes(calendar.to_ical())
    _check_lines(content, len(guests))
    return content


def _calendar_address(person: Mailbox) -> vCalAddress:
    # As a URI, in which a ? would begin headers of the mail that a calendar writes.
    address = vCalAddress(f"mailto:{quote(person.address, safe=_IN_A_MAILTO)}")
    if person.name:
        # RFC 5545 knows no escape within a parameter, yet readers take a backslash for one: at its end for the colon behind it.
        address.params["CN"] = vText(person.name.replace("\\", "/"))
    return address


def _check_lines(content: bytes, guests: int) -> None:
    """Refuse an invitation in which a text from outside has become a property, for whoever unfolds it by the letter of RFC 5545."""
    lines = content.replace(b"\r\n ", b"").split(b"\r\n")
    begin, end = lines.index(b"BEGIN:VEVENT"), lines.index(b"END:VEVENT")
    found = Counter(line.split(b":", 1)[0].split(b";", 1)[0].decode() for line in lines[begin + 1 : end])
    if any(b"\r" in line or b"\n" in line for line in lines) or found != Counter(dict.fromkeys(_PROPERTIES, 1) | {"ATTENDEE": guests}):
        raise Refused("the invitation cannot be written: a calendar would read other lines than were meant")


def _build_timezone(name: str, around: datetime) -> Timezone:
    """The zone's changes of clock within a year of that moment, by the pinned rules and not the host's.

    Built here, for icalendar's own puts a change forward an hour late: RFC 5545 names it by the clock before it.
    """
    tz = zone(name)
    rules = Timezone()
    rules.add("tzid", name)
    last = around.astimezone(UTC) - _AROUND
    rules.add_component(_build_observance(last, last.astimezone(tz), last.astimezone(tz)))
    while last < around + _AROUND:
        following = last + timedelta(days=1)
        if last.astimezone(tz).utcoffset() != following.astimezone(tz).utcoffset():
            change = _find_change(last, following, tz)
            rules.add_component(_build_observance(change, last.astimezone(tz), following.astimezone(tz)))
        last = following
    return rules


def _find_change(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    before = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(tz).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def _build_observance(at: datetime, before: datetime, after: datetime) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if after.dst() else TimezoneStandard()
    offset = before.utcoffset() or timedelta()
    part.add("dtstart", (at + offset).replace(tzinfo=None))
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", after.utcoffset() or timedelta())
    part.add("tzname", after.tzname() or "")
    return part
