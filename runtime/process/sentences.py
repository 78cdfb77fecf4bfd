"""Sentences for people, on standard error."""

import sys

from lifecycle.domain.texts.text import printable_lines


def sentence(text: str) -> str:
    """`text` with a full stop behind it, unless it ends a sentence already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def complain(text: str) -> None:
    """Write `text` and a line's end to standard error: nothing in it is markup or moves the cursor, and no line is broken."""
    sys.stderr.write(f"{printable_lines(text)}\n")
