"""One gateway for the tests of a file: its links differ by their customers."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.gateway.gateway_harness import Porch, a_porch
from tests.gateway.pages.building import publish


@pytest.fixture(scope="module")
async def porch(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Porch]:
    async with a_porch(client, tmp_path_factory.mktemp("porch")) as made:
        publish(made)
        yield made
