"""One gateway for the tests of a file: its links differ by their customers."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness
from tests.gateway.pages.building import publish


@pytest.fixture(scope="module")
async def harness(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    async with a_gateway_harness(client, tmp_path_factory.mktemp("harness")) as made:
        publish(made)
        yield made
