"""For each test a gateway of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.gateway.gateway_harness import Porch, a_porch


@pytest.fixture
async def porch(client: Client, tmp_path: Path) -> AsyncIterator[Porch]:
    async with a_porch(client, tmp_path) as made:
        yield made
