"""Finds the calendars in a mail, and who sent it, in bounded work whatever the mail is made of.

The standard library's parser recurses as deep as parts are nested and compares every line with the boundary of every part around
it. Here a mail is taken apart level by level, and the library reads the few headers that matter, of bounded length.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import getaddresses

from gateway.adapters.payloads import UnreadableDelivery
from lifecycle.domain.texts.addresses import address_key

MOST_PARTS = 100
"""Parts of a mail, and attachments of one in JSON."""

DEEPEST = 10
"""How deep parts may be nested."""

LARGEST_HEAD = 65_536
"""Bytes of the headers of the mail, and of each part."""

LONGEST_HEADER = 4_096
"""Characters of a header that is looked at; an address's is shorter still."""

LONGEST_FROM = 1_000
MOST_GROUPS = 50
"""Colons of a header of addresses."""

_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_LOOKED_AT = re.compile(
    r"^(?:content-type|content-disposition|content-transfer-encoding|from|sender|reply-to):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M
)
_SENDERS = ("From", "Sender", "Reply-To")
_CALENDARS = ("text/calendar", "application/ics")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A calendar in a mail, and what the mail says of it: its character set and method, empty where it says nothing."""

    content: bytes
    charset: str = ""
    method: str = ""

    @property
    def text(self) -> str:
        """Its letters; UTF-8 where the character set is not known or not true."""
        try:
            return self.content.decode(self.charset or "utf-8")
        except (UnicodeError, LookupError):
            return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class MailParts:
    """The calendars of a mail, as they were written, and the keys of the addresses that it is from."""

    calendars: list[CalendarPart]
    senders: tuple[str, ...]


def take_apart(mail: bytes) -> MailParts:
    """The calendars and the senders of a raw mail. Raises UnreadableDelivery where it is nested too deep or has too much of anything."""
    head, _ = _split(mail)
    headers = _headers(head)
    return MailParts(list(_calendars(mail)), senders_of(str(headers.get(name, "")) for name in _SENDERS))


def is_calendar(media_type: str, file_name: str) -> bool:
    """Whether a part or an attachment of that type and name is a calendar."""
    return media_type in _CALENDARS or file_name.lower().endswith(".ics")


def calendar_part(content: bytes, content_type: str) -> CalendarPart:
    """A calendar of that content type, as a header writes it."""
    about = Message()
    about["Content-Type"] = " ".join(content_type[:LONGEST_HEADER].split())
    return _of_part(about, content)


def senders_of(headers: Iterable[str]) -> tuple[str, ...]:
    """The keys of the addresses in headers such as From. Raises UnreadableDelivery for one that is too long or nested."""
    texts = list(headers)
    if not all(map(may_hold_addresses, texts)):
        raise UnreadableDelivery(
            f"The mail's From is longer than {LONGEST_FROM:,} characters, or has more than {DEEPEST} comments or {MOST_GROUPS} colons."
        )
    return tuple(dict.fromkeys(address_key(address) for _, address in getaddresses(texts) if address))


def may_hold_addresses(text: str) -> bool:
    """Whether a text is short and flat enough for its addresses to be read: the library reads comments and groups within others by recursion."""
    return len(text) <= LONGEST_FROM and text.count("(") <= DEEPEST and text.count(":") <= MOST_GROUPS


def _calendars(mail: bytes) -> Iterator[CalendarPart]:
    parts = [(mail, 0)]
    seen = 0
    while parts:
        raw, depth = parts.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            raise UnreadableDelivery(f"The mail has more than {MOST_PARTS} parts.")
        head, body = _split(raw)
        headers = _headers(head)
        inside = list(_inside(headers, body, MOST_PARTS - seen + 1))
        if inside and depth == DEEPEST:
            raise UnreadableDelivery(f"The mail is nested more than {DEEPEST} deep.")
        parts[:0] = [(part, depth + 1) for part in inside]
        if not inside and is_calendar(headers.get_content_type(), _said(headers.get_filename)):
            yield _of_part(headers, _decoded(headers, body))


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Headers and body. Raises UnreadableDelivery where the headers do not end in time."""
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.lstrip(b"\r").removeprefix(b"\n")
    end = _HEAD_ENDS.search(raw, 0, LARGEST_HEAD)
    if end is None and len(raw) > LARGEST_HEAD:
        raise UnreadableDelivery(f"The headers of the mail, or of a part of it, have more than {LARGEST_HEAD:,} bytes.")
    return (raw, b"") if end is None else (raw[: end.start()], raw[end.end() :])


def _headers(head: bytes) -> Message:
    """Those of the headers that say what a part is and who sent the mail, the first of each name."""
    found: dict[str, str] = {}
    for match in _LOOKED_AT.finditer(head.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", " ").replace("\0", " ")):
        found.setdefault(match[0].partition(":")[0].lower(), match[0])
    if any(len(header) > LONGEST_HEADER for header in found.values()):
        raise UnreadableDelivery(f"A header of the mail has more than {LONGEST_HEADER:,} characters.")
    return HeaderParser(policy=compat32).parsestr("".join(f"{header}\n" for header in found.values()))


def _inside(headers: Message, body: bytes, most: int) -> Iterator[bytes]:
    """The parts that a part is made of, one more than `most` of them at most."""
    kind = headers.get_content_type()
    if kind == "message/rfc822":
        yield body
    boundary = _said(headers.get_boundary).rstrip()
    if not kind.startswith("multipart/") or not boundary:
        return
    starts = -1
    for line in re.finditer(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|\Z)", body):
        if starts >= 0:
            yield body[starts : line.start()]
            most -= 1
        if line[1] or most < 0:
            return
        starts = line.end() + (2 if body.startswith(b"\r\n", line.end()) else 1)
    if starts >= 0:  # cut short on its way
        yield body[starts:]


def _decoded(headers: Message, body: bytes) -> bytes:
    headers.set_payload(body.decode("ascii", "surrogateescape"))
    content = headers.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _of_part(headers: Message, content: bytes) -> CalendarPart:
    return CalendarPart(content, _said(headers.get_content_charset), _said(lambda: headers.get_param("method")))


def _said(read: Callable[[], object]) -> str:
    """What a header says by a parameter; empty where it says nothing, or nothing that can be read: the library fails on some."""
    try:
        found = read()
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""
