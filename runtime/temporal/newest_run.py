"""A customer's newest run, as the server describes it."""

from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from workflows.names import id_of


async def newest_run(client: Client, customer: str) -> WorkflowExecutionDescription | None:
    """The newest run of the customer's workflow; None where there is none. Raises RPCError where the server does not answer."""
    try:
        return await client.get_workflow_handle(id_of(customer)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
