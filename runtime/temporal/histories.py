"""The runs of a customer's workflow at the Temporal server, and the deletion of their histories."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import Failure
from runtime.temporal.newest_run import newest_run
from workflows.names import id_of

PATIENCE = 20.0
"""Seconds that are waited for the server to do what it has accepted."""

DELETED_WITHIN = 120.0
"""Seconds that are waited for deleted runs to be gone: a server looks every half a minute, if its settings say nothing else."""

_PAUSE = 0.1


@dataclass(frozen=True)
class Runs:
    """The runs of one workflow id: the `open` one, if there is one, and the closed ones, in no order."""

    open: str | None
    closed: list[str]


async def runs_of(client: Client, customer: str) -> Runs:
    """The runs that the server still has of the customer: those that it lists, which it does late, and those from which the newest goes on.

    Raises RPCError.
    """
    name = id_of(customer)
    listed = {found.run_id async for found in client.list_workflows(f"WorkflowId = '{name}'")}
    newest = await newest_run(client, customer)
    if newest is None:
        return Runs(None, [run for run in sorted(listed) if await _is_there(client, name, run)])
    run: str | None = newest.run_id
    while run and (run not in listed or run == newest.run_id):
        listed.add(run)
        run = await _before(client, name, run)
    open_run = newest.run_id if newest.status is WorkflowExecutionStatus.RUNNING else None
    return Runs(open_run, [run for run in sorted(listed - {open_run}) if await _is_there(client, name, run)])


async def delete_runs(client: Client, customer: str, runs: list[str]) -> None:
    """Ask the server to delete these closed runs with their histories; it does so in its own time (`wait_until_gone`). Raises RPCError."""
    for run in runs:
        request = DeleteWorkflowExecutionRequest(
            namespace=client.namespace, workflow_execution=WorkflowExecution(workflow_id=id_of(customer), run_id=run)
        )
        try:
            await client.workflow_service.delete_workflow_execution(request, retry=True)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


async def wait_until_gone(client: Client, runs: Mapping[str, Sequence[str]]) -> list[str]:
    """Wait for what `delete_runs` has asked for, by customer, for DELETED_WITHIN at most; the customers of whom there is something left.

    Raises RPCError.
    """
    until = time.monotonic() + DELETED_WITHIN
    left = []
    for customer, theirs in runs.items():
        for run in theirs:
            while (is_there := await _is_there(client, id_of(customer), run)) and time.monotonic() < until:
                await asyncio.sleep(_PAUSE)
            if is_there:
                left.append(customer)
                break
    return left


async def wait_for_another_run(client: Client, customer: str, run: str | None) -> None:
    """Wait until that run is over: another goes on, or the life is over. Raises Failure after PATIENCE and that of touches in flight."""
    until = time.monotonic() + PATIENCE
    while (
        (newest := await newest_run(client, customer)) is not None
        and newest.run_id == run
        and newest.status is WorkflowExecutionStatus.RUNNING
    ):
        if time.monotonic() > until:
            raise Failure(
                f"{customer} still has something in flight, and its history stays until that has settled: give the command again to go on."
            )
        await asyncio.sleep(_PAUSE)


async def open_run(client: Client, customer: str) -> str | None:
    """The run that goes on, if there is one."""
    newest = await newest_run(client, customer)
    return newest.run_id if newest is not None and newest.status is WorkflowExecutionStatus.RUNNING else None


async def _is_there(client: Client, name: str, run: str) -> bool:
    try:
        await client.get_workflow_handle(name, run_id=run).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def _before(client: Client, name: str, run: str) -> str:
    """The run from which that one goes on; empty where it is the first, or its history is gone."""
    try:
        async for event in client.get_workflow_handle(name, run_id=run).fetch_history_events(page_size=1):
            return event.workflow_execution_started_event_attributes.continued_execution_run_id
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return ""
