"""One server in memory for the tests of this folder; for each test a home and a worker of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from runtime.dev_server import DevServer
from tests.workflows.house import House, a_house
from workflows.search_attributes import ALL


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[DevServer]:
    async with await DevServer.start(None, search_attributes=ALL) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: DevServer) -> Client:
    return await Client.connect(server.address, data_converter=pydantic_data_converter)


@pytest.fixture
async def house(client: Client, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(client, tmp_path) as made:
        yield made
