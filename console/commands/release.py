"""`release`: what a hold has kept from acting is let go, tier by tier and at a rate. Killed and begun again it goes on."""

import asyncio
from datetime import UTC, datetime

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from temporalio.client import Client

from activities.ledger.database.database import open_database
from activities.ledger.holds import Holds
from console.holds import Chosen, checked_name, checked_reason
from console.terminal.output import err, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.holds import Hold
from runtime.environment import connected, settings_from_env
from runtime.process.signals import saying_how_far
from runtime.temporal.letting_go import LetGoProgress, Released, let_go
from workflows.messages.messages import LetGo


async def release_hold(number: int | None, chosen: Chosen, why: str, by: str | None, rate: float, *, as_json: bool) -> None:
    """Release the hold of that number, or the one that holds exactly what is chosen. Raises Mistake, which changes nothing, and Failure."""
    if number is not None and not chosen.nothing:
        raise Mistake("A hold's number says which one: give the number or the options that it was placed with, not both.")
    selection = chosen.selection() if number is None else None
    said = LetGo(hold=number or 0, by=checked_name(by), why=checked_reason(why))
    settings = settings_from_env()
    engine = await asyncio.to_thread(open_database, settings.database)
    try:
        holds = Holds(engine)
        hold = await asyncio.to_thread(holds.find, number) if number is not None else None
        if selection is not None:
            hold = await asyncio.to_thread(holds.of, selection)
        if hold is None:
            which = f"There is no hold {number}" if number is not None else f"No hold holds exactly {selection.words if selection else ''}"
            raise Mistake(f"{which}: 'starter.py hold --list' shows those that stand.")
        # Before anything is changed: a release of which nobody could be told would leave what is held waiting for its end.
        client = await connected()
        new = await asyncio.to_thread(holds.release, hold.number, said.by, said.why, datetime.now(UTC))
        released = await _with_bar(client, holds, said.model_copy(update={"hold": hold.number}), rate, show=not as_json and err.is_terminal)
    finally:
        engine.dispose()
    if as_json:
        answer = {"hold": hold.number, "new": new, "touches": released.touches, "customers": released.customers, "over": released.over}
        print_json(answer)
    else:
        say(_in_words(hold, released, new))


async def _with_bar(client: Client, holds: Holds, said: LetGo, rate: float, *, show: bool) -> Released:
    columns = (TextColumn("letting go"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not show) as progress:
        task = progress.add_task("", total=None)
        so_far = LetGoProgress(0, 0)

        def report(now: LetGoProgress) -> None:
            nonlocal so_far
            so_far = now
            progress.update(task, total=now.total, completed=now.told)

        with saying_how_far(
            lambda: (
                f"Stopped. Hold {said.hold} is released, and {so_far.told:,} of {so_far.total:,} customers have been told: "
                "give the command again, and it goes on."
            )
        ):
            return await let_go(client, holds, said, rate=rate, report=report)


def _in_words(hold: Hold, released: Released, new: bool) -> str:
    words = f"Hold {hold.number} is released" if new else f"Hold {hold.number} was released before"
    if not released.touches and not released.over:
        return f"{words}; nothing {'waited' if new else 'waits'} for it."
    touches = f"{released.touches:,} touch{'es' if released.touches != 1 else ''}"
    customers = f"{released.customers:,} customer{'s' if released.customers != 1 else ''}"
    over = f"; {released.over:,} more customers have no life that could be told" if released.over else ""
    return f"{words}: {touches} of {customers} asked for again, inside {'its' if released.touches == 1 else 'their'} window{over}."
