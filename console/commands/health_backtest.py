"""`health backtest`: what health said before customers left, from the record or a file of past terms."""

import asyncio
from datetime import datetime
from pathlib import Path

from rich.table import Table

from activities.ledger.database.database import open_database
from activities.reports.backtest.backtest import Backtest, backtest_of
from activities.reports.backtest.from_record import spells_of_record
from activities.reports.backtest.spells import Spell
from activities.reports.backtest.warnings import Skill
from activities.reports.backtest.words import in_words, verdict
from console.files.past_terms import read_past_terms
from console.files.tables.table import RowFault
from console.files.tables.text_file import read_table_text
from console.terminal.output import out, plain, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.time.calendar import add_months
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.domain.time.zones import midnight
from runtime.environment import settings_from_env
from runtime.process.sentences import complain, sentence

MOST_FAULTS = 20
"""Rows of a file that a refusal names."""

_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}


def days_of(text: str) -> int:
    """How many days a horizon is, such as 90d or 13w. Raises Mistake."""
    try:
        span = Span.parse(text)
    except ValueError:
        span = Span(0, Unit.DAY)
    days = span.amount * _DAYS.get(span.unit, 0)
    if not 1 <= days <= 366:
        raise Mistake(f"--horizon '{text}' is no number of days from 1 to 366: write 90d or 13w, for example.")
    return days


async def backtest_health(months: int, horizon: str, file: Path | None, now: datetime, *, as_json: bool) -> None:
    """Print it. Raises Mistake for a file or a horizon that does not read, and Failure."""
    days = days_of(horizon)
    spells = _of_file(file) if file is not None else await asyncio.to_thread(_of_record, months, now)
    found = await asyncio.to_thread(backtest_of, spells, days)
    if as_json:
        print_json(found.model_dump(mode="json") | {"in_words": in_words(found)})
        return
    if found.first is not None:
        out.print(table_of(found))
    for line in in_words(found):
        say(line)


def _of_record(months: int, now: datetime) -> list[Spell]:
    engine = open_database(settings_from_env().database)
    try:
        return spells_of_record(engine, midnight(add_months(now.date(), -months), "UTC"), now)
    finally:
        engine.dispose()


def _of_file(file: Path) -> list[Spell]:
    notes: list[str] = []
    spells, faults = read_past_terms(read_table_text(file, notes), notes)
    if faults:
        raise Mistake("\n".join(_refusals(file, faults)))
    for note in notes:
        complain(sentence(f"{file}: {note}"))
    return spells


def _refusals(file: Path, faults: list[RowFault]) -> list[str]:
    shown = [sentence(f"{file}, {fault}") for fault in faults[:MOST_FAULTS]]
    more = len(faults) - len(shown)
    return [*shown, *([f"And {more:,} more: nothing was tested."] if more else [])]


def table_of(found: Backtest) -> Table:
    """A line a band and a factor."""
    table = Table(title=f"Warnings that stand for {found.horizon} days", title_justify="left", box=None, pad_edge=False)
    for head in ("", "warnings", "right", "by chance", "losses", "warned of", "days before", "nine of ten", ""):
        table.add_column(head, justify="right" if head else "left", overflow="fold")
    for band in found.bands:
        table.add_row(plain(band.name), *_cells(band.skill), "too few" if band.skill.small else "")
    for factor in found.factors:
        table.add_row(plain(f"{factor.name} below {factor.below}"), *_cells(factor.skill), verdict(factor))
    return table


def _cells(skill: Skill) -> tuple[str, ...]:
    return (
        f"{skill.warnings:,}",
        _share(skill.precision),
        _share(skill.chance),
        f"{skill.losses:,}",
        _share(skill.recall),
        _days(skill.lead_median),
        _days(skill.lead_p90),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _days(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"
