"""The workflow sandbox as our workers set it up, and the pure code that runs outside it.

What is pure is passed through and not imported anew for every customer: a sandboxed copy of pydantic and the
holidays of every country would cost each cached workflow its own megabytes, and each run half a second.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from temporalio import workflow
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("lifecycle", "activities", "pydantic", "pydantic_core", "annotated_types", "holidays", "dateutil", "cel", "tzdata")

P = ParamSpec("P")
R = TypeVar("R")


def sandboxed() -> SandboxedWorkflowRunner:
    """The runner for `Worker(workflow_runner=...)`, and for replays."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def pure(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, free to read the pinned packages' zone rules and holidays, which lie in files.

    Only for `lifecycle`: import-linter holds it free of clocks, chance and the world, so the sandbox has nothing to catch there.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with workflow.unsafe.sandbox_unrestricted():
            return function(*args, **kwargs)

    return call
