"""Two builds side by side, with lives on the first of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from runtime.temporal.deployment.draining import PATIENCE, Drained, drain
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow
from tests.workflows.harness.worker_harness import WorkerHarness

GREETING = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 1}
  steps:
    - email: {template: welcome}
    - wait_for: {event: login, timeout: 20d}
    - task: {title: Call, due: 1d}
late:
  at: {day: 30}
  within: 5d
  steps:
    - email: {template: late}
""",
    )
    + stage("growth", "news:\n  at: {day: 1}\n  steps:\n    - email: {template: news}")
)
WELCOME, CALL = "welcome/1/email-welcome", "welcome/1/task"


@asynccontextmanager
async def two_builds(harness: WorkerHarness, lives: list[CustomerWorkflow], count: int = 1) -> AsyncIterator[None]:
    """That many lives begin on build `one`, which is current; then `two` has a worker too, and is promoted."""
    async with harness.working(build="one"):
        lives += [await harness.enrol(a_customer(), GREETING) for _ in range(count)]
        async with harness.working(build="two"):
            await harness.deployment.promote("two")
            yield


async def build_of(life: CustomerWorkflow) -> str:
    found = (await life.handle.describe()).raw_description.workflow_execution_info.versioning_info
    return found.deployment_version.build_id


async def moved(harness: WorkerHarness, patience: timedelta = PATIENCE) -> Drained:
    async with asyncio.timeout(2 * PATIENCE.total_seconds()):
        return await drain(harness.deployment, patience=patience)
