"""Reads past terms from CSV for a back-test: what was known of each customer on which day, and when it was lost."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from activities.reports.backtest.spells import Reading, Spell, band_of
from console.files.forms import Forms
from console.files.tables.cells import trimmed
from console.files.tables.column_names import plain_name
from console.files.tables.table import Row, RowFault, Unclear, cell, read_rows
from lifecycle.domain.enums import Band

NEEDED = ("customer", "day", "lost_on")
SYNONYMS = {
    "customer_id": "customer",
    "account_id": "customer",
    "date": "day",
    "lost": "lost_on",
    "churned_on": "lost_on",
    "health": "score",
}
SCORE, BAND = "score", "band"
BANDS = (Band.GREEN, Band.YELLOW, Band.RED)


class TermColumns:
    """The header: `customer`, `day`, `lost_on`, `score`, `band`, and every other column is a factor of that name."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = [" ".join(trimmed(cell).split()) for cell in header]
        self.names = [self._name(cell) for cell in self._header]

    @staticmethod
    def _name(cell: str) -> str:
        name = plain_name(cell)
        return SYNONYMS.get(name, name)

    @property
    def how_many_known(self) -> int:
        """How many cells name a column that has a meaning of its own."""
        return sum(name in (*NEEDED, SCORE, BAND) for name in self.names)

    @property
    def factors(self) -> list[str]:
        """The columns that are factors."""
        return [name for name in self.names if name and name not in (*NEEDED, SCORE, BAND)]

    def problems(self) -> list[str]:
        """What is wrong with the header, a part of a sentence each."""
        if not any(self._header):
            return [f"the file is empty; it begins with the columns {', '.join(NEEDED)}, and score or a column for each factor"]
        found = [f"the file has no column '{name}'" for name in NEEDED if name not in self.names]
        found += [
            f"the column '{name}' stands there twice" for name in dict.fromkeys(filter(None, self.names)) if self.names.count(name) > 1
        ]
        if not found and SCORE not in self.names and BAND not in self.names and not self.factors:
            found.append("there is nothing to test: add a column 'score', 'band', or one for each factor")
        return found

    def is_passed_over(self, place: int) -> bool:
        """No column is: what has no name is a fault where it holds something."""
        return False


@dataclass(frozen=True)
class _Term:
    """A row: what was known then, and when the customer was lost, if it was."""

    customer: str
    reading: Reading
    lost_on: date | None


def read_past_terms(text: str, notes: list[str] | None = None) -> tuple[list[Spell], list[RowFault]]:
    """The spells that a CSV text tells of, in the order of the customers' ids, and what is wrong with its rows.

    A customer whose `lost_on` is empty in every row was with us up to the latest day in the file. To `notes` is added how dates and numbers were read
    that another file might not mean so.
    """
    rows, faults = read_rows(text, TermColumns)
    factors = [name for name in (rows[0].cells if rows else ()) if name not in (*NEEDED, SCORE, BAND)]
    forms = Forms(rows, ("day", "lost_on"), (SCORE, *factors))
    terms: list[_Term] = []
    for row in rows:
        reasons: list[str] = []
        term = _term(row, forms, factors, reasons)
        faults += [RowFault(row.line, reason) for reason in reasons]
        if term is not None and not reasons:
            terms.append(term)
    if notes is not None:
        notes += forms.notes
    return list(_spells(terms)), sorted(faults, key=lambda fault: fault.line)


def _term(row: Row, forms: Forms, factors: Sequence[str], reasons: list[str]) -> _Term | None:
    reasons += [f"'{name}' is empty" for name in ("customer", "day") if not row.get(name)]
    no_date = "no date; write it as 2026-03-01"
    day = cell(row, "day", reasons, forms.day, None, no_date)
    lost_on = cell(row, "lost_on", reasons, forms.day, None, no_date)
    if day is not None and lost_on is not None and lost_on <= day:
        reasons.append(
            f"lost_on {lost_on} is not after day {day}; what was read when a customer was lost warns of nothing, so take the row out"
        )
    score = _points(row, SCORE, forms, reasons)
    told = row.get(BAND).casefold()
    if told and told not in BANDS:
        reasons.append(f"band '{row.get(BAND)}' is none; write green, yellow or red, or nothing")
    points = {name: _points(row, name, forms, reasons) for name in factors}
    if day is None or reasons:
        return None
    band = Band(told) if told else band_of(score) if score is not None else Band.UNKNOWN
    known = {name: value for name, value in points.items() if value is not None}
    return _Term(row.get("customer"), Reading(day, band, known), lost_on)


def _points(row: Row, name: str, forms: Forms, reasons: list[str]) -> float | None:
    """From 0 to 100; None where the cell is empty."""
    text = row.get(name)
    if not text:
        return None
    try:
        written = forms.amount(text)
    except Unclear as unclear:
        reasons.append(f"{name} '{text}' {unclear}")
        return None
    except ValueError:
        reasons.append(f"{name} '{text}' is no number; write one from 0 to 100, or nothing where it was not known")
        return None
    if not 0 <= written.number <= 100:
        reasons.append(f"{name} '{text}' is not from 0 to 100; bring it to that scale, on which 0 is the worst")
        return None
    return written.number


def _spells(terms: Sequence[_Term]) -> list[Spell]:
    latest = max((max(term.reading.day, term.lost_on or term.reading.day) for term in terms), default=date.min)
    by_customer: dict[str, list[_Term]] = defaultdict(list)
    for term in terms:
        by_customer[term.customer].append(term)
    found: list[Spell] = []
    for customer, its in sorted(by_customer.items()):
        losses = sorted({term.lost_on for term in its if term.lost_on is not None})
        readings = [term.reading for term in its]
        before = date.min
        for loss in losses:
            found.append(Spell.of(customer, [each for each in readings if before <= each.day < loss], loss, lost=True))
            before = loss
        if rest := [each for each in readings if each.day >= before]:
            found.append(Spell.of(customer, rest, latest, lost=False))
    return found
