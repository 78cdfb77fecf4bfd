"""Tables of a section: one that has no row is none."""

from collections.abc import Iterable

from activities.reports.report import Cell, Column, Table, Unit


def table_of(id: str, title: str, definition: str, columns: dict[str, Unit | None], rows: Iterable[tuple[Cell, ...]]) -> list[Table]:
    """The table with these columns, each with the unit of its numbers, if there is a row."""
    there = tuple(rows)
    if not there:
        return []
    heads = tuple(Column(title=name, unit=unit) for name, unit in columns.items())
    return [Table(id=id, title=title, definition=definition, columns=heads, rows=there)]
