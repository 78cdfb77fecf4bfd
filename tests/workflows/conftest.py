"""For each test a home and a worker of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness


@pytest.fixture
async def harness(client: Client, tmp_path: Path) -> AsyncIterator[WorkerHarness]:
    async with a_worker_harness(client, tmp_path) as made:
        yield made
