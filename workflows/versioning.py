"""How a run meets the builds of its deployment: the one module of the workflows that knows this part of the SDK, which is experimental."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from temporalio import workflow
from temporalio.common import VersioningBehavior

Defined = TypeVar("Defined", bound=type)


def on_current_build(name: str) -> Callable[[Defined], Defined]:
    """Define a workflow that is no life: it goes on where the deployment's current build is, so that it keeps no old one up."""
    return workflow.defn(name=name, sandboxed=False, versioning_behavior=VersioningBehavior.AUTO_UPGRADE)


def another_build_is_current() -> bool:
    """Whether the server would send this run to another build than the one it is pinned to. False on a worker without versions.

    As of the present workflow task, and so the same at every replay.
    """
    return workflow.info().is_target_worker_deployment_version_changed()


def continue_on_current_build(state: Any) -> NoReturn:
    """End this run and begin the next with `state`, on the build that is current by then (or ramping, for its share of the lives)."""
    workflow.continue_as_new(state, initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE)
