"""`hold`: the stop button. Nothing that is chosen acts from the moment on at which the command has answered, whichever worker tries."""

import asyncio
import time
from datetime import UTC, datetime

import sqlalchemy as sa
from rich.table import Table

from activities.ledger.database.database import open_database
from activities.ledger.holds import Holds
from activities.settings import Settings
from console.holds import Chosen, check_names, checked_name, checked_reason
from console.terminal.output import out, plain, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.holds import Hold, Selection
from runtime.environment import settings_from_env

PATIENCE = 10.0
"""Seconds that are waited for what was being done already when the hold came."""

_PAUSE = 0.1


async def hold_touches(chosen: Chosen, why: str, by: str | None, *, as_json: bool) -> None:
    """Hold what is chosen, and say whether anything of it is still being done. Raises Mistake, which changes nothing."""
    selection, reason = chosen.selection(), checked_reason(why)
    if not reason:
        raise Mistake('Say why with --why "...": it stands in the timeline of every customer whom it holds up.')
    name = checked_name(by)
    hold, new, acting = await asyncio.to_thread(_place, settings_from_env(), selection, reason, name)
    if as_json:
        print_json(_as_json(hold) | {"new": new, "still_acting": acting})
        return
    if not new:
        say(f"That is held already, by hold {hold.number}: {hold.held_by.words}.")
    else:
        say(f"Hold {hold.number} holds {hold.selection.words}: {hold.held_by.words}. Nothing of it acts any more.")
    if acting:
        were = "1 touch was" if acting == 1 else f"{acting} touches were"
        say(f"{were} being done before it came, and may still be: 'starter.py touches' shows what became of them.")


async def show_holds(*, as_json: bool) -> None:
    """Print the holds that stand, and how many touches wait for each. Raises Failure."""
    holds, waiting = await asyncio.to_thread(_standing, settings_from_env())
    if as_json:
        print_json([_as_json(hold) | {"waiting": waiting.get(hold.number, 0)} for hold in holds])
        return
    if holds:
        out.print(_table(holds, waiting))
    say(f"{len(holds)} hold{'s' if len(holds) != 1 else ''}." if holds else "Nothing is held.")


def _place(settings: Settings, selection: Selection, why: str, by: str) -> tuple[Hold, bool, int]:
    engine = open_database(settings.database)
    try:
        check_names(engine, selection)
        holds = Holds(engine)
        hold, new = holds.place(selection, by, why, datetime.now(UTC))
        return hold, new, _until_over(holds, selection)
    finally:
        engine.dispose()


def _until_over(holds: Holds, selection: Selection) -> int:
    """Wait for what was marked as acting before the hold; answers how many such touches are still being done."""
    until = time.monotonic() + PATIENCE
    while (acting := holds.count_acting(selection, time.time())) and time.monotonic() < until:
        time.sleep(_PAUSE)
    return acting


def _standing(settings: Settings) -> tuple[list[Hold], dict[int, int]]:
    engine: sa.Engine = open_database(settings.database)
    try:
        holds = Holds(engine)
        waiting = holds.count_held()
        released = [hold for number in sorted(waiting) if (hold := holds.find(number)) is not None and hold.until is not None]
        return [*released, *holds.standing()], waiting
    finally:
        engine.dispose()


def _as_json(hold: Hold) -> dict[str, object]:
    return hold.model_dump(mode="json")


def _table(holds: list[Hold], waiting: dict[int, int]) -> Table:
    """One line a hold, with its time in UTC; one that is released and has touches waiting still is being let go."""
    table = Table(box=None, pad_edge=False)
    for head in ("hold", "since (UTC)", "holds", "by", "why", "waiting"):
        table.add_column(head, no_wrap=head == "since (UTC)", overflow="fold", justify="right" if head in ("hold", "waiting") else "left")
    for hold in holds:
        words = hold.selection.words + ("" if hold.until is None else " (released; not everybody has been told)")
        count = f"{waiting.get(hold.number, 0):,}"
        table.add_row(str(hold.number), f"{hold.since:%Y-%m-%d %H:%M}", plain(words), plain(hold.by), plain(hold.why), count)
    return table
