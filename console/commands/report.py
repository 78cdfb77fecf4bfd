"""`report`: the figures of a period beside those of the period before, and the customers behind one of them."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.table import Table as Columns

from activities.reports import periods
from activities.reports.page import amounts
from activities.reports.page.page import write_page
from activities.reports.report import SMALL, Column, Figure, Period, Report, Section, Table
from activities.reports.reporting import newest_row, report_of
from console.customers.record_reading import record_database
from console.terminal.listing import Form, Row, show_rows
from console.terminal.output import out, plain, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.time.zones import check_zone, local

NEAREST = 3

FIGURE_COLUMNS = (
    "section",
    "figure",
    "title",
    "value",
    "before",
    "low",
    "high",
    "unit",
    "currency",
    "count",
    "told",
    "small",
    "definition",
)
BEHIND_COLUMNS = {"customer": "customer", "name": "name", "what": "what", "value": "value", "counted": "counted"}

_NO_ROWS: dict[str, Any] = {"__all__": {"behind"}}
_WITHOUT_ROWS: dict[str, Any] = {"sections": {"__all__": {"figures": _NO_ROWS, "details": _NO_ROWS}}}


def period_of(month: str | None, quarter: str | None, first: date | None, last: date | None, zone: str, now: datetime) -> Period:
    """The period that these options ask for; without any, the last whole quarter by that zone's calendar. Raises Mistake."""
    try:
        today = local(now, check_zone(zone)).date()
    except ValueError as error:
        raise Mistake(f"{error}.") from None
    if (first is None) != (last is None):
        raise Mistake("Give --from and --to together, the first day and the last.")
    if sum(given is not None for given in (month, quarter, first)) > 1:
        raise Mistake("Give --month, --quarter, or --from and --to, and only one of these.")
    if month is not None:
        return periods.read_month(month)
    if quarter is not None:
        return periods.read_quarter(quarter)
    return periods.days(first, last) if first is not None and last is not None else periods.last_whole_quarter(today)


async def show_report(period: Period, now: datetime, *, zone: str, explain: str | None, form: Form) -> None:
    """Print the report of that period, or the customers behind one of its figures. Raises Mistake for a figure that it does not have, Failure for a
    database that cannot be read.
    """
    report = await asyncio.to_thread(read_report, period, now, zone)
    if explain is not None:
        _explain(report, figure_of(report, explain), form)
    elif form is Form.JSON:
        print_json(report.model_dump(mode="json", exclude=_WITHOUT_ROWS))
    elif form is Form.CSV:
        show_rows(list(_figure_rows(report)), dict.fromkeys(FIGURE_COLUMNS, ""), form, none="")
    else:
        _print(report)


async def write_report(period: Period, now: datetime, file: Path, *, zone: str, alone: bool) -> None:
    """Write the report of that period as a page into the file, which is its owner's alone. Raises Mistake where more is asked (not `alone`), or
    the file cannot be written, and as `show_report` does.
    """
    if not alone:
        raise Mistake("Give --html, --csv, --json or --explain, and only one of these.")
    report = await asyncio.to_thread(read_report, period, now, zone)
    try:
        await asyncio.to_thread(write_page, report, file)
    except OSError as error:
        raise Mistake(f"{file} cannot be written: {error.strerror or error}.") from None
    say(f"The report of {period.name} is on {file}: open it in a browser.")


def read_report(period: Period, now: datetime, zone: str) -> Report:
    """The report of that period from this installation's record, as of that moment, or of the newest row where time has been put forward. Blocks.
    Raises Mistake for a setting, Failure for a database that cannot be read.
    """
    with record_database() as engine:
        newest = newest_row(engine)
        return report_of(engine, period, as_of=max(now, newest) if newest is not None else now, zone=zone)


def figure_of(report: Report, wanted: str) -> Figure:
    """The figure of that id. Raises Mistake, with the nearest ones, where there is none."""
    found = report.figure(wanted.strip())
    if found is not None:
        return found
    known = [figure.id for section in report.sections for figure in section.every_figure]
    near = get_close_matches(wanted, known, NEAREST, 0.5) or [id for id in known if wanted.casefold() in id][:NEAREST]
    hint = f"did you mean {' or '.join(near)}?" if near else "'starter.py report --csv' lists them all."
    raise Mistake(f"The report of {report.period.name} has no figure '{wanted}'; {hint}")


def _figure_rows(report: Report) -> Iterator[Row]:
    for section in report.sections:
        for figure in section.every_figure:
            told = figure.model_dump(mode="json", include={"title", "unit", "currency", "count", "definition"})
            numbers = {name: getattr(figure, name) for name in ("value", "before", "low", "high")}
            yield {"section": section.id, "figure": figure.id, "told": figure.told, "small": figure.small} | told | numbers


def _explain(report: Report, figure: Figure, form: Form) -> None:
    rows: list[Row] = [row._asdict() for row in figure.behind]
    if form is Form.JSON:
        print_json({"figure": figure.model_dump(mode="json", exclude={"behind"}), "customers": rows})
        return
    if form is Form.TABLE:
        say(f"{figure.title}, {report.period.name}: {_value(figure)}. {figure.definition}")
        rows = [
            row | {"value": amounts.amount(row["value"], figure.unit, figure.currency) if row["value"] is not None else ""} for row in rows
        ]
        rows = [row | {"counted": "yes" if row["counted"] else "no"} for row in rows]
    show_rows(rows, BEHIND_COLUMNS, form, none="Nobody stands behind it.")


def _print(report: Report) -> None:
    as_of = local(report.as_of, report.zone)
    so_far = ", so far" if as_of.date() <= report.period.last else ""
    say(f"{report.period.name}: {amounts.days(report.period)}{so_far}, beside {report.before.name}; days of {report.zone}")
    say(f"as of {as_of:%Y-%m-%d %H:%M}, {report.customers:,} customers in the record; '--explain FIGURE' lists who stands behind a figure")
    for section in report.sections:
        _print_section(section, report)


def _print_section(section: Section, report: Report) -> None:
    say(f"\n{section.title.upper()}")
    table = Columns(box=None, pad_edge=False)
    for head in ("", report.period.name, report.before.name, "between", "of", "figure"):
        table.add_column(plain(head), overflow="fold", justify="right" if head == "of" else "left")
    for figure in section.figures:
        before = amounts.amount(figure.before, figure.unit, figure.currency) if figure.before is not None else ""
        number = f"{figure.count:,}" if figure.told else ""
        cells = (figure.title, _value(figure), before, amounts.interval(figure), number, figure.id)
        table.add_row(*(plain(cell) for cell in cells), style=None if figure.told else "dim")
    out.print(table)
    for each in section.tables:
        _print_table(each)


def _value(figure: Figure) -> str:
    """The figure's value as people read it; of too few rows it says so."""
    value = amounts.amount(figure.value, figure.unit, figure.currency)
    return f"{value} (fewer than {SMALL})" if figure.small else value


def _print_table(table: Table) -> None:
    say(f"\n{table.title}")
    shown = Columns(box=None, pad_edge=False)
    for column in table.columns:
        shown.add_column(plain(column.title), overflow="fold", justify="left" if column.unit is None else "right")
    for row in table.rows:
        shown.add_row(*(plain(_cell(cell, column, table.currency)) for cell, column in zip(row, table.columns, strict=True)))
    out.print(shown)


def _cell(cell: str | float | date | None, column: Column, currency: str) -> str:
    return "" if cell is None else amounts.cell(cell, column.unit, currency)
