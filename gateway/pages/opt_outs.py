"""Asks a customer's workflow which categories an address has opted out of."""

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError, RPCStatusCode

from gateway.pages.link_context import LinkProblem, LinkRefused
from lifecycle.domain.enums import Category
from workflows.messages.after_the_end import ended
from workflows.names import id_of

_PAUSE = 0.2


class OptOuts:
    """Queries the workflow for at most `seconds`; a worker must run to answer."""

    def __init__(self, client: Client, seconds: float) -> None:
        self._client = client
        self._seconds = seconds

    async def of(self, customer: str, email: str) -> list[Category]:
        """The categories that the address has opted out of. Raises LinkRefused where there is no such customer or no answer in time."""
        handle = self._client.get_workflow_handle(id_of(customer))
        timeout = timedelta(seconds=self._seconds)
        open_only: QueryRejectCondition | None = QueryRejectCondition.NOT_OPEN
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    try:
                        refused: list[Category] = await handle.query(
                            "refused", email, result_type=list[Category], reject_condition=open_only, rpc_timeout=timeout
                        )
                        return refused
                    except WorkflowQueryRejectedError as over:
                        if over.status is not WorkflowExecutionStatus.CONTINUED_AS_NEW:
                            returned = await ended(self._client, customer)
                            if returned is not None and returned.life is not None:
                                return returned.life.facts.people.refused_by(email)
                            open_only = None
                        await asyncio.sleep(_PAUSE)
                    except WorkflowQueryFailedError:
                        # Between two runs of a chain no run answers for a moment.
                        await asyncio.sleep(_PAUSE)
                    except RPCError as error:
                        if error.status is RPCStatusCode.NOT_FOUND:
                            raise LinkRefused(LinkProblem.BAD) from error
                        await asyncio.sleep(_PAUSE)
        except TimeoutError:
            raise LinkRefused(LinkProblem.UNAVAILABLE) from None
