"""`compare`: whether lives and ledger agree on what was sent, and what is to be done where they do not, as after a restore."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.comparing import Difference, Differs, LedgerMending, LivesKnown, differences
from activities.ledger.database.database import open_database
from activities.ledger.failures import NotNow
from activities.ledger.lives import Lives, RememberLife
from activities.ledger.published.playbook_store import PlaybookStore
from activities.ledger.reports import LedgerReports
from console.customers.asking_many import NOT_ASKED, for_each, nobody_answers
from console.customers.customer_client import CustomerClient
from console.customers.many_customers import LONGEST_LIST, find_customers
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.time.moments import moment_written
from lifecycle.engine.earlier_lives import what_remains
from lifecycle.explain.touches_said import remembered_since, touches_said
from lifecycle.state.life import Lifecycle
from runtime.environment import connected, settings_from_env
from runtime.process.sentences import complain
from runtime.temporal.newest_run import newest_run

PATIENCE = timedelta(seconds=10)

MEND = "'starter.py compare --mend'"


@dataclass
class Compared:
    """What was found: touches on which life and ledger differ, playbooks that are not published, lives that the ledger forgot, customers of whom
    the ledger has something and Temporal has not, and who could not be asked, with the reason of each.
    """

    asked: int = 0
    touches: list[Differs] = field(default_factory=list)
    playbooks: dict[str, list[str]] = field(default_factory=dict)
    lives: dict[str, RememberLife] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    mended: list[Differs] = field(default_factory=list)

    def of(self, difference: Difference) -> list[Differs]:
        """The touches that differ so, in the order of their keys."""
        return sorted((each for each in self.touches if each.difference is difference), key=lambda each: each.touch.key)

    @property
    def left(self) -> bool:
        """Whether something is left to be done: what is only untold, Temporal asks for by itself."""
        open_touches = [each for each in self.touches if each.difference is not Difference.UNTOLD and each not in self.mended]
        return bool(open_touches or self.playbooks or self.lives or self.lost)


async def compare(customer: str | None, stopped: str | None, *, mend: bool, as_json: bool) -> int:
    """Compare one customer, or all, and say where they differ; `mend` tells the ledger what lives know. The status: 1 if something is left.

    `stopped` is until when the installation ran that was lost. Raises Mistake, which changes nothing, and Failure.
    """
    until = _moment(stopped) if stopped is not None else None
    client, settings = await connected(), settings_from_env()
    engine = await asyncio.to_thread(open_database, settings.database)
    try:
        customers = [customer] if customer is not None else await find_customers(client, "ExecutionStatus = 'Running'")
        found = await _compare_all(client, engine, customers, until, show=not as_json)
        if customer is None:
            found.lost = await _lost(client, engine, set(customers))
        if mend:
            found.mended = await asyncio.to_thread(LedgerMending(engine).take_over, found.touches, time.time())
            for told in found.lives.values():
                await asyncio.to_thread(Lives(engine).remember, told)
            found.lives.clear()
    finally:
        engine.dispose()
    (_print_json if as_json else _print)(found)
    return Failure.status if found.left or found.failed else 0


def _moment(stopped: str) -> datetime:
    try:
        moment = moment_written(stopped, "UTC")
    except ValueError:
        raise Mistake(
            f"'{stopped[:60]}' is no moment: write --stopped as '2026-03-01 14:30', in UTC, or with an offset such as +02:00."
        ) from None
    if moment > datetime.now(UTC):
        raise Mistake(f"--stopped {stopped} lies ahead: give the moment until which the installation ran that was lost.")
    return moment


# ---- one customer


async def _compare_all(client: Client, engine: sa.Engine, customers: list[str], stopped: datetime | None, *, show: bool) -> Compared:
    found, store = Compared(), PlaybookStore(engine)

    async def ask(customer: str) -> None:
        if nobody_answers(found.failed, found.asked):
            found.failed[customer] = NOT_ASKED
            return
        try:
            life, differing = await _look_twice(client, engine, customer, stopped)
            forgotten = await _forgotten(client, engine, life)
        except (Failure, Mistake, RPCError) as failure:
            found.failed[customer] = str(failure)
            return
        found.asked += 1
        found.touches += differing
        if forgotten is not None:
            found.lives[customer] = forgotten
        if not await asyncio.to_thread(_is_published, store, life.playbook):
            found.playbooks.setdefault(life.playbook, []).append(customer)

    await for_each(customers, ask, doing="comparing", show=show)
    return found


async def _look_twice(client: Client, engine: sa.Engine, customer: str, stopped: datetime | None) -> tuple[Lifecycle, list[Differs]]:
    """The life, and where it differs from the ledger; what differs for a moment alone, while a touch is being done, is left out."""
    life, differing = await _look(client, engine, customer, stopped)
    if not differing:
        return life, []
    life, again = await _look(client, engine, customer, stopped)
    still = {(each.touch.key, each.difference) for each in differing}
    return life, [each for each in again if (each.touch.key, each.difference) in still]


async def _look(client: Client, engine: sa.Engine, customer: str, stopped: datetime | None) -> tuple[Lifecycle, list[Differs]]:
    # The life first: whatever it knows by then, the ledger knew before.
    life = await CustomerClient(client, customer, PATIENCE, watchful=True).whole()
    rows = await asyncio.to_thread(LedgerReports(engine).of_customer, customer)
    return life, differences(touches_said(life), rows, remembered_since(life), stopped)


async def _forgotten(client: Client, engine: sa.Engine, life: Lifecycle) -> RememberLife | None:
    """What the ledger is to be told of the life for one after it; None where it knows, or the life has only begun."""
    if life.progress.recalls:
        return None
    remains = what_remains(life)
    if not await asyncio.to_thread(LivesKnown(engine).forgot, life.customer.id, remains):
        return None
    described = await newest_run(client, life.customer.id)
    if described is None:
        return None
    first = described.raw_description.workflow_execution_info.first_run_id or described.run_id
    return RememberLife(customer=life.customer.id, life=first, remains=remains)


def _is_published(store: PlaybookStore, ref: str) -> bool:
    try:
        store.get(ref)
    except NotNow:
        return False
    return True


async def _lost(client: Client, engine: sa.Engine, running: set[str]) -> list[str]:
    """Customers with a touch that is younger than closed runs are kept, and no run at the server: their life was lost with a restore."""
    try:
        described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status is RPCStatusCode.PERMISSION_DENIED:  # a key may work in a namespace without describing it
            return []
        raise
    kept = datetime.now(UTC) - described.config.workflow_execution_retention_ttl.ToTimedelta()
    touched = await asyncio.to_thread(LivesKnown(engine).last_touches)
    recent = [name for name, at in touched.items() if name not in running and at is not None and at > kept]
    return sorted([name for name in recent if await newest_run(client, name) is None])


# ---- what is said


_SAYS: dict[Difference, Callable[[int], str]] = {
    Difference.FORGOTTEN: lambda number: (
        f"{_touches(number)} went out by what lives know, or may have, and the ledger does not know it: it is older than they are. {MEND} "
        "writes them down, so that a life that is healed or reset does not send them again."
    ),
    Difference.MAY_HAVE_GONE: lambda number: (
        f"{_touches(number)} {'was' if number == 1 else 'were'} due before the moment of --stopped and may have gone out: nobody knows. {MEND} "
        "with --stopped parks them as unknown: none of them goes out again, and 'starter.py touches --unknown' lists them for your word."
    ),
    Difference.UNTOLD: lambda number: (
        f"{_touches(number)} {'is' if number == 1 else 'are'} settled in the ledger, and the life has yet to hear of it: Temporal is older. "
        "Nothing goes out again: when the life asks, the ledger answers. On one that the life calls unknown, say once more with 'starter.py resolve' "
        "what became of it."
    ),
}


def _print(found: Compared) -> None:
    for difference in (Difference.FORGOTTEN, Difference.MAY_HAVE_GONE, Difference.UNTOLD):
        differing = [each for each in found.of(difference) if each not in found.mended]
        if differing:
            say(_SAYS[difference](len(differing)))
            _list(
                f"{each.touch.key}  {each.touch.kind} {each.touch.name}: the life says {each.touch.said}, the ledger {each.ledger}"
                for each in differing
            )
    for ref, customers in sorted(found.playbooks.items()):
        say(
            f"Playbook {ref}, on which {_customers(sorted(customers))} live, is not published: publish it again, with the files that it was made of, by a "
            "worker's start or 'starter.py enroll --playbook'. Until then their next stage waits."
        )
    if found.lives:
        say(f"The ledger does not know the lives of {_customers(sorted(found.lives))}, or not all of them: {MEND} writes them down.")
    if found.lost:
        say(
            f"Temporal has no life of {_customers(found.lost)}, and the ledger has touches of them: they were enrolled after Temporal's backup. Enrol "
            "them again with what is known of them ('onboarded', 'milestones', 'term'): they are taken for customers who come back."
        )
    if found.mended:
        say(f"Written into the ledger: {_touches(len(found.mended))}, so that none of them goes out again.")
    if not (found.failed or found.left or found.touches):
        say(f"Lives and ledger agree: {found.asked:,} customer{'s' if found.asked != 1 else ''} compared.")
    for name, why in sorted(found.failed.items())[:LONGEST_LIST]:
        complain(f"{name}: {why}")
    if (more := len(found.failed) - LONGEST_LIST) > 0:
        complain(f"So it is with {more:,} more; --json names them all.")


def _list(lines: Iterable[str]) -> None:
    all_lines = list(lines)
    for line in all_lines[:LONGEST_LIST]:
        say(f"  {line}")
    if (more := len(all_lines) - LONGEST_LIST) > 0:
        say(f"  and {more:,} more; --json has them all")


def _print_json(found: Compared) -> None:
    print_json(
        {
            "compared": found.asked,
            "touches": [
                {
                    "difference": each.difference,
                    "key": each.touch.key,
                    "kind": each.touch.kind,
                    "name": each.touch.name,
                    "at": each.touch.at.isoformat(),
                    "life": each.touch.said,
                    "ledger": each.ledger,
                    "mended": each in found.mended,
                }
                for difference in Difference
                for each in found.of(difference)
            ],
            "playbooks": {ref: sorted(customers) for ref, customers in sorted(found.playbooks.items())},
            "lives": sorted(found.lives),
            "lost": found.lost,
            "failed": dict(sorted(found.failed.items())),
        }
    )


def _touches(number: int) -> str:
    return f"{number:,} touch{'es' if number != 1 else ''}"


def _customers(names: list[str]) -> str:
    named = ", ".join(names[:3])
    return named if len(names) <= 3 else f"{named} and {len(names) - 3:,} more"
