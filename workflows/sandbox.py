"""The workflow sandbox as our workers set it up, and the pure code that runs outside it.

What is pure is passed through and not imported anew for every customer: a sandboxed copy of pydantic and the
holidays of every country would cost each cached workflow its own megabytes, and each run half a second.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from temporalio import workflow
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

HELPERS = ("messages", "names", "performing", "resolving", "sandbox", "search_attributes", "showing", "timer", "versioning")
"""Modules of ours that keep nothing between two workflows: to import them anew for each would cost it some milliseconds."""

PASSED_THROUGH = (
    *(f"workflows.{name}" for name in HELPERS),
    "lifecycle",
    "activities",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "holidays",
    "dateutil",
    "cel",
    "tzdata",
    "email_validator",
    "idna",
)

P = ParamSpec("P")
R = TypeVar("R")


class _Runner(SandboxedWorkflowRunner):
    """The SDK's sandbox, for payloads that are converted alike whatever they belong to.

    Several times a payload the SDK asks the workflow which context to convert it in, each time by compiling code inside
    the sandbox: a fifth of a worker's time, for an answer that the pydantic converter has no use for.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A sandboxed instance that answers that question itself."""
        instance = super().create_instance(det)
        setattr(instance, "get_serialization_context", _no_context)  # noqa: B010  mypy knows methods as constants
        return instance


def _no_context(command: object) -> None:
    return None


def sandboxed() -> SandboxedWorkflowRunner:
    """The runner for `Worker(workflow_runner=...)`, and for replays."""
    return _Runner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def pure(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, free to read the pinned packages' zone rules and holidays, which lie in files.

    Only for `lifecycle`: import-linter holds it free of clocks, chance and the world, so the sandbox has nothing to catch there.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with workflow.unsafe.sandbox_unrestricted():
            return function(*args, **kwargs)

    return call
