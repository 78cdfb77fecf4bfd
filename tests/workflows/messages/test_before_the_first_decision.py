"""What is asked of a life that has not decided yet: it is enrolled, and its first workflow task is still to come."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError

from lifecycle.state.log import EntryKind
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, refusal, until
from tests.workflows.harness.worker_harness import a_worker_harness
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import RunNow

LATER = a_playbook(
    stage(
        "onboarding",
        "told: {at: {day: 20}, steps: [{email: {template: welcome}}]}\nsignalled: {at: {day: 30}, steps: [{email: {template: welcome}}]}",
    )
    + stage("win_back")
)


async def lines(life: CustomerWorkflow) -> dict[str, str]:
    """What operators did to which play, and who."""
    return {entry.what: entry.by for entry in await life.timeline() if entry.kind is EntryKind.OPERATOR}


async def test_a_play_is_taken_forward_whether_it_is_told_or_signalled(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, workflow=None) as harness:
        now = datetime.now(UTC)
        customer = a_customer(start=now.date() + timedelta(days=30))
        life = await harness.enrol(customer, LATER, now, travel=False)
        await life.handle.signal("run_now", "signalled")
        told = asyncio.create_task(life.handle.execute_update(CustomerLifecycle.run_now, RunNow(play="told", by="Kim Lee")))
        unknown = asyncio.create_task(life.handle.execute_update(CustomerLifecycle.run_now, RunNow(play="nothing", by="Kim Lee")))
        async with harness.working():
            assert (await told).endswith(", starts now")
            with pytest.raises(WorkflowUpdateFailedError) as refused:
                await unknown
            assert "which has no play 'nothing'" in refusal(refused.value)

            async def both_have_a_line() -> bool:
                return len(await lines(life)) >= 2

            await until(both_have_a_line)
            assert await lines(life) == {"run now: told": "Kim Lee", "run now: signalled": ""}
