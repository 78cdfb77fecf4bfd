"""A CSV text as rows with their lines: what cannot be read is a fault of its line, and the rest goes on."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from lifecycle.domain.model import Scalar

YEARS = range(1990, 2201)
_YES, _NO = ("yes", "true", "1"), ("", "no", "false", "0")
_Cell = TypeVar("_Cell")


@dataclass(frozen=True)
class RowFault:
    """One reason why a row was not taken. Line 1 is the header and stands for the whole file."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins and its cells by column."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell; empty where the file has no such column."""
        return self.cells.get(column, "")


def read_table(text: str, needed: tuple[str, ...], optional: tuple[str, ...], *, attributes: bool) -> tuple[list[Row], list[RowFault]]:
    """The rows under the header, and what is wrong with the others; a wrong header is one fault of the file."""
    faults: list[RowFault] = []
    lines = _lines(text.removeprefix("\ufeff"), faults)
    _, header = next(lines, (1, []))
    columns = [name.strip() for name in header]
    problems = _header(columns, needed, optional, attributes)
    if problems:
        return [], faults or [RowFault(1, "; ".join(problems))]
    rows: list[Row] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            faults.append(
                RowFault(line, f"has {len(cells)} cells, and the header has {len(columns)}; put a cell that holds a comma in quotes")
            )
            continue
        rows.append(Row(line, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    return rows, faults


def _lines(text: str, faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",", strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(RowFault(line, f"cannot be read as CSV ({error}); from here on the file is not read"))
            return
        yield line, cells


def _header(columns: list[str], needed: tuple[str, ...], optional: tuple[str, ...], attributes: bool) -> list[str]:
    if not any(columns):
        return [f"the file is empty; it begins with the columns {', '.join(needed)}"]
    problems = [f"the file has no column '{name}'" for name in needed if name not in columns]
    for name in dict.fromkeys(columns):
        if columns.count(name) > 1:
            problems.append(f"the column '{name}' stands there twice")
        if name not in (*needed, *optional) and not (attributes and re.fullmatch(r"attr:[A-Za-z_]\w*", name)):
            near = get_close_matches(name, (*needed, *optional), 1)
            problems.append(f"there is no column '{name}'{f'; did you mean {near[0]}?' if near else ''}")
    return problems


def cell(row: Row, column: str, reasons: list[str], read: Callable[[str], _Cell], otherwise: _Cell, example: str) -> _Cell:
    """The cell read as what it should be; `otherwise` where it is empty or is not that, and then with a reason."""
    text = row.get(column)
    if not text:
        return otherwise
    try:
        return read(text)
    except ValueError:
        reasons.append(f"{column} '{text}' is {example}")
        return otherwise


def day_of(text: str) -> date:
    """A date as 2026-03-01, and no other way of writing one."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text) is None:
        raise ValueError(text)
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def yes_or_no(text: str) -> bool:
    """What a person writes for yes and no; nothing is no."""
    if text.casefold() not in (*_YES, *_NO):
        raise ValueError(text)
    return text.casefold() in _YES


def whole(text: str) -> int:
    """Digits alone."""
    if re.fullmatch(r"\d{1,9}", text) is None:
        raise ValueError(text)
    return int(text)


def amount(text: str) -> float:
    """Digits and at most one point."""
    if re.fullmatch(r"\d{1,12}(\.\d+)?", text) is None:
        raise ValueError(text)
    return float(text)


def scalar(text: str) -> Scalar:
    """A cell of no declared kind: true and false, numbers as they are usually written, and text."""
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) else text
