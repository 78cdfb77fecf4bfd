"""How one file writes dates and numbers: what it gives away in some cells tells what the others mean.

`01/02/2026` is a day in January or in February, `12.500` twelve and a half or thousands. Where no cell of the file decides, or some
contradict each other, such a cell is not read: nothing is guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from console.files.spreadsheet_dates import DayOrder, written_day
from console.files.spreadsheet_numbers import Decimal, WrittenNumber, written_number
from console.files.tables.table import Row, Unclear

_Form = TypeVar("_Form", bound=StrEnum)


@dataclass
class Evidence(Generic[_Form]):
    """Which form the cells of a file give away, each with the first line and text that does."""

    seen: dict[_Form, tuple[int, str]] = field(default_factory=dict)

    def add(self, form: _Form | None, line: int, text: str) -> None:
        """A cell on that line gives that form away, or none."""
        if form is not None:
            self.seen.setdefault(form, (line, text))

    @property
    def form(self) -> _Form | None:
        """The form, where all that give one away agree."""
        return next(iter(self.seen)) if len(self.seen) == 1 else None

    @property
    def why_not(self) -> str:
        """Why there is no form, in words."""
        if not self.seen:
            return "nothing else in the file says which"
        (one, _), (other, _) = self.seen.values()
        return f"the file has both ways, on lines {min(one, other)} and {max(one, other)}"


class Forms:
    """The forms of one file."""

    def __init__(self, rows: Iterable[Row], days: Iterable[str], numbers: Iterable[str]) -> None:
        """`days` and `numbers` are the columns that hold such; a day may be followed by a time."""
        self._order, self._decimal = Evidence[DayOrder](), Evidence[Decimal]()
        self._notes: dict[str, None] = {}
        columns = tuple(days), tuple(numbers)
        for row in rows:
            for column in columns[0]:
                self._look_at_day(row, column)
            for column in columns[1]:
                self._look_at_number(row, column)

    def _look_at_day(self, row: Row, column: str) -> None:
        text = row.get(column)
        for part in dict.fromkeys((text, text.partition(" ")[0])):
            try:
                self._order.add(written_day(part).shows, row.line, part)
            except ValueError:
                continue

    def _look_at_number(self, row: Row, column: str) -> None:
        try:
            self._decimal.add(written_number(row.get(column)).shows, row.line, row.get(column))
        except ValueError:
            return

    def day(self, text: str) -> date:
        """The day that the text says. Raises ValueError for none, Unclear where it is not sure which."""
        try:
            written = written_day(text)
        except ValueError as fault:
            if str(fault):
                raise Unclear(str(fault)) from None
            raise
        order = self._order.form
        if written.shows is not None or written.other is not None:
            self._use(self._order, "dates are read as")
        if written.other is None:
            return written.day
        if order is None:
            first, second = (f"{day.day} {day:%B %Y}" for day in sorted((written.day, written.other)))
            raise Unclear(f"may be {first} or {second}, and {self._order.why_not}; write it as 2026-03-01")
        return written.day if order is DayOrder.DAY_FIRST else written.other

    def amount(self, text: str) -> WrittenNumber:
        """The number that the text says, with its currency. Raises ValueError for none, Unclear where it is not sure which."""
        written = written_number(text)
        if written.shows is Decimal.COMMA or written.other is not None:
            self._use(self._decimal, "numbers are read with a decimal")
        if written.other is None:
            return written
        form = self._decimal.form
        if form is None:
            raise Unclear(
                f"may be {written.number:g} or {written.other:.0f}, and {self._decimal.why_not}; write it as {written.other:.0f}.00"
            )
        return WrittenNumber(
            written.number if form is written.sign else written.other, currency=written.currency, currencies=written.currencies
        )

    def whole(self, text: str) -> int:
        """The whole number that the text says. Raises ValueError for none, Unclear where it is not sure which."""
        written = written_number(text)
        if written.currency or written.currencies:
            raise ValueError(text)
        # With decimals it would be no whole number.
        number = written.other if written.other is not None and not written.number.is_integer() else self.amount(text).number
        if not number.is_integer():
            raise ValueError(text)
        return int(number)

    def _use(self, evidence: Evidence[DayOrder] | Evidence[Decimal], words: str) -> None:
        if (form := evidence.form) is not None:
            line, text = evidence.seen[form]  # type: ignore[index]
            self._notes[f"{words} {form.in_words}, as '{text}' on line {line} is written"] = None

    @property
    def notes(self) -> list[str]:
        """Which readings were taken that another file might not mean, and by what."""
        return list(self._notes)
