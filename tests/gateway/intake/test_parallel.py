"""With a worker: the same event from many at once has one effect, and what a life knew it answers for after its end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from temporalio.client import Client

from lifecycle.state.log import EntryKind
from tests.gateway.gateway_harness import BATCH, TOKEN, GatewayHarness, cloud_event
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness

pytestmark = pytest.mark.server

ANSWERING = a_playbook(
    stage(
        "onboarding",
        """
ticket:
  on: ticket.opened
  key: event.ticket
  steps:
    - task: {title: Answer, due: 1d}
""",
    )
)


@pytest.fixture(scope="module")
async def worker(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WorkerHarness]:
    async with a_worker_harness(client, tmp_path_factory.mktemp("worker")) as made:
        yield made


@pytest.fixture
async def life(worker: WorkerHarness) -> CustomerWorkflow:
    """A customer of today, in real time."""
    now = datetime.now(UTC)
    return await worker.enrol(a_customer(start=now.date() - timedelta(days=3)), ANSWERING, now, travel=False)


async def has(life: CustomerWorkflow, count: int, kind: EntryKind) -> None:
    async def so() -> bool:
        return len([entry for entry in await life.timeline() if entry.kind is kind]) >= count

    await until(so)


async def test_the_same_event_from_twenty_connections_at_once_has_one_effect(life: CustomerWorkflow, harness: GatewayHarness) -> None:
    ticket = cloud_event(life.customer.id, "ticket.opened", id="desk-17", data={"ticket": "T1"})
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/cloudevents+json"}

    async def tell() -> int:
        async with httpx.AsyncClient(base_url=harness.url, timeout=30, verify=False) as own:
            return (await own.post("/events", json=ticket, headers=headers)).status_code

    assert await asyncio.gather(*(tell() for _ in range(20))) == [202] * 20
    assert (await harness.post([ticket] * 5, BATCH)).status_code == 202
    # Signals are taken in their order, so that what came before this one has been.
    assert (await harness.post(cloud_event(life.customer.id, "ticket.opened", data={"ticket": "T2"}))).status_code == 202
    await has(life, 2, EntryKind.TOUCH)
    await life.wait_until_idle()
    timeline = await life.timeline()
    assert [(entry.what, entry.why, entry.by) for entry in timeline if entry.kind is EntryKind.EVENT] == [
        ("ticket.opened", "ticket T1", "/product"),
        ("ticket.opened", "ticket T2", "/product"),
    ]
    assert sorted(entry.key.split("/", 2)[2] for entry in timeline if entry.kind is EntryKind.TOUCH) == [
        "ticket/T1.1/task",
        "ticket/T2.2/task",
    ]


async def test_after_the_end_an_event_that_was_known_is_202_and_a_new_one_409(life: CustomerWorkflow, harness: GatewayHarness) -> None:
    gone = cloud_event(life.customer.id, "customer.churned", data={"kind": "natural", "reason": "merged"})
    assert (await harness.post(gone)).status_code == 202
    await life.result()
    assert (await harness.post(gone)).status_code == 202
    late = await harness.post(cloud_event(life.customer.id))
    assert (late.status_code, late.json()["detail"]) == (409, f"The life of {life.customer.id} is over: nothing more can be told.")
    both = await harness.post([gone, cloud_event(life.customer.id, id="new")], BATCH)
    assert (both.status_code, [each["status"] for each in both.json()["events"]]) == (207, [202, 409])


async def test_for_a_life_that_was_ended_by_force_and_may_be_healed_the_answer_is_503(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    await harness.close(customer)
    answer = await harness.post(cloud_event(customer))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
