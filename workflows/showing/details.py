"""Answers the Temporal UI's question about a workflow: its current details as they are by then, and the signals that it takes.

The SDK has those details that were set before, and of signals that one handler takes under any name it knows no names.
"""

from typing import Any, Protocol, runtime_checkable

from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowInteractionDefinition, WorkflowMetadata
from temporalio.worker import HandleQueryInput, Interceptor, WorkflowInboundInterceptor, WorkflowInterceptorClassInput


@runtime_checkable
class HasDetails(Protocol):
    """A workflow that `CurrentDetails` asks for its details."""

    def current_details(self) -> str:
        """In Markdown; empty while there are none."""

    def signals_taken(self) -> dict[str, str]:
        """Each signal by its name, with what it means."""


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
            del answer.definition.signal_definitions[:]
            answer.definition.signal_definitions.extend(
                WorkflowInteractionDefinition(name=name, description=meaning) for name, meaning in life.signals_taken().items()
            )
        return answer
