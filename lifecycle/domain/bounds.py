"""What a text costs in a life's state, which is carried from run to run whole, as JSON: Temporal refuses 2 MB of it, for ever.

A limit in characters bounds nothing by itself: a character takes one byte to six. Names by which things are found again are kept
short by a hash where they are long (`short_key`), and texts that are only shown are cut (`cut`); what is neither is counted where it
comes in (`lifecycle/state/room.py`).
"""

import base64
import hashlib
import re
from functools import lru_cache

LONGEST_KEY = 24
"""Characters of a key that is kept as it is."""

DIGEST_LENGTH = 21
"""Characters of a key in whose place its hash is kept."""

MARK = "…"
"""At the end of a text that was cut."""

# What JSON writes as it is, in one byte each; and not the mark by which a hash is told from a key.
_PLAIN = re.compile(r"[ !#-\[\]-}]*")
_SHORT_ESCAPES = re.compile(r'["\\\b\t\n\f\r]')
_LONG_ESCAPES = re.compile(r"[\x00-\x07\x0b\x0e-\x1f]")


def json_size(text: str) -> int:
    """The bytes of that text in JSON, without the quotes around it; a control character counts six."""
    if text.isascii() and text.isprintable():
        return len(text) + text.count('"') + text.count("\\")
    escapes = len(_SHORT_ESCAPES.findall(text)) + 5 * len(_LONG_ESCAPES.findall(text))
    return len(text.encode("utf-8", "surrogatepass")) + escapes


def cut(text: str, most: int) -> str:
    """The text, for being shown: of at most `most` bytes of JSON, the last of them a mark where it was longer."""
    if 6 * len(text) <= most or json_size(text) <= most:
        return text
    size, room = 0, most - len(MARK.encode())
    for position, character in enumerate(text):
        size += json_size(character)
        if size > room:
            return f"{text[:position]}{MARK}"
    return text


def short_key(text: str, longest: int = LONGEST_KEY) -> str:
    """The text, if it is short and plain, else a hash that stands for it and for no other text; in JSON it has as many bytes as characters."""
    return text if len(text) <= longest and _PLAIN.fullmatch(text) else _hashed(text)


@lru_cache(maxsize=4096)
def _hashed(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=15).digest()
    return f"~{base64.urlsafe_b64encode(digest).decode()}"
