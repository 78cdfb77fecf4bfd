"""Header lines that every mail reader reads back as they were meant.

They are encoded and folded here, and no parser of headers ever sees a text from outside: the standard library's reads encoded
words in what it is given to write, folds what they held, line breaks too, and turns long addresses and links into encoded words.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lifecycle.domain.texts.text import one_line
from lifecycle.domain.texts.wire_addresses import wire_address

_WIDTH = 76
_ENCODED_BYTES = 45
"""Of one encoded word, which then has 72 characters; RFC 2047 allows 75."""
_LONGEST_PLAIN_WORD = 60

# Without quotes, brackets and escapes, which readers disagree on; what has one is encoded.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~.,:;-]*")
_LITERAL = re.compile(r"[!-~]+(?: [!-~]+)*")


@dataclass(frozen=True)
class Mailbox:
    """A person that can stand in a header: a name, which may be empty, and an address of ASCII."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the address's @."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Header:
    """A header: its name, what a reader is to see, and its encoded value, folded by CRLF and a space."""

    name: str
    text: str
    value: str

    @property
    def lines(self) -> str:
        """As it stands in the message, with its line end."""
        return f"{self.name}: {self.value}\r\n"


def mailbox(name: str, email: str) -> Mailbox:
    """A person that can stand in a header. Raises ValueError where the address cannot."""
    return Mailbox(one_line(name), wire_address(one_line(email)))


def text_header(name: str, text: str) -> Header:
    """A header of words, on one line for its reader. Raises ValueError for an empty text, which is no header."""
    shown = one_line(text)
    if not shown:
        raise ValueError(f"{name} has no text")
    return Header(name, shown, _fold(_words(shown), len(name) + 2))


def mailboxes_header(name: str, people: Sequence[Mailbox]) -> Header:
    """A header of people, each on a line of their own."""
    shown = ", ".join(f"{_quoted(person)} <{person.address}>" if person.name else person.address for person in people)
    return Header(name, shown, ",\r\n ".join(_fold(_mailbox_words(person), len(name) + 2) for person in people))


def date_header(name: str, moment: datetime) -> Header:
    """A moment, by its own time zone's clock."""
    return literal_header(name, format_datetime(moment))


def literal_header(name: str, *parts: str) -> Header:
    """A header of our own making, as it stands; of several parts, parted by commas, each on its line.

    Raises ValueError for what is no visible ASCII, or what would be read as an encoded word.
    """
    if not all(_LITERAL.fullmatch(part) and "=?" not in part for part in parts):
        raise ValueError(f"{name} cannot be written as it is")
    return Header(name, ", ".join(parts), ",\r\n ".join(parts))


def _is_plain(text: str) -> bool:
    return bool(_LITERAL.fullmatch(text)) and "=?" not in text and max(map(len, text.split())) <= _LONGEST_PLAIN_WORD


def _words(text: str) -> list[str]:
    """The words that say `text`, to be parted by a space or a fold: its own where they are plain, else encoded ones."""
    return text.split(" ") if _is_plain(text) else list(_encoded_words(text))


def _encoded_words(text: str) -> Iterator[str]:
    # All of it, for a space between an encoded word and a plain one would count and one between two would not.
    part = b""
    for letter in text:
        if len(part) + len(letter.encode()) > _ENCODED_BYTES:
            yield _encoded_word(part)
            part = b""
        part += letter.encode()
    yield _encoded_word(part)


def _encoded_word(part: bytes) -> str:
    return f"=?utf-8?b?{b64encode(part).decode()}?="


def _mailbox_words(person: Mailbox) -> list[str]:
    if not person.name:
        return [person.address]
    # A quoted name is not folded: readers disagree on what a fold within quotes says.
    words = [_quoted(person)] if _is_quotable(person.name) else list(_encoded_words(person.name))
    return [*words, f"<{person.address}>"]


def _is_quotable(name: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(name)) and "=?" not in name and len(name) <= _LONGEST_PLAIN_WORD


def _quoted(person: Mailbox) -> str:
    return f'"{person.name}"' if _is_quotable(person.name) else person.name


def _fold(words: Iterable[str], column: int) -> str:
    folded = ""
    for word in words:
        if not folded:
            folded, column = word, column + len(word)
        elif column + 1 + len(word) > _WIDTH:
            folded, column = f"{folded}\r\n {word}", 1 + len(word)
        else:
            folded, column = f"{folded} {word}", column + 1 + len(word)
    return folded
