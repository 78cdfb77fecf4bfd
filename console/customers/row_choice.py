"""Which rows of a list are shown, and in which order: a condition over their columns, and a column to sort by."""

from collections.abc import Callable, Iterable
from typing import Any

from lifecycle.conditions.checking import hint
from lifecycle.conditions.columns import Value, fault_of_columns
from lifecycle.domain.errors import Mistake
from runtime.process.sentences import sentence

Row = dict[str, Any]


def check_where(where: str | None, kinds: dict[str, Value]) -> None:
    """Raise Mistake unless it is a condition over columns such as these, each with a value of its kind."""
    if where is not None and (fault := fault_of_columns(where, kinds)):
        raise Mistake(sentence(f"--where '{where}' {fault}"))


def check_sort(sort: str | None, columns: Iterable[str]) -> None:
    """Raise Mistake unless `sort` is a column's name, with - before it to turn the order round."""
    if sort is not None and (name := sort.removeprefix("-")) not in (known := sorted(columns)):
        raise Mistake(sentence(f"--sort '{sort}' names no column{hint(name, known)}"))


def in_order(rows: list[Row], sort: str | None, of: Callable[[Row, str], Any]) -> list[Row]:
    """The rows by that column, what is not known last in either order; as they are, where there is none. `of` says what a row has there."""
    if sort is None:
        return rows
    name = sort.removeprefix("-")
    known = [row for row in rows if of(row, name) not in (None, "")]
    unknown = [row for row in rows if of(row, name) in (None, "")]
    return sorted(known, key=lambda row: of(row, name), reverse=sort.startswith("-")) + unknown
