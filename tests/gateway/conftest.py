"""For each test a gateway of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness


@pytest.fixture
async def harness(client: Client, tmp_path: Path) -> AsyncIterator[GatewayHarness]:
    async with a_gateway_harness(client, tmp_path) as made:
        yield made
