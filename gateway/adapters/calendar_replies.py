"""Reads a calendar reply in a mail (RFC 5546): which invitation it answers, who answers, and how."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty

from activities.ledger.invitations import Invitation
from gateway.adapters.calendar_lines import LARGEST, wanted_lines
from gateway.adapters.mail_parts import MOST_PARTS, MailParts, is_calendar, sender_of, take_apart
from gateway.adapters.payloads import UnreadableDelivery, read_json, storable_text

RAW = "message/rfc822"
_METHODS = ("REPLY", "COUNTER")
Find = Callable[[str], Invitation | None]


class IrrelevantMail(Exception):
    """The mail answers no invitation that Evergreen sent; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One guest's reply. `start` is the proposed time as the calendar wrote it; `stamp` is when the reply was made, in UTC."""

    uid: str
    method: str
    partstat: str
    attendee: str
    start: str
    stamp: datetime | None
    sequence: int

    @property
    def id(self) -> str:
        """The reply's id: the same for the same reply of the same guest, another for a changed answer."""
        stamp = self.stamp.isoformat() if self.stamp else ""
        parts = (self.uid, self.attendee, str(self.sequence), stamp, self.method, self.partstat, self.start)
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def read_reply(content_type: str, body: bytes) -> Reply:
    """The reply in a mail, raw or as an inbound-mail service posts it in JSON. Raises IrrelevantMail or UnreadableDelivery."""
    mail = take_apart(body) if _kind(content_type) == RAW else _from_json(read_json(body))
    if sum(map(len, mail.calendars)) > LARGEST:
        raise UnreadableDelivery(f"The calendars in this mail have more than {LARGEST:,} bytes.")
    for calendar in mail.calendars:
        for event, method in _events(calendar):
            try:
                return _reply(event, method, mail.sender)
            except BrokenCalendarProperty:
                raise IrrelevantMail("The calendar reply in this mail is broken.") from None
    raise IrrelevantMail("There is no calendar reply in this mail.")


def reply_fields(reply: Reply, find: Find, now: datetime) -> dict[str, Any]:
    """The reply as expressions see it, with the customer and the meeting it is about. `now` carries a zone. Raises IrrelevantMail."""
    invitation = find(reply.uid)
    if invitation is None:
        raise IrrelevantMail("No invitation of ours has this UID.")
    if not invitation.invites(reply.attendee):
        raise IrrelevantMail("Whoever answers was not invited to this meeting.")
    if reply.sequence < invitation.sequence:
        raise IrrelevantMail("This answers the meeting as it stood before it was moved.")
    fields = {
        "id": reply.id,
        "uid": reply.uid,
        "method": reply.method,
        "partstat": reply.partstat,
        "attendee": reply.attendee,
        "start": reply.start,
        "customer": invitation.customer,
        "meeting": invitation.meeting,
    }
    # A guest's clock may be wrong, and nobody here can correct it: a stamp ahead of ours is left out.
    return fields | ({"stamp": reply.stamp} if reply.stamp is not None and reply.stamp <= now else {})


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _from_json(value: Any) -> MailParts:
    """The calendars and the sender's address, from Postmark's inbound JSON."""
    mail = value if isinstance(value, dict) else {}
    attachments = mail.get("Attachments", [])
    attachments = attachments if isinstance(attachments, list) else []
    if len(attachments) > MOST_PARTS:
        raise UnreadableDelivery(f"The mail has more than {MOST_PARTS} attachments.")
    sender = mail.get("From", "")
    found = []
    for attachment in attachments:
        if not isinstance(attachment, dict):
            continue
        if is_calendar(_kind(_text(attachment, "ContentType")), _text(attachment, "Name")):
            try:
                found.append(base64.b64decode(_text(attachment, "Content")))
            except (binascii.Error, ValueError):
                raise IrrelevantMail("An attachment of this mail is no base64.") from None
    return MailParts(found, sender_of(sender if isinstance(sender, str) else ""))


def _text(attachment: dict[str, Any], name: str) -> str:
    value = attachment.get(name, "")
    return value if isinstance(value, str) else ""


def _events(calendar: bytes) -> Iterator[tuple[Component, str]]:
    lines = wanted_lines(calendar)
    try:
        calendars = Calendar.from_ical(lines, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return
    for component in calendars:
        method = str(component.get("method", "")).upper()
        if method in _METHODS:
            yield from ((event, method) for event in component.walk("VEVENT"))


def _reply(event: Component, method: str, sender: str) -> Reply:
    guests = _list(event.get("attendee"))
    addresses = [str(guest).partition(":")[2].strip().lower() if ":" in str(guest) else str(guest).strip().lower() for guest in guests]
    # A counter-proposal may list every guest: then it is the sender's.
    number = addresses.index(sender) if sender in addresses else 0
    if not addresses or (len(addresses) > 1 and sender not in addresses):
        raise IrrelevantMail("The reply does not say who answers.")
    return Reply(
        uid=storable_text(str(event.get("uid", ""))),
        method=method,
        partstat=str(getattr(guests[number], "params", {}).get("PARTSTAT", "")).upper(),
        attendee=storable_text(addresses[number]),
        start=_start(_value(event, "dtstart")),
        stamp=_moment(_value(event, "dtstamp")),
        sequence=_sequence(event.get("sequence")),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _value(event: Component, name: str) -> Any:
    try:
        return getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _start(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def _sequence(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
