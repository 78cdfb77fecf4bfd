"""A calendar's reply in a mail: which invitation it answers, who answers, and how (RFC 5546)."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Any

from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty

from activities.ledger.invitations import Invitation
from gateway.adapters.payloads import read_json, whole_text

RAW = "message/rfc822"
_CALENDARS = ("text/calendar", "application/ics")
_METHODS = ("REPLY", "COUNTER")
Find = Callable[[str], Invitation | None]


class NoReply(Exception):
    """The mail answers no invitation of ours; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one guest's calendar says. `start` is the proposed time as the calendar wrote it; `stamp` is when it was said."""

    uid: str
    method: str
    partstat: str
    attendee: str
    start: str
    stamp: datetime | None
    sequence: int

    @property
    def id(self) -> str:
        """The same for the same words of the same guest, another once the guest has changed its mind."""
        stamp = self.stamp.isoformat() if self.stamp else ""
        said = (self.uid, self.attendee, str(self.sequence), stamp, self.method, self.partstat, self.start)
        return hashlib.blake2b("\n".join(said).encode(), digest_size=16).hexdigest()


def read_reply(content_type: str, body: bytes) -> Reply:
    """The reply in a mail, raw or as an inbound-mail service posts it in JSON. Raises NoReply, or Unusable."""
    calendars, sender = _from_message(message_from_bytes(body)) if _kind(content_type) == RAW else _from_json(read_json(body))
    for text in calendars:
        for event, method in _events(text):
            try:
                return _replied(event, method, sender)
            except BrokenCalendarProperty:
                raise NoReply("The calendar reply in this mail is broken.") from None
    raise NoReply("There is no calendar reply in this mail.")


def in_words(reply: Reply, find: Find, now: datetime) -> dict[str, Any]:
    """The reply as expressions see it, with the customer and the meeting that it is about. Raises NoReply."""
    invitation = find(reply.uid)
    if invitation is None:
        raise NoReply("No invitation of ours has this UID.")
    if not invitation.invites(reply.attendee):
        raise NoReply("Whoever answers was not invited to this meeting.")
    if reply.sequence < invitation.sequence:
        raise NoReply("This answers the meeting as it stood before it was moved.")
    words = {
        "id": reply.id,
        "uid": reply.uid,
        "method": reply.method,
        "partstat": reply.partstat,
        "attendee": reply.attendee,
        "start": reply.start,
        "customer": invitation.customer,
        "meeting": invitation.meeting,
    }
    # A guest's clock is none that anybody here can set right: a stamp ahead of ours is left out.
    return words | ({"stamp": reply.stamp} if reply.stamp is not None and reply.stamp <= now else {})


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _from_message(message: Message) -> tuple[list[bytes], str]:
    found = []
    for part in message.walk():
        name = part.get_filename() or ""
        if part.get_content_type() in _CALENDARS or name.lower().endswith(".ics"):
            content = part.get_payload(decode=True)
            found.append(content if isinstance(content, bytes) else b"")
    return found, parseaddr(str(message.get("From", "")))[1].lower()


def _from_json(written: Any) -> tuple[list[bytes], str]:
    """Postmark's inbound shape; others that post base64 attachments can be brought into it."""
    told = written if isinstance(written, dict) else {}
    attachments = told.get("Attachments", [])
    found = []
    for each in attachments if isinstance(attachments, list) else []:
        if not isinstance(each, dict):
            continue
        name, kind = str(each.get("Name", "")), _kind(str(each.get("ContentType", "")))
        if kind in _CALENDARS or name.lower().endswith(".ics"):
            try:
                found.append(base64.b64decode(str(each.get("Content", ""))))
            except (binascii.Error, ValueError):
                raise NoReply("An attachment of this mail is no base64.") from None
    return found, parseaddr(str(told.get("From", "")))[1].lower()


def _events(text: bytes) -> Iterator[tuple[Component, str]]:
    try:
        calendars = Calendar.from_ical(text.decode("utf-8", "replace"), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return
    for calendar in calendars:
        method = str(calendar.get("method", "")).upper()
        if method in _METHODS:
            yield from ((event, method) for event in calendar.walk("VEVENT"))


def _replied(event: Component, method: str, sender: str) -> Reply:
    guests = _list(event.get("attendee"))
    addresses = [str(guest).partition(":")[2].strip().lower() if ":" in str(guest) else str(guest).strip().lower() for guest in guests]
    # A counter-proposal may list every guest: then it is the sender's.
    who = addresses.index(sender) if sender in addresses else 0
    if not addresses or (len(addresses) > 1 and sender not in addresses):
        raise NoReply("The reply does not say who answers.")
    return Reply(
        uid=whole_text(str(event.get("uid", ""))),
        method=method,
        partstat=str(getattr(guests[who], "params", {}).get("PARTSTAT", "")).upper(),
        attendee=whole_text(addresses[who]),
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
