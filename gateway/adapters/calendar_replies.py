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
from gateway.adapters.calendar_guests import Guest
from gateway.adapters.calendar_lines import LARGEST, wanted_lines
from gateway.adapters.mail_parts import MOST_PARTS, CalendarPart, MailParts, calendar_part, is_calendar, senders_of, take_apart
from gateway.adapters.payloads import UnreadableDelivery, read_json, storable_text
from lifecycle.domain.texts.addresses import address_key

RAW = "message/rfc822"
_METHODS = ("REPLY", "COUNTER")
_SENDERS = ("From", "Sender", "Reply-To")
Find = Callable[[str], Invitation | None]


class IrrelevantMail(Exception):
    """The mail answers no invitation that Evergreen sent; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One guest's reply. `start` is the proposed time as the calendar wrote it; `stamp` is when the reply was made, in UTC.

    `addresses` are those by which the guest may have been invited, the likeliest first.
    """

    uid: str
    method: str
    partstat: str
    addresses: tuple[str, ...]
    start: str
    stamp: datetime | None
    sequence: int

    @property
    def attendee(self) -> str:
        """The likeliest of the addresses."""
        return self.addresses[0]

    @property
    def id(self) -> str:
        """The reply's id: the same for the same reply of the same guest, another for a changed answer."""
        stamp = self.stamp.isoformat() if self.stamp else ""
        parts = (self.uid, address_key(self.attendee), str(self.sequence), stamp, self.method, self.partstat, self.start)
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def read_reply(content_type: str, body: bytes) -> Reply:
    """The reply in a mail, raw or as an inbound-mail service posts it in JSON. Raises IrrelevantMail or UnreadableDelivery."""
    mail = take_apart(body) if _kind(content_type) == RAW else _from_json(read_json(body))
    if sum(len(calendar.content) for calendar in mail.calendars) > LARGEST:
        raise UnreadableDelivery(f"The calendars in this mail have more than {LARGEST:,} bytes.")
    for calendar in mail.calendars:
        for event, method in _events(calendar):
            try:
                return _reply(event, method, mail.senders)
            except BrokenCalendarProperty:
                raise IrrelevantMail("The calendar reply in this mail is broken.") from None
    raise IrrelevantMail("There is no calendar reply in this mail.")


def reply_fields(reply: Reply, find: Find, now: datetime) -> dict[str, Any]:
    """The reply as expressions see it, with the customer and the meeting it is about. `now` carries a zone. Raises IrrelevantMail."""
    invitation = find(reply.uid)
    if invitation is None:
        raise IrrelevantMail("No invitation of ours has this UID.")
    invited = next((address for address in reply.addresses if invitation.invites(address)), None)
    if invited is None:
        raise IrrelevantMail("Whoever answers was not invited to this meeting.")
    if invitation.cancelled:
        raise IrrelevantMail("This answers a meeting that is cancelled.")
    if reply.sequence < invitation.sequence:
        raise IrrelevantMail("This answers the meeting as it stood before it was moved.")
    fields = {
        "id": reply.id,
        "uid": reply.uid,
        "method": reply.method,
        "partstat": reply.partstat,
        "attendee": invited,
        "start": reply.start,
        "customer": invitation.customer,
        "meeting": invitation.meeting,
    }
    # A guest's clock may be wrong, and nobody here can correct it: a stamp ahead of ours is left out.
    return fields | ({"stamp": reply.stamp} if reply.stamp is not None and reply.stamp <= now else {})


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _from_json(value: Any) -> MailParts:
    """The calendars and the senders of Postmark's inbound JSON."""
    mail = value if isinstance(value, dict) else {}
    attachments = mail.get("Attachments", [])
    attachments = attachments if isinstance(attachments, list) else []
    if len(attachments) > MOST_PARTS:
        raise UnreadableDelivery(f"The mail has more than {MOST_PARTS} attachments.")
    found = []
    for attachment in attachments:
        if not isinstance(attachment, dict):
            continue
        content_type = _text(attachment, "ContentType")
        if is_calendar(_kind(content_type), _text(attachment, "Name")):
            try:
                content = base64.b64decode(_text(attachment, "Content"))
            except (binascii.Error, ValueError):
                raise IrrelevantMail("An attachment of this mail is no base64.") from None
            found.append(calendar_part(content, content_type))
    return MailParts(found, senders_of([_text(mail, name) for name in ("From", "ReplyTo")]))


def _text(of: dict[str, Any], name: str) -> str:
    value = of.get(name, "")
    return value if isinstance(value, str) else ""


def _events(part: CalendarPart) -> Iterator[tuple[Component, str]]:
    lines = wanted_lines(part.text)
    try:
        calendars = Calendar.from_ical(lines, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, RecursionError):
        return  # whatever the library makes of it: the name of a zone, say, is one of a file to it
    for component in calendars:
        method = str(component.get("method", "") or part.method).upper()
        if method in _METHODS:
            yield from ((event, method) for event in component.walk("VEVENT"))


def _reply(event: Component, method: str, senders: tuple[str, ...]) -> Reply:
    guests = [Guest.of(value) for value in _list(event.get("attendee"))]
    # A counter-proposal may list every guest: then it is the sender's.
    of_sender = [guest for guest in guests if not guest.senders.isdisjoint(senders)]
    guest = of_sender[0] if of_sender else guests[0] if len(guests) == 1 else None
    # A calendar that calls its user by a number of its own leaves the mail to say who answers.
    addresses = guest.addresses or senders[:1] if guest is not None else ()
    if guest is None or not addresses:
        raise IrrelevantMail("The reply does not say who answers.")
    return Reply(
        uid=storable_text(str(event.get("uid", ""))),
        method=method,
        partstat=guest.partstat,
        addresses=addresses,
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
