"""Finds the calendars in a mail, and who sent it, in bounded work whatever the mail is made of.

The standard library's parser recurses as deep as parts are nested and compares every line with the boundary of every part around
it. Here a mail is taken apart level by level, and the library reads the few headers that matter, of bounded length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import parseaddr

from gateway.adapters.payloads import UnreadableDelivery

MOST_PARTS = 100
"""Parts of a mail, and attachments of one in JSON."""

DEEPEST = 10
"""How deep parts may be nested."""

LARGEST_HEAD = 65_536
"""Bytes of the headers of the mail, and of each part."""

LONGEST_HEADER = 4_096
"""Characters of a header that is looked at; an address's is shorter still."""

LONGEST_FROM = 1_000

_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_LOOKED_AT = re.compile(r"^(?:content-type|content-disposition|content-transfer-encoding|from):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_CALENDARS = ("text/calendar", "application/ics")


@dataclass(frozen=True, slots=True)
class MailParts:
    """The calendars of a mail, as they were written, and its sender's address in small letters; empty where it names none."""

    calendars: list[bytes]
    sender: str


def take_apart(mail: bytes) -> MailParts:
    """The calendars and the sender of a raw mail. Raises UnreadableDelivery where it is nested too deep or has too much of anything."""
    head, _ = _split(mail)
    return MailParts(list(_calendars(mail)), sender_of(str(_headers(head).get("From", ""))))


def is_calendar(media_type: str, file_name: str) -> bool:
    """Whether a part or an attachment of that type and name is a calendar."""
    return media_type in _CALENDARS or file_name.lower().endswith(".ics")


def sender_of(text: str) -> str:
    """The address in a From header, in small letters; empty if there is none. Raises UnreadableDelivery for one that is too long or nested."""
    # The library reads comments within comments by recursion.
    if len(text) > LONGEST_FROM or text.count("(") > DEEPEST:
        raise UnreadableDelivery(f"The mail's From is longer than {LONGEST_FROM:,} characters, or has more than {DEEPEST} comments.")
    return parseaddr(text)[1].lower()


def _calendars(mail: bytes) -> Iterator[bytes]:
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
        if not inside and is_calendar(headers.get_content_type(), headers.get_filename() or ""):
            yield _decoded(headers, body)


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
    boundary = (headers.get_boundary() or "").rstrip()
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
