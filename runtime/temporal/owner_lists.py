"""Has the lists of what customers have missed made: a workflow each, begun once whatever is asked twice."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from lifecycle.domain.touch import Touch
from workflows.names import OWNER_LIST, TASK_QUEUE, id_of


async def begin_list(client: Client, touch: Touch, task_queue: str = TASK_QUEUE) -> bool:
    """Have the list made; False where one of its name was asked for before."""
    try:
        await client.start_workflow(
            OWNER_LIST,
            touch,
            id=id_of(touch.customer),
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=f"what {touch.values['customer']['name']} missed by a late start",
        )
    except WorkflowAlreadyStartedError:
        return False
    return True
