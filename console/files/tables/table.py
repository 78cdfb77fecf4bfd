"""A CSV text as rows with their lines: what cannot be read is a fault of its line, and the rest goes on."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from console.files.tables.cells import cleaned, fault_of, trimmed
from console.files.tables.column_names import Columns
from lifecycle.domain.model import Scalar

_YES = ("yes", "y", "true", "1", "ja", "wahr", "oui", "vrai", "sí", "si", "verdadero")
_NO = ("", "no", "n", "false", "0", "nein", "falsch", "non", "faux", "falso")
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"[ \t]*\"?sep=([,;\t|:^~])\"?([,;\t| ]*)(\r\n|\r|\n|$)", re.IGNORECASE)
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_Cell = TypeVar("_Cell")


@dataclass(frozen=True)
class RowFault:
    """One reason why a row was not taken. Line 1 is the header and stands for the whole file."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Duplicate(RowFault):
    """The row has the id of another: which of the two is meant nobody can tell, so the whole file waits."""


class Unclear(ValueError):
    """A cell may be read in more ways than one, or what it looks like cannot be told; the message is the end of a sentence."""


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins and its cells by column."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell; empty where the file has no such column."""
        return self.cells.get(column, "")


class Header(Protocol):
    """The columns of one header: for each cell the name under which a row's cell is kept, empty where it has none or is passed over."""

    names: list[str]

    @property
    def how_many_known(self) -> int:
        """How many cells name a column."""

    def problems(self) -> list[str]:
        """What is wrong with the header, a part of a sentence each."""

    def is_passed_over(self, place: int) -> bool:
        """Whether what stands in that column, counted from 0, is of no interest."""


def read_table(
    text: str, needed: tuple[str, ...], optional: tuple[str, ...], synonyms: Mapping[str, str] | None = None, *, attributes: bool
) -> tuple[list[Row], list[RowFault]]:
    """The rows under a header of these columns, and what is wrong with the others; a wrong header is one fault of the file."""
    return read_rows(text, lambda header: Columns(header, needed, optional, synonyms or {}, attributes=attributes))


def read_rows(text: str, columns_of: Callable[[Sequence[str]], Header]) -> tuple[list[Row], list[RowFault]]:
    """The rows under the header, whose columns `columns_of` reads, and what is wrong with the others.

    Cells stand between commas, semicolons, tabs or bars: those that the line `sep=;` names, or else that make the most of the header.
    """
    faults: list[RowFault] = []
    head, begins = _head(text.removeprefix("\ufeff"))
    best: Header | None = None
    separator = head
    for each in head or _SEPARATORS:
        _, header = next(_lines(begins, each, []), (1, []))
        columns = columns_of(header)
        if best is None or columns.how_many_known > best.how_many_known:
            best, separator = columns, each
    assert best is not None
    lines = _lines(begins, separator, faults)
    next(lines, None)
    problems = best.problems()
    if problems:
        return [], faults or [RowFault(1, "; ".join(problems))]
    rows: list[Row] = []
    for line, cells in lines:
        if (row := _row(line, cells, best, separator, faults)) is not None:
            rows.append(row)
    return rows, faults


def _head(text: str) -> tuple[str, str]:
    """The separator that a first line `sep=;` names, and the text with that line empty; no separator where there is no such line."""
    found = _SEPARATOR_LINE.match(text)
    return (found[1], text[found.start(3) :]) if found is not None else ("", text)


def _lines(text: str, separator: str, faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, each with the number of its first."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=separator != "\t")
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(RowFault(line, f"cannot be read as CSV ({error}); from here on the file is not read"))
            return
        if any(trimmed(cell) for cell in cells):
            yield line, cells


def _row(line: int, cells: list[str], header: Header, separator: str, faults: list[RowFault]) -> Row | None:
    cells, names = [cleaned(cell) for cell in cells], header.names
    named = max((place for place, name in enumerate(names, 1) if name), default=0)
    if named <= len(cells) < len(names):  # what has no name may be left out at the end
        cells += [""] * (len(names) - len(cells))
    if len(cells) < len(names) or any(cells[len(names) :]):
        mend = f"put a cell that holds a {_NAMES.get(separator, separator)} in quotes"
        faults.append(RowFault(line, f"has {len(cells)} cells, and the header has {len(names)}; {mend}"))
        return None
    reasons: list[str] = []
    for place, (name, text) in enumerate(zip(names, cells, strict=False), 1):
        if not name and header.is_passed_over(place - 1):
            continue
        if text and not name:
            reasons.append(f"has '{text}' in column {place}, which has no name")
        elif (why := fault_of(text)) is not None:
            reasons.append(f"{name} {why}")
    faults += [RowFault(line, reason) for reason in reasons]
    return None if reasons else Row(line, {name: text for name, text in zip(names, cells, strict=False) if name})


def cell(row: Row, column: str, reasons: list[str], read: Callable[[str], _Cell], otherwise: _Cell, example: str) -> _Cell:
    """The cell read as what it should be; `otherwise` where it is empty or is not that, and then with a reason."""
    text = row.get(column)
    if not text:
        return otherwise
    try:
        return read(text)
    except Unclear as unclear:
        reasons.append(f"{column} '{text}' {unclear}")
        return otherwise
    except ValueError:
        reasons.append(f"{column} '{text}' is {example}")
        return otherwise


def yes_or_no(text: str) -> bool:
    """What a person writes for yes and no; nothing is no."""
    if text.casefold() not in (*_YES, *_NO):
        raise ValueError(text)
    return text.casefold() in _YES


def scalar(text: str) -> Scalar:
    """A cell of no declared kind: true and false, numbers as they are usually written, and text."""
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) else text
