"""The whole stack in one process: the embedded server with its Web UI, and a worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.registry import Activities
from activities.settings import Settings
from console.failing import Failure
from console.serving import LAST_TOUCHES, serving
from runtime.dev_server import DevServer, preferred
from workflows.search_attributes import ALL

PORT, UI_PORT = 7233, 8233


@dataclass(frozen=True)
class Stack:
    """A server, a client of it, and what the worker stands on."""

    server: DevServer
    client: Client
    activities: Activities


@asynccontextmanager
async def stack(home: Path, settings: Settings, *, grace: timedelta = LAST_TOUCHES) -> AsyncIterator[Stack]:
    """Server and worker on the data in `home`, until the block ends. The usual ports if they are free, else any.

    Raises DevServerFailed, and what `serving` raises.
    """
    async with await DevServer.start(home, port=preferred(PORT), ui_port=preferred(UI_PORT), search_attributes=ALL) as server:
        client = await Client.connect(server.address, namespace=server.namespace, data_converter=pydantic_data_converter)
        async with serving(client, settings, grace=grace) as activities:
            yield Stack(server, client, activities)


async def watch(server: DevServer) -> None:
    """Wait as long as the server runs. Raises Failure when it ends by itself."""
    while server.running:
        await asyncio.sleep(1)
    raise Failure("The Temporal server has ended by itself: its log lies beside its data; start again, nothing is lost.")
