"""Lists of rows as people and programs want them: a table no wider than the terminal, one JSON document, or CSV."""

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from rich.table import Table

from console.terminal.output import out, plain, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.time.zones import local

Row = dict[str, Any]


class Form(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def form_of(*, as_json: bool, as_csv: bool) -> Form:
    """What two options ask for. Raises Mistake where both are given."""
    if as_json and as_csv:
        raise Mistake("Give --json or --csv, not both.")
    return Form.JSON if as_json else Form.CSV if as_csv else Form.TABLE


def by_clock(moment: datetime | None, zone: str | None) -> str:
    """The moment by the clock of that zone; empty where there is none."""
    return "" if moment is None else f"{local(moment, zone or 'UTC'):%Y-%m-%d %H:%M}"


def show_rows(rows: Sequence[Row], columns: dict[str, str], form: Form, *, none: str, besides: Iterable[str] = ()) -> None:
    """Print those columns, each under its head, of every row; `none` is what to say where there is no row.

    A table leaves out a column that is empty in every row, for it is no wider than the terminal; the columns `besides` are for programs alone.
    """
    names = [*columns, *besides]
    if form is Form.JSON:
        print_json([{name: row.get(name) for name in names} for row in rows])
    elif form is Form.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    elif rows:
        table = Table(box=None, pad_edge=False)
        shown = [name for name in columns if any(_cell(row.get(name)) for row in rows)]
        for name in shown:
            table.add_column(columns[name], overflow="fold")
        for row in rows:
            table.add_row(*(plain(_cell(row.get(name))) for name in shown))
        out.print(table)
    else:
        say(none)


def digits(value: float) -> str:
    """The number in full, with as many decimals as it has, six at most: a contract of 1234567 a year is no 1.23457e+06."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _cell(value: object) -> str:
    """A value in a cell; one that begins as a formula does is no formula, for a spreadsheet would reckon it."""
    text = "" if value is None else digits(value) if isinstance(value, float) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "@") or (text[:1] == "-" and not text[1:2].isdigit()) else text
