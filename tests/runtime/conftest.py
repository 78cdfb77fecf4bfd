"""One server in memory for the tests of this folder, and a task queue for each."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.client import Client

from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[DevServer]:
    async with await DevServer.start(None) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: DevServer) -> Client:
    return await Client.connect(server.address, data_converter=data_converter)


@pytest.fixture
def task_queue() -> str:
    return f"queue-{uuid4()}"
