"""A gateway for as long as a block lasts: what `python -m gateway`, `dev`, `demo` and the tests run."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from temporalio.client import Client

from activities.registry import Activities
from activities.settings import Settings
from gateway.app import build_app
from gateway.callers import Callers
from gateway.clock import Clock, RealClock
from gateway.door import Door
from gateway.events import Events
from gateway.metrics import Metrics
from gateway.pages.routes import pages
from gateway.settings import GatewaySettings
from gateway.signalling import Signals
from gateway.sources import Source
from gateway.usage import UsageSums

LAST_ANSWERS = 10
"""Seconds that requests under way get to be answered when the gateway stops."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Gateway:
    """A gateway that listens."""

    url: str
    app: Starlette


@asynccontextmanager
async def gateway(
    client: Client,
    activities: Activities,
    settings: Settings,
    own: GatewaySettings,
    sources: Sequence[Source],
    clock: Clock | None = None,
) -> AsyncIterator[Gateway]:
    """Listen until the block ends; requests under way are then answered, and usage that was gathered is told.

    Raises OSError where it can't listen.
    """
    metrics = Metrics()
    signals = Signals(client, own.signal_timeout)
    async with UsageSums(activities.engine, signals, own.usage_window, metrics) as usage:
        door = Door(signals, usage, clock or RealClock(), metrics)
        routes = [Route("/events", Events(door, Callers([each for each in sources if each.adapter is None]), own).post, methods=["POST"])]
        app = build_app([*routes, *pages(client, activities, settings, own, door)], metrics)
        async with _listening(app, own) as url:
            yield Gateway(url, app)


@asynccontextmanager
async def _listening(app: Starlette, own: GatewaySettings) -> AsyncIterator[str]:
    with _bound(own.host, own.port) as bound:
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            limit_concurrency=own.concurrency,
            timeout_graceful_shutdown=LAST_ANSWERS,
            proxy_headers=False,
            server_header=False,
            date_header=True,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            while not server.started:
                if serving.done():
                    await serving
                await asyncio.sleep(0.005)
            host, port = bound.getsockname()[:2]
            url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            _log.info("listening", url=url)
            yield url
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Signals are the process's own concern: `runtime.stopping` turns them into the block's end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(2048)
        yield bound
