"""Signals events to customers' workflows, and says what each way of failing means."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError, RPCStatusCode

from gateway.intake.results import ACCEPTED, ID_CONFLICT, Result, Status
from lifecycle.facts.events import Event
from runtime.temporal.healing import ended_by_force
from workflows.messages.after_the_end import ended
from workflows.messages.messages import Tell
from workflows.names import id_of

# The server tells the two apart by its message alone.
_UNKNOWN, _OVER = "not found for ID", "already completed"
NOT_NOW = Result(Status.UNAVAILABLE, "The event can't be taken in now; send it again in a moment.")
NOT_HEALED = Result(
    Status.UNAVAILABLE, "The customer's workflow was ended by force at the Temporal server; send the event again once it is healed."
)
_log = structlog.get_logger(__name__)


def unknown_customer(customer: str) -> Result:
    """The result for an event of a customer that does not exist."""
    return Result(Status.UNKNOWN, f"There is no customer '{customer[:64]}'.", "subject")


class Signals:
    """Sends signals to the customers' workflows of one namespace."""

    def __init__(self, client: Client, timeout: float) -> None:
        """`timeout` is in seconds, for one signal with all of the client's own retries."""
        self._client = client
        self._seconds = timeout
        self._timeout = timedelta(seconds=timeout)

    async def tell(self, customer: str, events: Sequence[Event]) -> list[Result]:
        """Send the events in one signal. Returns a result for each, in their order.

        ACCEPTED: Temporal has stored it. UNAVAILABLE: it may or may not have; sent again under the same id it has one effect.
        """
        handle = self._client.get_workflow_handle(id_of(customer))
        try:
            # The client's own timeout is for each of its tries: while the server is down it would go on for ten seconds.
            async with asyncio.timeout(self._seconds):
                await handle.signal("event", Tell(events=list(events)), rpc_timeout=self._timeout)
        except TimeoutError:
            _log.warning("not told", status="TIMEOUT", customer=customer)
            return [NOT_NOW] * len(events)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and _UNKNOWN in error.message:
                return [unknown_customer(customer)] * len(events)
            if error.status is RPCStatusCode.NOT_FOUND and _OVER in error.message:
                return await self._after_the_end(customer, events)
            _log.warning("not told", status=error.status.name, why=error.message, customer=customer)
            return [NOT_NOW] * len(events)
        return [ACCEPTED] * len(events)

    async def _after_the_end(self, customer: str, events: Sequence[Event]) -> list[Result]:
        """An event that was accepted before the life ended is answered as before; a new one is refused.

        One whose workflow was ended by force may be healed: whoever tells it something is to say it again.
        """
        try:
            async with asyncio.timeout(self._seconds):
                if await ended_by_force(self._client, customer) is not None:
                    _log.warning("not told", status="ENDED_BY_FORCE", customer=customer)
                    return [NOT_HEALED] * len(events)
                known = await self._known(customer, [event.id for event in events])
        except (TimeoutError, RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
            _log.warning("not asked what is known", why=str(error) or "TIMEOUT", customer=customer)
            return [NOT_NOW] * len(events)
        over = Result(Status.CONFLICT, f"The life of {customer} is over: nothing more can be told.")
        results = {True: ACCEPTED, False: ID_CONFLICT, None: over}
        return [results[known[event.id] == event.digest() if event.id in known else None] for event in events]

    async def _known(self, customer: str, ids: list[str]) -> dict[str, str]:
        """The digests of those that the life, which is over, took in."""
        returned = await ended(self._client, customer)
        if returned is not None and returned.life is not None:
            return {each: digest for each in ids if (digest := returned.life.inbox.digest_of(each)) is not None}
        handle = self._client.get_workflow_handle(id_of(customer))
        known: dict[str, str] = await handle.query("known", ids, result_type=dict[str, str], rpc_timeout=self._timeout)
        return known
