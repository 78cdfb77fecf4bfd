"""Moving one workflow's clock forward on a dev server. The only module that knows of the experimental time skipping.

Virtual time belongs to a workflow, follows it through continue-as-new and outlives the server. While an activity runs it
goes no faster than the wall clock; activity retry waits are skipped like timers. After a skip it runs on, so a workflow
sees a timer's instant some milliseconds late, never early.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from runtime.temporal.errors import TimeTravelFailed

# The default of 200 stops skipping without a word.
_MOST_SKIPS = 100_000
_PATIENCE = timedelta(seconds=10)
_PAUSE = 0.02
# A skip whose target is a timer's own instant may miss it and run on to the timer after; nothing of ours is due at half seconds.
_PAST = timedelta(milliseconds=500)
_ABOUT_TO = timedelta(milliseconds=5)
# A timer older than so many events is one that sleeps: it is not about to fire in the moment after a skip.
_RECENT = 24

# What may be answered in the moment between two runs of a chain, or while the server starts again.
_PASSING = {
    RPCStatusCode.NOT_FOUND,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.INTERNAL,
}

# What a server answers that has no time skipping, or has it switched off.
_NOT_HERE = {RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.INVALID_ARGUMENT}


class TimeTravel:
    """Moves the virtual clocks of the workflows of one namespace, also of those started without time skipping.

    Many workflows may be moved at once; one workflow by one caller at a time.
    """

    def __init__(self, client: Client) -> None:
        """Work through `client`, which stays as it is."""
        self._client = client
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(max_session_skip_count=_MOST_SKIPS))

    async def fast_forward(self, workflow_id: str, duration: timedelta) -> bool:
        """Move the workflow's clock on by `duration`, all that falls due on the way being done.

        True when the time is reached, False when the workflow ended before or was over. Raises TimeTravelFailed for a
        workflow that is not there, a server without time skipping, or another caller moving the same clock.
        """
        now = await self.now(workflow_id)
        return now is not None and await self.to(workflow_id, now + duration)

    async def to(self, workflow_id: str, instant: datetime) -> bool:
        """Move the workflow's clock on to `instant` (with a zone), or half a second past it; a time that is past is reached already.

        Answers and raises as `fast_forward` does.
        """
        patience = _Patience()
        while True:
            now = await self.now(workflow_id)
            if now is None:
                return False
            if now >= instant:
                return True
            if await self._timer_overdue(workflow_id, now):
                await patience.wait(None)
                continue
            try:
                if await self._skipper.fast_forward(self._handle(workflow_id), instant - now + _PAST):
                    return True
                # It ended, or so it looked between two runs.
                if await self.now(workflow_id) is None:
                    return False
                await patience.wait(None)
            except RuntimeError as error:
                raise TimeTravelFailed(
                    f"The clock of workflow '{workflow_id}' was moved by someone else at the same time: try again."
                ) from error
            except RPCError as error:
                if error.status in _NOT_HERE:
                    raise TimeTravelFailed(
                        f"The Temporal server of namespace '{self._client.namespace}' does not allow time travel ({error.message}): "
                        "use the dev server of 'make dev' or 'make demo'."
                    ) from error
                await patience.wait(error)

    async def now(self, workflow_id: str) -> datetime | None:
        """What the workflow's own clock shows, in UTC; None when it is over. Raises TimeTravelFailed when there is no such workflow."""
        patience = _Patience()
        while True:
            try:
                description = await self._handle(workflow_id).describe()
            except RPCError as error:
                if error.status == RPCStatusCode.NOT_FOUND and "not found for ID" in error.message:
                    raise TimeTravelFailed(f"There is no workflow '{workflow_id}' in namespace '{self._client.namespace}'.") from error
                await patience.wait(error)
                continue
            if description.status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW):
                return None
            extended = description.raw_description.workflow_extended_info
            if not extended.HasField("time_skipping_info"):
                return datetime.now(UTC)
            return extended.time_skipping_info.current_time.ToDatetime(tzinfo=UTC)

    async def _timer_overdue(self, workflow_id: str, now: datetime) -> bool:
        """Whether a timer is about to fire. A skip that begins in that moment would jump over it, to its own far end."""
        recent = await self._client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=self._client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id),
                maximum_page_size=_RECENT,
            ),
            retry=True,
        )
        over: set[int] = set()
        for event in recent.history.events:
            over |= {event.timer_fired_event_attributes.started_event_id, event.timer_canceled_event_attributes.started_event_id}
            if event.HasField("timer_started_event_attributes") and event.event_id not in over:
                waits = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                if event.event_time.ToDatetime(tzinfo=UTC) + waits <= now + _ABOUT_TO:
                    return True
        return False

    def _handle(self, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id)  # no run id: follows the chain


class _Patience:
    """Short pauses until ten seconds have gone by without success; then the fault itself."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _PATIENCE.total_seconds()

    async def wait(self, fault: RPCError | None) -> None:
        if time.monotonic() > self._until or (fault is not None and fault.status not in _PASSING):
            raise TimeTravelFailed(
                f"The clock could not be moved: {fault.message if fault else 'the workflow neither runs nor is over'}."
            ) from fault
        await asyncio.sleep(_PAUSE)
