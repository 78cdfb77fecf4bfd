"""Who answers an invitation, by an ATTENDEE of RFC 5545 as calendars write it.

Its value is a `mailto:` URI, or whatever the calendar calls its user by: `urn:uuid:...`, `/principal/`, `invalid:nomail`. Then the parameter
EMAIL (RFC 7986) names the address, or CN does.
"""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote

from gateway.adapters.mail_parts import may_hold_addresses
from gateway.adapters.payloads import storable_text
from lifecycle.domain.texts.addresses import address_key, known_address

# The last of several: readers take the colon of an unquoted SENT-BY for the end of the parameters.
_MAILTO = re.compile(r".*mailto:([^?]*)", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guest:
    """An ATTENDEE: its answer, the addresses by which it may have been invited, the likeliest first, and the keys of those who write for it."""

    partstat: str
    addresses: tuple[str, ...]
    senders: frozenset[str]

    @classmethod
    def of(cls, value: Any) -> "Guest":
        """The guest of one ATTENDEE, as icalendar reads it: a text with parameters."""
        params = getattr(value, "params", {})
        own = [
            _address(str(value)),
            *(_address(text) for name in ("EMAIL", "X-CALENDARSERVER-EMAIL", "CN") for text in _texts(params.get(name))),
        ]
        # Who was invited may have sent somebody else, who answers in its place (RFC 5545, 3.2.4).
        invited = [*own, *(_address(text) for text in _texts(params.get("DELEGATED-FROM")))]
        sent_by = [_address(text) for text in _texts(params.get("SENT-BY"))]
        return cls(
            partstat=str(params.get("PARTSTAT", "")).strip().upper(),
            addresses=tuple(dict.fromkeys(address for address in invited if address)),
            senders=frozenset(address_key(address) for address in (*own, *sent_by) if address),
        )


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [] if value is None else [str(value)]


def _address(text: str) -> str:
    """The address that a calendar's URI or text holds; empty if it holds none."""
    text = text.strip().strip('"')
    found = _MAILTO.fullmatch(text.partition("?")[0])
    if found is not None:
        text = unquote(found[1])
    elif _SCHEME.match(text):
        return ""
    if not may_hold_addresses(text):
        return ""
    try:
        return storable_text(known_address(parseaddr(text)[1] or text).lower())
    except ValueError:
        return ""
