"""How a run meets the builds of its deployment: the one module of the workflows that knows this part of the SDK, which is experimental."""

from typing import Any, NoReturn

from temporalio import workflow


def another_build_is_current() -> bool:
    """Whether the server would send this run to another build than the one it is pinned to. False on a worker without versions.

    As of the present workflow task, and so the same at every replay.
    """
    return workflow.info().is_target_worker_deployment_version_changed()


def continue_on_current_build(state: Any) -> NoReturn:
    """End this run and begin the next with `state`, on the build that is current by then (or ramping, for its share of the lives)."""
    workflow.continue_as_new(state, initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE)
