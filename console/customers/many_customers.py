"""One command to many customers, chosen by Temporal's list language: with progress, at a rate, and a count at the end."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from console.customers.asking_many import NOT_ASKED, for_each, nobody_answers
from console.customers.customer_client import CustomerClient
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Failure, Mistake
from runtime.process.sentences import complain
from workflows.names import WORKFLOW, id_of

RATE = 20.0
"""Customers a second that are asked, at most."""

PATIENCE = timedelta(seconds=10)
LONGEST_LIST = 20
Act = Callable[[CustomerClient], Awaitable[str]]


@dataclass
class Told:
    """What became of a command to many: who took it, who had it so already, and who could not be reached, with the reason of each."""

    done: list[str] = field(default_factory=list)
    already: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def only_one(customer: str | None, query: str | None) -> None:
    """Raises Mistake unless either a customer or a query is given."""
    if (customer is None) == (query is None):
        raise Mistake(
            'Say who: one customer by its id, or many by --query, such as --query \'Stage="growth" AND Tier="B"\'; not both, and not neither.'
        )
    if query is not None and not query.strip():
        raise Mistake("An empty query would mean everybody: say --query 'Paused = false' or the like, if they are meant.")


async def find_customers(client: Client, query: str) -> list[str]:
    """The customers whose life runs and whom the query finds, ordered by id. Raises Mistake for a query that the server does not read."""
    whole = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Running' AND ({query})"
    prefix = id_of("")
    try:
        return sorted([found.id.removeprefix(prefix) async for found in client.list_workflows(whole)])
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise Mistake(
                f"The query does not read ({error.message}): write it as Temporal lists do, such as 'Stage=\"growth\"'."
            ) from error
        raise


async def tell_many(client: Client, customers: Sequence[str], act: Act, rate: float, *, doing: str, show: bool) -> Told:
    """Have each of them do it, at most `rate` a second. Who refuses has it so already, or is over."""
    told, next_start = Told(), time.monotonic()

    async def tell(name: str) -> None:
        nonlocal next_start
        if nobody_answers(told.failed, told.done or told.already):
            told.failed[name] = NOT_ASKED
            return
        now = time.monotonic()
        start = max(next_start, now)
        next_start = start + 1 / rate
        await asyncio.sleep(start - now)
        try:
            await act(CustomerClient(client, name, PATIENCE))
            told.done.append(name)
        except Mistake as refusal:
            told.already[name] = str(refusal)
        except (Failure, RPCError) as failure:
            told.failed[name] = str(failure)

    await for_each(customers, tell, doing=doing, show=show)
    return told


def report(told: Told, *, done: str, query: str, as_json: bool) -> int:
    """Say how many, and name those who could not be reached; the status is 1 if there is any of these."""
    if as_json:
        print_json({"query": query, done: sorted(told.done), "refused": _ordered(told.already), "failed": _ordered(told.failed)})
    else:
        say(f"{_customers(len(told.done))} {done}.")
        if told.already:
            say(f"{_customers(len(told.already))} left as they were: {_first(told.already)}")
    for name, why in list(_ordered(told.failed).items())[:LONGEST_LIST]:
        complain(f"{name}: {why}")
    if (more := len(told.failed) - LONGEST_LIST) > 0:
        complain(f"So it is with {more:,} more; --json names them all.")
    if told.failed:
        complain(
            f"{_customers(len(told.failed))} could not be reached: give the command again for them; who has taken it is left as it is."
        )
    return Failure.status if told.failed else 0


def _ordered(reasons: dict[str, str]) -> dict[str, str]:
    return dict(sorted(reasons.items()))


def _first(reasons: dict[str, str]) -> str:
    name = min(reasons)
    return reasons[name] if len(reasons) == 1 else f"{reasons[name]} And so on; --json names them all."


def _customers(number: int) -> str:
    return f"{number:,} customer{'s' if number != 1 else ''}"
