"""Why a life has not moved to the current build, in words, and what can be done."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowExecutionDescription, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from runtime.temporal.deployment.deployment import Deployment, build_shown, has_been_cut
from workflows.names import NOT_MOVED_BECAUSE, id_of

_QUERY = timedelta(seconds=5)


@dataclass(frozen=True)
class Stayed:
    """A life that has not moved yet, and why. `needs` is the build whose worker it waits for, if it is that."""

    customer: str
    build: str | None
    why: str
    needs: str | None = None


async def why_they_stay(deployment: Deployment, ids: list[str], current: str) -> list[Stayed]:
    """Of each of these workflows why it is not on the current build. Takes some seconds where workers do not answer."""
    described = await asyncio.gather(*(deployment.client.get_workflow_handle(each).describe() for each in ids))
    builds = sorted({build_shown(each) or current for each in described} | {current})
    seen = {each.build for each in await deployment.workers()}
    working = dict(zip(builds, await asyncio.gather(*(_is_working(deployment, build, seen) for build in builds)), strict=True))
    return await asyncio.gather(*(_stayed(deployment, each, current, working) for each in described))


async def _is_working(deployment: Deployment, build: str, seen: set[str | None]) -> bool:
    return build in seen and await deployment.is_working(build)


async def _stayed(deployment: Deployment, life: WorkflowExecutionDescription, current: str, working: dict[str, bool]) -> Stayed:
    customer, build = life.id.removeprefix(id_of("")), build_shown(life)
    attempt = life.raw_description.pending_workflow_task.attempt
    if build is None or has_been_cut(life):
        what = "it is cut, and its next run" if build else "its first run"
        if not working[current]:
            return Stayed(customer, build, f"{what} waits for a worker of build {current}", needs=current)
        if attempt > 1:
            return Stayed(customer, build, f"{what} fails on build {current} (attempt {attempt}): see the workflow in the Temporal UI")
        return Stayed(customer, build, f"{what} is about to begin on build {current}")
    if not working[build]:
        return Stayed(customer, build, f"no worker of build {build} runs", needs=build)
    if attempt > 1:
        return Stayed(customer, build, f"its workflow task fails (attempt {attempt}): see the workflow in the Temporal UI")
    return Stayed(customer, build, await _what_it_says(deployment.client.get_workflow_handle(life.id), build))


async def _what_it_says(handle: WorkflowHandle[Any, Any], build: str) -> str:
    try:
        why: str = await handle.query(NOT_MOVED_BECAUSE, result_type=str, rpc_timeout=_QUERY)
    except WorkflowQueryFailedError:
        return f"build {build} does not know how to move a life"
    except RPCError:
        return "no worker answers for it"
    return why or "it is about to move"
