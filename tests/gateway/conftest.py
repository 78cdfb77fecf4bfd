"""One server in memory for the tests of this folder; for each test a gateway of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from runtime.dev_server import DevServer
from tests.gateway.porch import Porch, a_porch
from workflows.search_attributes import ALL


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[DevServer]:
    async with await DevServer.start(None, search_attributes=ALL) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: DevServer) -> Client:
    return await Client.connect(server.address, data_converter=pydantic_data_converter)


@pytest.fixture
async def porch(client: Client, tmp_path: Path) -> AsyncIterator[Porch]:
    async with a_porch(client, tmp_path) as made:
        yield made
