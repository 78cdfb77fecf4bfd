"""A worker in a process of its own, so that it can be killed.

`python -m tests.workflows.harness.worker_process ADDRESS QUEUE HOME [setting=value ...]`; with `hasty=1` it gives an attempt less time.
"""

import asyncio
import sys
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import open_activities
from activities.settings import Settings
from runtime.temporal.converter import data_converter
from tests.workflows.harness.workflow_variants import HastyTimeouts, ShortTimeouts


async def work(address: str, task_queue: str, home: str, *told: str) -> None:
    named = dict(one.split("=", 1) for one in told)
    workflow = HastyTimeouts if named.pop("hasty", "") else ShortTimeouts
    settings = Settings.model_validate({"home": Path(home)} | named)
    client = await Client.connect(address, data_converter=data_converter)
    async with (
        open_activities(settings) as activities,
        Worker(
            client,
            task_queue=task_queue,
            workflows=[workflow],
            activities=activities,
            max_cached_workflows=0,  # else the server keeps its customers for it for ten seconds after it is killed
        ),
    ):
        print("ready", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
