"""A message's bytes, made whole and read back: what does not come back as it was meant is never sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage, Message

from activities.mail.headers import Header

_LONGEST_LINE = 998
"""Characters that a line may have, its end apart: RFC 5322."""

_BODY_POLICY = policy.SMTP.clone(cte_type="7bit")


class Unserialisable(ValueError):
    """The message cannot be written so that it is read as it was meant; the message says what could not."""


@dataclass(frozen=True)
class OutgoingMessage:
    """A message as it goes out: the addresses of its envelope, its Message-ID, its subject in plain letters, and all of its bytes.

    `unreached` names whom it was for as well and does not go to, since no message can be sent to the address that is known;
    `redirected` is the one address that it goes to in the place of all.
    """

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    content: bytes
    unreached: tuple[str, ...] = ()
    redirected: str = ""

    @property
    def why_not_all(self) -> str:
        """Who is not reached, and why, in words; empty where everybody is."""
        if self.redirected:
            return "redirected in test mode: whom it was for did not get it"
        return f"not to {' and '.join(self.unreached)}: no message can be sent to the address that is known" if self.unreached else ""

    def as_bytes(self) -> bytes:
        """The message as a mail server takes it, with CRLF at the end of every line."""
        return self.content


@dataclass(frozen=True)
class AttachedPage:
    """An HTML page that goes with a message as a file; its name is of our own making."""

    name: str
    html: str


def build_body(
    text: str, html: str, calendar: bytes | None, boundary: str, method: str = "REQUEST", page: AttachedPage | None = None
) -> EmailMessage:
    """The parts, without a word from outside in their headers; `boundary` is to be one that no other message has, `method` the calendar's."""
    body = EmailMessage(policy=_BODY_POLICY)
    body.set_content(text, cte="quoted-printable")
    body.add_alternative(html, subtype="html", cte="quoted-printable")
    if calendar is not None:
        # Twice, as mail readers have it: the alternative offers its buttons, the attachment can be kept.
        body.add_alternative(calendar.decode(), subtype="calendar", cte="base64", params={"method": method})
        body.add_attachment(calendar, maintype="application", subtype="ics", filename="cancel.ics" if method == "CANCEL" else "invite.ics")
    if page is not None:
        body.add_attachment(page.html.encode(), maintype="text", subtype="html", filename=page.name, cte="base64")
    # The library's own boundaries are random. No encoded part holds one of these: `=_` is no quoted-printable, `_` no base64.
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        part.set_boundary(f"=_{boundary}_{number}")
    return body


def serialise(headers: Sequence[Header], body: EmailMessage) -> bytes:
    """The whole message. Raises Unserialisable unless it reads back with exactly these headers and parts."""
    content = "".join(header.lines for header in headers).encode() + body.as_bytes()
    _check_lines(content)
    found = message_from_bytes(content, policy=policy.compat32)
    if found.keys() != [header.name for header in headers] + body.keys():
        raise Unserialisable("it would have other headers than it was meant to have")
    for header, value in zip(headers, found.values(), strict=False):
        if value != header.value or _squeeze(_decode(value)) != _squeeze(header.text):
            raise Unserialisable(f"its {header.name} would not be read as it was meant")
    if _parts(found) != _parts(body):
        raise Unserialisable("it would have other parts than it was meant to have")
    return content


def _check_lines(content: bytes) -> None:
    lines = content.split(b"\r\n")
    if any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines) or not content.isascii():
        raise Unserialisable("it would have a line break or a character that no mail server takes")
    if max(map(len, lines)) > _LONGEST_LINE:
        raise Unserialisable(f"it would have a line of more than {_LONGEST_LINE} characters")


def _decode(value: str) -> str:
    parts = decode_header(value)
    return "".join(part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in parts)


def _squeeze(text: str) -> str:
    # Python's versions differ in what they make of the spaces beside an encoded word.
    return "".join(text.split())


def _parts(message: Message) -> list[tuple[str, bytes | None]]:
    return [(part.get_content_type(), _payload(part)) for part in message.walk()]


def _payload(part: Message) -> bytes | None:
    # Untyped in the library: bytes, or None for a part that holds others.
    decoded: object = part.get_payload(decode=True)
    return decoded.replace(b"\r\n", b"\n").rstrip(b"\n") if isinstance(decoded, bytes) else None
