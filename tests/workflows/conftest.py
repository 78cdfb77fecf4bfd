"""For each test a home and a worker of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.workflows.worker_harness import House, a_house


@pytest.fixture
async def house(client: Client, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(client, tmp_path) as made:
        yield made
