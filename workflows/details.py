"""Puts the current details of a workflow into the answer to the Temporal UI's question, where the SDK has those that were set before."""

from typing import Any, Protocol, runtime_checkable

from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.worker import HandleQueryInput, Interceptor, WorkflowInboundInterceptor, WorkflowInterceptorClassInput


@runtime_checkable
class HasDetails(Protocol):
    """A workflow that `CurrentDetails` asks for its details."""

    def current_details(self) -> str:
        """In Markdown; empty while there are none."""


class CurrentDetails(Interceptor):
    """A worker's interceptor: the UI's question for a workflow's metadata is answered with the details as they are by then."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """Answer within the workflow."""
        return _WithDetails


class _WithDetails(WorkflowInboundInterceptor):
    async def handle_query(self, input: HandleQueryInput) -> Any:
        answer = await super().handle_query(input)
        if isinstance(answer, WorkflowMetadata) and isinstance(life := workflow.instance(), HasDetails):
            answer.current_details = life.current_details()
        return answer
