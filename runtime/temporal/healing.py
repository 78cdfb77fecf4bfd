"""Takes a life up again whose workflow was ended by force at the Temporal server: its last run is reset to the last task it completed.

What that run had asked for since is asked again, under the same keys, and the ledger answers what was done. Signals that came after
that task are applied again by the server. When the server has nothing more of it, `reviving.py` begins the life anew.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import Mistake
from runtime.temporal.newest_run import newest_run
from workflows.names import id_of

BY_FORCE = {
    WorkflowExecutionStatus.TERMINATED: "terminated",
    WorkflowExecutionStatus.FAILED: "failed",
    WorkflowExecutionStatus.TIMED_OUT: "ended by a time-out",
    WorkflowExecutionStatus.CANCELED: "cancelled",
}
"""How a life's workflow may have ended without its life being over, in words; none of these is how a life ends."""


@dataclass(frozen=True)
class Ending:
    """That a workflow was ended by force: how, and when (UTC)."""

    how: str
    at: datetime | None

    def sentence(self, customer: str) -> str:
        """What is to be said to whoever asks or tells something."""
        when = f" on {self.at:%Y-%m-%d %H:%M} UTC" if self.at is not None else ""
        return (
            f"The workflow of {customer} was {self.how} at the Temporal server{when}: nothing goes out and nothing can be told until "
            f"'starter.py heal {customer}' takes its life up where it stood."
        )


class HistoryGone(Mistake):
    """The server has no workflow of that customer, or no history of it any more."""

    def __init__(self, customer: str) -> None:
        super().__init__(f"There is no workflow of a customer '{customer}': enrol it, with 'starter.py enroll'.")
        self.customer = customer


async def ended_by_force(client: Client, customer: str) -> Ending | None:
    """How the customer's workflow was ended by force; None if it runs, its life is over, or there is none. Raises RPCError."""
    described = await newest_run(client, customer)
    if described is None or described.status not in BY_FORCE:
        return None
    return Ending(BY_FORCE[described.status], described.close_time)


async def heal(client: Client, customer: str, why: str) -> str:
    """Take the life up again; what was done, in a sentence.

    Raises HistoryGone where the server has nothing that could be taken up, Mistake where there is nothing to heal, and RPCError.
    """
    described = await newest_run(client, customer)
    if described is None:
        raise HistoryGone(customer)
    if described.status is WorkflowExecutionStatus.RUNNING:
        raise Mistake(f"The workflow of {customer} runs, so there is nothing to heal: 'starter.py status {customer}' says how it stands.")
    if described.status not in BY_FORCE:
        raise Mistake(f"The life of {customer} is over, and was not ended by force: 'starter.py status {customer}' says how it ended.")
    last = await _last_task(client, customer, described.run_id)
    if last is None:
        raise Mistake(
            f"The last run of {customer} had not begun when it was {BY_FORCE[described.status]}: reset the run before, in the Temporal UI."
        )
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=id_of(customer), run_id=described.run_id),
            reason=why,
            workflow_task_finish_event_id=last,
            request_id=str(uuid4()),
        ),
        retry=True,
    )
    return f"The life of {customer}, whose workflow was {BY_FORCE[described.status]}, goes on where it stood."


async def _last_task(client: Client, customer: str, run: str) -> int | None:
    """The event with which the run's last completed workflow task ended; of a run that completed none, its first task's start."""
    completed = started = None
    try:
        async for event in client.get_workflow_handle(id_of(customer), run_id=run).fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                completed = event.event_id
            elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED and started is None:
                started = event.event_id
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:  # retention has taken it meanwhile
            raise HistoryGone(customer) from error
        raise
    return completed or started
