"""A meeting as an RFC 5545 invitation that calendars offer to accept."""

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from activities.ledger.failures import Refused
from activities.mail.headers import mailbox, one_line
from activities.mail.rendering import RenderedMessage
from lifecycle.domain.touch import Touch
from lifecycle.domain.zones import local, zone
from lifecycle.playbook.policy import Company

_AROUND = timedelta(days=370)


def build_icalendar(touch: Touch, company: Company, rendered: RenderedMessage) -> bytes:
    """The invitation, in the customer's own time zone, whose rules it carries.

    The UID names the meeting, so that a later invitation to it, with a higher SEQUENCE, moves it and adds none.
    Raises Refused if the meeting has no time, ValueError or an email.errors fault if an address is malformed.
    """
    if touch.starts is None or touch.ends is None or touch.ends <= touch.starts:
        raise Refused("the meeting has no time, or ends before it starts")
    starts, ends = local(touch.starts, touch.timezone), local(touch.ends, touch.timezone)
    owner = touch.values.get("owner", {})
    organizer = mailbox(str(owner.get("name") or company.name), str(owner.get("email") or company.email))

    event = Event()
    event.add("uid", meeting_uid(touch, company))
    event.add("sequence", touch.sequence)
    event.add("dtstamp", touch.at)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", rendered.subject)
    event.add("description", rendered.body)
    event.add("status", "CONFIRMED")
    event.add("organizer", _calendar_address(organizer.display_name, organizer.addr_spec))
    for to in touch.to:
        guest = mailbox(to.name, to.email)
        attendee = _calendar_address(guest.display_name, guest.addr_spec)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
        event.add("attendee", attendee)

    calendar = Calendar()
    calendar.add("prodid", "-//Evergreen//Customer lifecycle//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "REQUEST")
    calendar.add_component(_build_timezone(touch.timezone, starts))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def meeting_uid(touch: Touch, company: Company) -> str:
    """The meeting's name in every calendar: one for each template of a play's run, and no word about the customer."""
    run, _, _ = touch.key.rpartition("/")
    meeting = hashlib.blake2b(f"{run}/{touch.template}".encode(), digest_size=16).hexdigest()
    return f"{meeting}@{mailbox('', company.email).domain}"


def _calendar_address(name: str, email: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{email}")
    if name:
        person.params["CN"] = vText(one_line(name))
    return person


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
