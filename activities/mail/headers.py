"""Header lines that every mail reader reads back as they were meant.

The standard library folds long headers by turning addresses and links into encoded words, which mail readers then do not
act upon. Here an address list has a line a mailbox, a link stays a link, and only words that need it are encoded.
"""

from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any
from unicodedata import category

_WIDTH = 75


def one_line(text: str) -> str:
    """The text as one printable line: no line break can start a header of its own."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """The text with a space for every character that shows nothing or turns the direction of what follows."""
    return "".join(" " if _unprintable(letter) else letter for letter in text)


def _unprintable(letter: str) -> bool:
    # Controls, lone surrogates, line and paragraph separators, and marks that turn the direction of what follows.
    return category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def mailbox(name: str, email: str) -> Address:
    """A person that can stand in a header. Raises ValueError, IndexError or an email.errors fault where the address cannot."""
    user, _, domain = one_line(email).rpartition("@")
    # Domains beyond ASCII have an ASCII form that every server takes.
    return Address(display_name=one_line(name), addr_spec=f"{user}@{domain.encode('idna').decode()}")


def _encode_words(text: str, name: str) -> str:
    plain = text.isascii() and "=?" not in text
    folded: str = Header(text, "us-ascii" if plain else "utf-8", maxlinelen=_WIDTH, header_name=name).encode(linesep="\r\n")
    return folded


def _format_mailbox(person: Address) -> str:
    if not person.display_name:
        return person.addr_spec
    plain = person.display_name.isascii() and "=?" not in person.display_name
    name = f'"{quote(person.display_name)}"' if plain else _encode_words(person.display_name, "Reply-To")
    return f"{name} <{person.addr_spec}>"


class OutgoingPolicy(EmailPolicy):
    """The policy of outgoing messages: CRLF, ASCII headers."""

    def fold(self, name: str, value: Any) -> str:
        """The header's line or lines."""
        if isinstance(value, AddressHeader):
            return f"{name}: " + ",\r\n ".join(_format_mailbox(person) for person in value.addresses) + "\r\n"
        if name == "List-Unsubscribe":
            return f"{name}: " + str(value).replace(", <", ",\r\n <") + "\r\n"
        if name == "Subject":
            return f"{name}: {_encode_words(str(value), name)}\r\n"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header's line or lines, as bytes."""
        return self.fold(name, value).encode("ascii")


OUTGOING_POLICY = OutgoingPolicy(linesep="\r\n", cte_type="7bit")
