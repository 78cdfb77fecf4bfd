"""`touches`: what the ledger has of a customer's touches, or of those of one outcome."""

import asyncio

from pydantic_core import to_jsonable_python
from rich.table import Table

from activities.ledger.database.database import open_database
from activities.ledger.database.touch_table import TouchRow
from activities.ledger.reports import LedgerReports
from activities.settings import Settings
from console.terminal.output import out, plain, print_json, say
from console.terminal.tables import OUTCOME_STYLE
from lifecycle.domain.enums import Outcome
from runtime.environment import settings_from_env

MOST = 100
"""Touches that are listed where nobody says how many; of the unknown ones all are."""


async def show_touches(customer: str | None, outcome: Outcome | None, limit: int | None, *, as_json: bool) -> None:
    """Print the newest touches, oldest first, with times in UTC. Raises Mistake for a setting, Failure for a database that cannot be read."""
    most = limit or (None if outcome is Outcome.UNKNOWN else MOST)
    rows = await asyncio.to_thread(_touches, settings_from_env(), customer, outcome, most)
    if as_json:
        print_json(to_jsonable_python(rows))
        return
    if rows:
        out.print(_table(rows))
    say(_count(rows, most, outcome))


def _count(rows: list[TouchRow], most: int | None, outcome: Outcome | None) -> str:
    if not rows:
        return "No touches."
    count = f"{len(rows)} touch{'es' if len(rows) != 1 else ''}."
    if most == len(rows):
        count = f"The newest {count} --limit shows more."
    return f"{count} 'starter.py resolve KEY' takes your word on each." if outcome is Outcome.UNKNOWN else count


def _table(rows: list[TouchRow]) -> Table:
    """One line a touch, with its time in UTC: what it is, what became of it, and why."""
    table = Table(box=None, pad_edge=False)
    for head in ("when (UTC)", "key", "touch", "outcome", "why"):
        table.add_column(head, no_wrap=head == "when (UTC)", overflow="fold")
    for row in rows:
        outcome = plain(row.outcome.value, OUTCOME_STYLE.get(row.outcome, "")) if row.outcome is not None else plain("being tried", "dim")
        table.add_row(f"{row.at:%Y-%m-%d %H:%M}", plain(row.key), plain(f"{row.kind} {row.name}"), outcome, plain(row.reason))
    return table


def _touches(settings: Settings, customer: str | None, outcome: Outcome | None, most: int | None) -> list[TouchRow]:
    engine = open_database(settings.database)
    try:
        return LedgerReports(engine).newest(most, customer, outcome)
    finally:
        engine.dispose()
