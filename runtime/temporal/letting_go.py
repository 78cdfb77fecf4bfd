"""Lets go what a released hold has kept from acting: tier by tier, at a rate. The ledger knows who has been told, so it may be killed and begun again."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.holds import Holds
from lifecycle.domain.errors import Failure
from workflows.messages.messages import LetGo
from workflows.names import LET_GO, id_of

RATE = 20.0
"""Customers a second that are told, at most."""


@dataclass(frozen=True)
class LetGoProgress:
    """Of how many customers, how many have been told."""

    total: int
    told: int


@dataclass(frozen=True)
class Released:
    """How many touches of how many customers are asked for again; of how many more customers there is no life to ask."""

    touches: int
    customers: int
    over: int


async def let_go(
    client: Client,
    holds: Holds,
    released: LetGo,
    *,
    rate: float = RATE,
    report: Callable[[LetGoProgress], None] = lambda progress: None,
) -> Released:
    """Tell every customer of whom a touch waits for that hold, which is released, those of tier A first, at most `rate` a second.

    Each asks again for what it still wants and what may still go. Raises Failure where the server does not take it: begun again it goes on.
    """
    held = await asyncio.to_thread(holds.held, released.hold)
    by_customer = {customer: len(list(touches)) for customer, touches in groupby(held, key=lambda touch: touch.customer)}
    told = over = touches = 0
    following = time.monotonic()
    report(LetGoProgress(len(by_customer), 0))
    for customer, count in by_customer.items():
        await asyncio.sleep(following - time.monotonic())
        following = max(following, time.monotonic()) + 1 / rate
        if await _tell(client, customer, released, told + over, len(by_customer)):
            told, touches = told + 1, touches + count
        else:
            over += 1
        await asyncio.to_thread(holds.forget, released.hold, customer)
        report(LetGoProgress(len(by_customer), told + over))
    return Released(touches, told, over)


async def _tell(client: Client, customer: str, released: LetGo, done: int, total: int) -> bool:
    """Whether there is a life that could be told."""
    try:
        await client.get_workflow_handle(id_of(customer)).signal(LET_GO, released)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise Failure(
            f"{done} of {total} customers have been told that hold {released.hold} is released, and then the Temporal server did not take it "
            f"({error.message}): give the command again, and it goes on."
        ) from error
    return True
