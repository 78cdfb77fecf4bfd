"""Whose a log line is: the customer, stage and touch that a workflow or an activity logs about."""

from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger
from temporalio import activity, workflow
from temporalio.converter import PayloadConverter
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from lifecycle.domain.touch import Touch
from workflows.names import id_of
from workflows.showing.search_attributes import STAGE

_STAGE_HEADER = "evergreen-stage"
_CUSTOMER = id_of("")


class LogContext(Interceptor):
    """A worker's interceptor: all that an activity logs carries its customer, stage and touch."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Bind around each attempt."""
        return _BindTouch(next)

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """Send the stage along with each activity: nothing else tells an activity."""
        return _SendStageInbound


class _BindTouch(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        named: dict[str, str] = {}
        if (stage := input.headers.get(_STAGE_HEADER)) is not None:
            named["stage"] = PayloadConverter.default.from_payload(stage, str)
        if touch := next((value for value in input.args if isinstance(value, Touch)), None):
            named |= {"customer": touch.customer, "touch": touch.key}
        with structlog.contextvars.bound_contextvars(**named):
            return await super().execute_activity(input)


class _SendStageInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_SendStageOutbound(outbound))


class _SendStageOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        if (stage := workflow.info().typed_search_attributes.get(STAGE)) is not None:
            input.headers = {**input.headers, _STAGE_HEADER: PayloadConverter.default.to_payload(stage)}
        return super().start_activity(input)


def add_context(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the workflow and its customer and stage, and the activity and its attempt; what the caller bound goes before."""
    if workflow.in_workflow():
        running = workflow.info()
        workflow_id = running.workflow_id
        if (stage := running.typed_search_attributes.get(STAGE)) is not None:
            event.setdefault("stage", stage)
    elif activity.in_activity():
        doing = activity.info()
        event.setdefault("activity", doing.activity_type)
        event.setdefault("attempt", doing.attempt)
        workflow_id = doing.workflow_id or ""
    else:
        return event
    event.setdefault("workflow", workflow_id)
    if workflow_id.startswith(_CUSTOMER):
        event.setdefault("customer", workflow_id.removeprefix(_CUSTOMER))
    return event
