"""Text from outside, made fit to be shown: nothing in it moves a cursor, breaks a line or turns the direction of what follows."""

import re

# Controls (C0, DEL, C1), lone surrogates, line and paragraph separators, marks and overrides of direction, what is no character.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]"
)
# An underscore within a word is none of Markdown's.
_MARKDOWN = re.compile(r"([\\`*{}\[\]<>#&~!]|(?<!\w)_|_(?!\w))")


def printable(text: str) -> str:
    """The text with a space for every character that shows nothing or turns the direction of what follows; line breaks too."""
    return _UNPRINTABLE.sub(" ", text)


def one_line(text: str) -> str:
    """The text as one printable line, with single spaces and none around it."""
    return " ".join(printable(text).split())


def printable_lines(text: str) -> str:
    """The text as `printable` makes it, but its line feeds stay."""
    return "\n".join(printable(line) for line in text.replace("\r\n", "\n").split("\n"))


def escape_unprintable(json: str) -> str:
    r"""A JSON document that says the same, with `\uXXXX` for every unprintable character but its line feeds."""
    return _UNPRINTABLE.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", json)


def inline_markdown(text: str) -> str:
    """Markdown that shows this text, on one line, wherever it stands but at a line's beginning."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))
