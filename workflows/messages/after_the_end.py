"""What a life that is over still answers: from what its workflow returned, without a worker of the build that it ended on."""

from temporalio.client import Client, WorkflowFailureError

from workflows.messages.messages import Ended
from workflows.names import id_of


async def ended(client: Client, customer: str) -> Ended | None:
    """What the customer's workflow, which is over, returned; None where that does not read, or it was ended by force.

    Raises RPCError where the server does not answer.
    """
    try:
        returned: Ended = await client.get_workflow_handle(id_of(customer), result_type=Ended).result()
    except (WorkflowFailureError, ValueError, RuntimeError):  # a state of a later build, for one, does not read
        return None
    return returned
