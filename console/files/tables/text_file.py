"""Reads the files that a caller names."""

import codecs
import re
from pathlib import Path

from lifecycle.domain.errors import Mistake

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with UTF-16's mark
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 400
"""Bytes by whose NULs UTF-16 is known that does not say so."""
_BEYOND_ASCII = re.compile(r"[\w'’-]{0,20}[^\x00-\x7f][\w'’-]{0,20}")
# What Windows-1252 makes of other sets: three letters with marks in a row (Cyrillic, Greek), a capital within a word (Macintosh),
# signs beside letters with marks (Chinese).
_NO_WESTERN_WORD = re.compile(
    r"[À-ÖØ-öø-ÿŒœŠšŽžŸ]{3}|[a-zß-öø-þœšž][À-ÖØ-ÞŒŠŽŸ]|[A-Z][À-ÖØ-ÞŒŠŽŸ][a-zß-öø-þ]|[À-ÿ][¢-©¬-¶¸¹¼-¾]|[¢-©¬-¶¸¹¼-¾][À-ÿ]|ÿ"
)


def read_text(path: Path) -> str:
    """The file's text, in UTF-8. Raises Mistake with one sentence where it cannot be read."""
    content = _read(path)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None


def read_table_text(path: Path, notes: list[str]) -> str:
    """The text of a table as spreadsheets save it: in UTF-8, in UTF-16, or in Windows-1252, which is added to `notes`.

    Raises Mistake with one sentence where it cannot be read.
    """
    content = _read(path)
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _decoded(path, content.removeprefix(mark), marked)
    if (unmarked := _without_mark(content)) is not None:
        return _decoded(path, content, unmarked)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        western = _western(content)
        if western is None or (example := _BEYOND_ASCII.search(western)) is None:
            raise _not_utf8(path, error) from None
        line = western.count("\n", 0, example.start()) + 1
        notes.append(f"the file is no UTF-8 and is read as Windows-1252, by which line {line} says '{example[0]}'")
        return western


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Mistake(f"There is no file {path}: name one that is there.") from None
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror}.") from None


def _decoded(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Mistake(f"{path} begins as {encoding.upper()} and is none (byte {error.start}): save it as UTF-8.") from None


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without its mark: nearly every second byte of a table's beginning is a NUL, and no other is."""
    head = content[:_LOOKED_AT]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[first::2].count(0) * 5 > len(head) * 2 and all(head[1 - first :: 2]):
            return encoding
    return None


def _western(content: bytes) -> str | None:
    """The text in Windows-1252, if words of Western languages are what that makes."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return text if _NO_WESTERN_WORD.search(text) is None else None


def _not_utf8(path: Path, error: UnicodeDecodeError) -> Mistake:
    return Mistake(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8.")
