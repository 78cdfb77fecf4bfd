"""The whole stack in one process: the embedded server with its Web UI, a worker, and the gateway."""

import asyncio
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client

from activities.registry import Activities
from activities.settings import Settings
from gateway.http.settings import GatewaySettings
from gateway.intake.clock import TravellingClock
from gateway.senders.dev_sources import DevSources, make_dev_sources
from gateway.serving import gateway, url_of
from gateway.startup import listening_socket, metrics_socket, read_sources
from lifecycle.domain.errors import Failure
from runtime.builds.archive import keep_build
from runtime.builds.build_id import Build, own_build
from runtime.serving import LAST_TOUCHES, serving
from runtime.temporal.connect import compression_to
from runtime.temporal.converter import data_converter
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.dev_server.ports import choosing_ports, preferred
from workflows.showing.search_attributes import ALL

PORT, UI_PORT, GATEWAY_PORT, METRICS_PORT = 7233, 8233, 8090, 8091


@dataclass(frozen=True)
class Stack:
    """A server, a client of it, what the worker stands on, its settings and its build, and where the gateway listens."""

    server: DevServer
    client: Client
    activities: Activities
    settings: Settings
    build: Build
    gateway_url: str
    dev_sources: DevSources

    def curl(self, customer: str) -> str:
        """A command that tells an event, to be pasted into a shell; it reads the token from its file."""
        event = (
            f'{{"specversion": "1.0", "id": "try-1", "source": "/product", "type": "ticket.opened", '
            f'"subject": "{customer}", "data": {{"ticket": "T-1", "subject": "Import stops"}}}}'
        )
        token = shlex.quote(str(self.dev_sources.token))
        return (
            f'curl -i {self.gateway_url}/events -H "Authorization: Bearer $(cat {token})" '
            f"-H 'Content-Type: application/cloudevents+json' -d '{event}'"
        )


@asynccontextmanager
async def stack(
    home: Path, settings: Settings, gateway_settings: GatewaySettings, *, grace: timedelta = LAST_TOUCHES, keep: bool = False
) -> AsyncIterator[Stack]:
    """Server, worker and gateway on the data in `home`, until the block ends. The usual ports if they are free, else any.

    Links in messages lead to this gateway, unless the settings name another address. With `keep` the code is kept there before its
    worker gets a life. Raises DevServerFailed, Mistake for a sources file that does not read, Failure where the gateway can't listen,
    and what `keep_build` and `serving` raise.
    """
    build = await asyncio.to_thread(own_build, settings)
    dev_sources = make_dev_sources(home)
    gateway_settings = _with_usual(gateway_settings, dev_sources)
    sources = read_sources(gateway_settings)
    # Bound first: messages name the address before the gateway answers there.
    with listening_socket(gateway_settings) as listening, metrics_socket(gateway_settings) as metrics_listening:
        settings = _with_links(settings, dev_sources, url_of(listening))
        async with choosing_ports():
            starting = await DevServer.start(home, port=preferred(PORT), ui_port=preferred(UI_PORT), search_attributes=ALL)
        async with starting as server:
            client = await Client.connect(
                server.address,
                namespace=server.namespace,
                data_converter=data_converter,
                grpc_compression=compression_to(server.address),
            )
            if keep:
                await Deployment(client).refuse_other_code(build.id, build.code)
                await asyncio.to_thread(keep_build, home, build.id, code=build.code)
            async with (
                serving(client, settings, grace=grace, build=build) as activities,
                gateway(client, activities, settings, gateway_settings, sources, TravellingClock(client), listening, metrics_listening),
            ):
                yield Stack(server, client, activities, settings, build, url_of(listening), dev_sources)


def _with_usual(settings: GatewaySettings, dev_sources: DevSources) -> GatewaySettings:
    port = settings.port if "port" in settings.model_fields_set else preferred(GATEWAY_PORT)
    metrics_port = preferred(METRICS_PORT) if settings.metrics_port is None else settings.metrics_port
    sources = settings.sources or dev_sources.sources
    return settings.model_copy(update={"port": port, "metrics_port": metrics_port, "sources": sources})


def _with_links(settings: Settings, dev_sources: DevSources, url: str) -> Settings:
    return settings.model_copy(
        update={"public_url": settings.public_url or url, "link_secrets": settings.link_secrets or (dev_sources.link_secret,)}
    )


async def watch(server: DevServer) -> None:
    """Wait as long as the server runs. Raises Failure when it ends by itself."""
    while server.running:
        await asyncio.sleep(1)
    raise Failure("The Temporal server has ended by itself: its log lies beside its data; start again, nothing is lost.")
