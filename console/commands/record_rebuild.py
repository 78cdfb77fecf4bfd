"""`record rebuild`: makes the record's rows and tasks anew from workflows and ledger. Killed and begun again it goes on where it was."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.database.database import open_database
from activities.ledger.record.writing import RecordWriting
from console.customers.customer_client import CustomerClient, NothingRuns
from console.customers.many_customers import PATIENCE
from console.terminal.output import err, print_json, say
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.explain.record import Recorded
from runtime.environment import connected, settings_from_env
from workflows.names import WORKFLOW, id_of

AT_ONCE = 10
MARK = "record-rebuild"
"""The file in the data folder that says behind which customer a rebuild goes on that did not come to its end."""


async def rebuild_record(*, as_json: bool) -> int:
    """Say how many were made anew; status 1 if somebody could not be asked. Raises Failure and Mistake."""
    settings, client = settings_from_env(), await connected()
    engine = await asyncio.to_thread(open_database, settings.database)
    try:
        record, mark = RecordWriting(engine), settings.home / MARK
        names = await everybody(client, record, begun_before(mark))
        done = await rebuild(client, record, names, mark, show=not as_json and err.is_terminal)
    finally:
        await asyncio.to_thread(engine.dispose)
    if as_json:
        print_json({"made_anew": done.asked, "without_workflow": done.without, "failed": done.failed})
        return Failure.status if done.failed else 0
    say(done.in_words())
    for name, why in sorted(done.failed.items()):
        say(f"{name}: {why}")
    return Failure.status if done.failed else 0


class Done:
    """How many customers' rows and tasks were made anew, of how many the tasks alone, for they have no workflow, and who could not be asked."""

    def __init__(self) -> None:
        self.asked = self.without = 0
        self.failed: dict[str, str] = {}

    def in_words(self) -> str:
        """That, in a sentence."""
        without = f" {self.without:,} have no workflow any more: their rows stay as they were written." if self.without else ""
        failed = f" {len(self.failed):,} could not be asked: give the command again." if self.failed else ""
        return f"The record of {self.asked:,} customer{'s' if self.asked != 1 else ''} is made anew.{without}{failed}"


def begun_before(mark: Path) -> str:
    """Behind which customer a rebuild goes on that did not come to its end; empty where none was begun."""
    return mark.read_text(encoding="utf-8").strip() if mark.exists() else ""


async def everybody(client: Client, record: RecordWriting, after: str = "") -> list[str]:
    """The customers behind that id of whom there is a workflow or something in the ledger, in the order of their ids."""
    prefix = id_of("")
    there = {found.id.removeprefix(prefix) async for found in client.list_workflows(f"WorkflowType = '{WORKFLOW}'")}
    return sorted({name for name in there if name > after} | set(await asyncio.to_thread(record.customers, after)))


async def rebuild(client: Client, record: RecordWriting, names: Sequence[str], mark: Path, *, show: bool) -> Done:
    """Make these customers' rows anew, ten at a time in that order; `mark` says how far it has come."""
    done = Done()
    columns = (TextColumn("making the record anew"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not show) as progress:
        task = progress.add_task("", total=len(names))
        for first in range(0, len(names), AT_ONCE):
            batch = names[first : first + AT_ONCE]
            await asyncio.gather(*(_one(client, record, name, done) for name in batch))
            mark.write_text(batch[-1], encoding="utf-8")
            progress.advance(task, len(batch))
    mark.unlink(missing_ok=True)
    return done


async def _one(client: Client, record: RecordWriting, customer: str, done: Done) -> None:
    recorded: Recorded | None = None
    try:
        recorded = await CustomerClient(client, customer, PATIENCE).recorded()
        done.asked += 1
    except NothingRuns:
        done.without += 1
    except (Failure, Mistake, RPCError) as failure:
        done.failed[customer] = str(failure)
        return
    await asyncio.to_thread(record.make_anew, customer, recorded)
