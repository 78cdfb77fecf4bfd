"""What the shell costs: customers' lives on a real Temporal server, against bare workflows that sleep and act as often.

Both run on the same server in the same process and in turn, so the ratio holds where single times would not.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import build
from activities.settings import Settings
from bench.comparison import Compared
from bench.figures import Figure
from bench.material import YARDSTICK
from console.files.customers.customers_file import read_customers
from lifecycle.engine import engine
from runtime.playbook_files import load
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.time_travel import TimeTravel
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.showing.search_attributes import ALL

SPAN = timedelta(days=80)
CUSTOMERS, ROUNDS = 4, 3
QUEUE = "bench"

RATIO = "a customer's workflow against a bare one"

COMPARED = [Compared(RATIO, "x", 1.1)]
"""What is compared with another commit: no slower, but for a tenth. It is time on the clock, so only an idle machine's ratio counts."""


@activity.defn
async def nothing(touch: int) -> None:
    """The least that an activity can do."""


@workflow.defn(sandboxed=False)
class Bare:
    """Sleeps and acts as often as a customer's workflow, and decides nothing."""

    @workflow.run
    async def run(self, sleeps: int, acts: int) -> None:
        """As many sleeps over SPAN, and as many activities spread among them."""
        for number in range(sleeps):
            await workflow.sleep(SPAN / (sleeps + 1))
            if number < acts:
                await workflow.execute_activity(nothing, number, start_to_close_timeout=timedelta(seconds=10))
        await workflow.wait_condition(lambda: False)


async def figures() -> list[Figure]:
    """Eighty days of onboarding, four customers at once, three times; then bare workflows with the same timers and activities."""
    with tempfile.TemporaryDirectory() as home:
        activities = await asyncio.to_thread(build, Settings(home=Path(home)))
        playbook, templates = load(YARDSTICK.playbook)
        activities.playbooks.publish(playbook, templates)
        async with await DevServer.start(None, search_attributes=ALL) as server:
            client = await Client.connect(server.address, data_converter=data_converter)
            acts: list[Any] = [*activities.all, nothing]
            async with Worker(client, task_queue=QUEUE, workflows=[CustomerLifecycle, Bare], activities=acts):
                ratios, events = [], 0
                for number in range(ROUNDS):
                    ours, timers, touches, events = await _customers(client, playbook.ref, number)
                    bare = await _bare(client, number, timers, touches)
                    ratios.append(ours / bare)
        await activities.close()
    return [
        Figure(RATIO, median(ratios), "x"),
        Figure("history of eighty days of onboarding", events, "events"),
    ]


async def _customers(client: Client, ref: str, number: int) -> tuple[float, int, int, int]:
    rows, _ = read_customers(YARDSTICK.customers.read_text(), load(YARDSTICK.playbook)[0])
    start = (datetime.now(UTC) + timedelta(days=2)).date()
    ids = []
    for index in range(CUSTOMERS):
        customer = rows[index].customer.model_copy(deep=True)
        customer.id = f"bench-{number}-{index}"
        customer.contract = customer.contract.model_copy(update={"start": start, "end": start + timedelta(days=365)})
        life = engine.begin(customer, ref, datetime.now(UTC))
        await client.start_workflow(CustomerLifecycle.run, life, id=f"customer/{customer.id}", task_queue=QUEUE)
        ids.append(f"customer/{customer.id}")
    seconds = await _travel(client, ids)
    history = await client.get_workflow_handle(ids[0]).fetch_history()
    kinds = [event.WhichOneof("attributes") or "" for event in history.events]
    timers = sum(kind.startswith("timer_started") for kind in kinds)
    touches = sum(kind.startswith("activity_task_scheduled") for kind in kinds)
    return seconds, timers, touches, len(kinds)


async def _bare(client: Client, number: int, timers: int, touches: int) -> float:
    ids = [f"bare-{number}-{index}" for index in range(CUSTOMERS)]
    for each in ids:
        await client.start_workflow(Bare.run, args=[timers, touches], id=each, task_queue=QUEUE)
    return await _travel(client, ids)


async def _travel(client: Client, ids: list[str]) -> float:
    travel = TimeTravel(client)
    began = time.perf_counter()
    await asyncio.gather(*(travel.fast_forward(each, SPAN) for each in ids))
    return time.perf_counter() - began
