"""A worker over a home of its own, and the customers whom it serves, each on a virtual clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import Activities, build
from activities.settings import Settings
from activities.transports.outbox import sent_twice
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.calendar import preload
from lifecycle.engine import engine
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.formats import FORMAT, READABLE
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.routing import Formats
from runtime.temporal.time_travel import TimeTravel
from tests.workflows.harness.building import moment
from tests.workflows.harness.customer_workflow import CustomerWorkflow
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.probe import WorkerProbe
from workflows.showing.details import CurrentDetails


class WorkerHarness:
    """A home with its ledger and outbox, and a worker on a task queue of its own."""

    def __init__(self, client: Client, settings: Settings, activities: Activities) -> None:
        self.client = client
        self.settings = settings
        self.activities = activities
        self.travel = TimeTravel(client)
        self.task_queue = f"queue-{uuid4()}"
        self.deployment = Deployment(client, self.task_queue, f"builds-{uuid4().hex[:8]}")

    async def enrol(
        self, customer: Customer, playbook: tuple[Playbook, dict[str, str]], at: str | datetime | None = None, *, travel: bool = True
    ) -> CustomerWorkflow:
        """Begin the customer's life at that local time, by default 08:00 of the contract's first day, and live until then.

        The customer gets an id that nobody else has.
        """
        self.activities.playbooks.publish(*playbook)
        customer = customer.model_copy(update={"id": f"{customer.id}-{uuid4().hex[:8]}"}, deep=True)
        told = at or f"{customer.contract.start} 08:00"
        enrolled = moment(told, customer.timezone) if isinstance(told, str) else told
        life = engine.begin(customer, playbook[0].ref, enrolled, playbook[0].lengths)
        handle = await self.client.start_workflow(
            CustomerLifecycle.run, life, id=f"customer/{customer.id}", task_queue=self.task_queue, static_summary=customer.name
        )
        assert handle.first_execution_run_id is not None
        lived = CustomerWorkflow(self.client, self.travel, customer, playbook[0], enrolled, handle.first_execution_run_id)
        if travel:
            await lived.travel_to(enrolled)
            await lived.wait_until_idle()
        return lived

    @asynccontextmanager
    async def working(self, workflow: type = CustomerLifecycle, build: str | None = None) -> AsyncIterator[None]:
        """A worker, for as long as this lasts; one of that build, if one is named, which is current if it is the first."""
        preload()  # as the worker process does: a workflow task that imports for two seconds counts as deadlocked
        async with Worker(
            self.client,
            task_queue=self.task_queue,
            workflows=[workflow, WorkerProbe],
            activities=self.activities.all,
            interceptors=[CurrentDetails()],
            deployment_config=self.deployment.worker_config(build) if build else None,
        ):
            if build:
                await self.deployment.announce(build, Formats(FORMAT, READABLE))
                await self.deployment.make_first(build)
            yield

    @property
    def sent_twice(self) -> tuple[int, int]:
        """What the ledger and the outbox have twice."""
        return self.activities.ledger.sent_twice(), sent_twice(self.settings.outbox)


@asynccontextmanager
async def a_worker_harness(
    client: Client, home: Path, workflow: type | None = CustomerLifecycle, **settings: Any
) -> AsyncIterator[WorkerHarness]:
    """A harness at that home, with a worker unless `workflow` is None."""
    chosen = Settings(home=home, **settings)
    activities = await asyncio.to_thread(build, chosen)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(activities.close)
        harness = WorkerHarness(client, chosen, activities)
        if workflow is not None:
            await stack.enter_async_context(harness.working(workflow))
        yield harness
