"""A map of columns: which of a CRM's columns holds which of ours, what its values mean, and what stands where it says nothing.

    map: my-crm
    columns:                       # ours: theirs
      id: Account ID
      name: Account Name
      country: [Billing Country, BillingCountry]   # whichever is there
      timezone: Billing Country    # one of theirs may tell several of ours
      attr:source: Lead Source
    values:                        # of ours: what theirs mean; what is not named here stays as it is
      country: {Germany: DE, United Kingdom: GB}
      timezone: {Germany: Europe/Berlin, United Kingdom: Europe/London}
    with_time: [customer_since]    # of ours: days that theirs write with a time of day, by a clock of their own; the time is left out
    otherwise:                     # where the file has no such column, or an empty cell
      owner_email: success@larkfield.example

Columns that no line names are left out, except those that bear our own names.
"""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from console.files.customers.customer_cells import DAYS, ENDS, NEEDED, OPTIONAL
from console.files.tables.cells import trimmed
from console.files.tables.column_names import is_contact_or_attribute, plain_name
from console.files.tables.table import Row, RowFault, read_rows
from console.files.tables.text_file import read_text
from gateway.http.documents import read
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import Frozen

OURS = (*NEEDED, *ENDS, *OPTIONAL)
SUFFIXES = (".yaml", ".yml")
MOST = 500
"""Entries of each part of a map."""

SHOWN = 20
"""How many columns that are left out are named."""

_TIME = re.compile(r"(?<=[0-9])(?:T| +)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AP]M)?$", re.IGNORECASE)
"""A time of day behind a day. One with an offset stays: by another clock it may be another day."""

Written = Annotated[str, BeforeValidator(lambda told: str(told) if type(told) in (int, float) else told)]
Texts = Annotated[dict[str, Written], Field(max_length=MOST)]
Names = Annotated[list[str], Field(min_length=1, max_length=20), BeforeValidator(lambda told: [told] if isinstance(told, str) else told)]
"""What the export calls a column, or may call it: the first that is there and says something is taken."""


class ColumnMap(Frozen):
    """What a CRM's export calls our columns, and what it writes in them."""

    map: str
    about: str = ""
    columns: Annotated[dict[str, Names], Field(max_length=MOST)]
    values: Annotated[dict[str, Texts], Field(max_length=MOST)] = {}
    otherwise: Texts = {}
    with_time: Annotated[list[str], Field(max_length=len(DAYS))] = []

    @field_validator("columns", "values", "otherwise")
    @classmethod
    def _are_ours(cls, told: dict[str, object]) -> dict[str, object]:
        for name in told:
            if name not in OURS and not is_contact_or_attribute(name):
                raise ValueError(f"'{name}' is no column of ours: it is one of {', '.join(OURS)}, attr:NAME or contact:ROLE:LABEL")
        return told

    @field_validator("with_time")
    @classmethod
    def _are_days(cls, told: list[str]) -> list[str]:
        if wrong := next((name for name in told if name not in DAYS), None):
            raise ValueError(f"'{wrong}' is no column of days: it is one of {', '.join(DAYS)}")
        return told

    def problems(self, header: Sequence[str]) -> list[str]:
        """Which columns the file lacks, a part of a sentence each."""
        there = {plain_name(cell) for cell in header}
        return [
            f"the file has no column '{theirs[0]}', which the map '{self.map}' takes for {ours}"
            for ours, theirs in self.columns.items()
            if ours in NEEDED and ours not in self.otherwise and there.isdisjoint([ours, *map(plain_name, theirs)])
        ]

    def ours(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Our cells of a row, whose cells stand under the plain names of the file's columns; empty where a column is there and says nothing."""
        found = {name: cells[name] for name in OURS if name in cells}
        for ours, theirs in self.columns.items():
            name = ours.casefold() if ours.casefold().startswith("contact:") else ours
            there = [cells[each] for each in map(plain_name, theirs) if each in cells]
            if there:
                found[name] = next(filter(None, there), found.get(name, ""))
        meant = {name: _meant(text, self.values.get(name, {})) for name, text in found.items()}
        meant |= {name: _TIME.sub("", meant[name]) for name in self.with_time if name in meant}
        ends = any(meant.get(name) for name in ENDS)
        return meant | {name: text for name, text in self.otherwise.items() if not meant.get(name) and not (ends and name in ENDS)}


class MappedColumns:
    """The columns of a CRM's header: `names` are their own, plain; what the map does not name is passed over."""

    def __init__(self, header: Sequence[str], by: ColumnMap) -> None:
        self._header, self._by = header, by
        wanted = {plain_name(each) for theirs in by.columns.values() for each in theirs} | set(OURS)
        self.names = [name if (name := plain_name(cell)) in wanted else "" for cell in header]

    @property
    def left_out(self) -> list[str]:
        """The columns, as the file calls them, of which nothing is read."""
        return [cell for cell, name in zip(map(trimmed, self._header), self.names, strict=True) if cell and not name]

    @property
    def how_many_known(self) -> int:
        """How many cells name a column that the map names."""
        return sum(map(bool, self.names))

    def problems(self) -> list[str]:
        """Which columns are not there, or there twice."""
        twice = [name for name in dict.fromkeys(filter(None, self.names)) if self.names.count(name) > 1]
        return [*self._by.problems(self._header), *(f"the column '{name}' stands there twice" for name in twice)]

    def is_passed_over(self, place: int) -> bool:
        """Whether the map does not name that column."""
        return not self.names[place]


def read_mapped(text: str, by: ColumnMap, notes: list[str] | None = None) -> tuple[list[Row], list[RowFault]]:
    """The rows of a CRM's export under our own columns, and what is wrong with the others; `notes` say which columns are left out."""
    tried: list[MappedColumns] = []

    def columns_of(header: Sequence[str]) -> MappedColumns:
        tried.append(MappedColumns(header, by))
        return tried[-1]

    rows, faults = read_rows(text, columns_of)
    left_out = max(tried, key=lambda columns: columns.how_many_known).left_out
    if notes is not None and rows and left_out:
        named = ", ".join(f"'{name}'" for name in left_out[:SHOWN])
        more = f" and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
        notes.append(f"of these columns nothing is read, for the map '{by.map}' does not name them: {named}{more}")
    return [Row(row.line, by.ours(row.cells)) for row in rows], faults


def _meant(text: str, values: Mapping[str, str]) -> str:
    by_name = {plain_name(theirs): ours for theirs, ours in values.items()}
    return by_name.get(plain_name(text), text)


def _shipped() -> Traversable:
    return files("console.files") / "maps"


def shipped_maps() -> list[str]:
    """The names of the maps that come with Evergreen."""
    return sorted(each.name.removesuffix(".yaml") for each in _shipped().iterdir() if each.name.endswith(".yaml"))


def load_map(name: str) -> ColumnMap:
    """The map of that file, or the shipped one of that name. Raises Mistake with every fault and its line."""
    if name.endswith(SUFFIXES):
        return read(read_text(Path(name)), ColumnMap, name)
    if name not in shipped_maps():
        raise Mistake(f"No map '{name}' is shipped, only {', '.join(shipped_maps())}; a file of your own ends in .yaml.")
    return read((_shipped() / f"{name}.yaml").read_text(encoding="utf-8"), ColumnMap, f"map {name}")
