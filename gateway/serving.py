"""A gateway for as long as a block lasts: what `python -m gateway`, `dev`, `demo` and the tests run."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from temporalio.client import Client

from activities.ledger.invitations import Invitations
from activities.registry import Activities
from activities.settings import Settings
from gateway.http.header_timeout import patient
from gateway.http.settings import GatewaySettings
from gateway.intake.clock import Clock, RealClock
from gateway.intake.intake import Door
from gateway.intake.results import RETRY_AFTER
from gateway.intake.signalling import Signals
from gateway.intake.usage import UsageSums
from gateway.routes.app import build_app
from gateway.routes.events import Events
from gateway.routes.health import Health
from gateway.routes.hooks import Hooks
from gateway.routes.metrics import Metrics, MetricsPage
from gateway.routes.openapi import Document
from gateway.routes.pages import pages
from gateway.senders.callers import Callers
from gateway.senders.sources import Source

LAST_ANSWERS = 10
"""Seconds that requests under way get to be answered when the gateway stops."""

KEPT_OPEN = 4 * RETRY_AFTER
"""Seconds that an idle connection is kept. Closed just when a caller tries again, as it was told to, it would cost that try."""

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
    at: socket.socket | None = None,
) -> AsyncIterator[Gateway]:
    """Listen until the block ends; requests under way are then answered, and usage that was gathered is told.

    `at` is what `bound` gave, for who has to know the address before; else it is where `own` says. Raises OSError where it
    can't listen, Unreadable for a source whose adapter does not read.
    """
    metrics = Metrics()
    signals = Signals(client, own.signal_timeout)
    clock = clock or RealClock()
    async with UsageSums(activities.engine, signals, own.usage_window, metrics, clock) as usage:
        door = Door(signals, usage, clock, metrics)
        health = Health(client, activities.engine)
        hooks = Hooks(door, sources, own, Invitations(activities.engine), settings.public_url)
        routes: list[BaseRoute] = [
            Route("/events", Events(door, Callers([each for each in sources if each.adapter is None]), own).post, methods=["POST"]),
            Route("/hooks/{source}", hooks.post, methods=["POST", "HEAD"]),
            Route("/healthz", health.alive, methods=["GET"]),
            Route("/readyz", health.ready, methods=["GET"]),
            Route("/metrics", MetricsPage(metrics, own.metrics_token).shown, methods=["GET"]),
        ]
        routes += pages(client, activities, settings, own, door)
        routes.append(Route("/openapi.json", Document(own, routes).shown, methods=["GET"]))
        app = build_app(routes, metrics)
        async with _listening(app, own, at) as url:
            yield Gateway(url, app)


@asynccontextmanager
async def _listening(app: Starlette, own: GatewaySettings, at: socket.socket | None) -> AsyncIterator[str]:
    with nullcontext(at) if at is not None else bound(own.host, own.port) as listening:
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            http=patient(own.body_timeout),
            lifespan="off",
            ws="none",
            limit_concurrency=own.concurrency,
            timeout_graceful_shutdown=LAST_ANSWERS,
            timeout_keep_alive=KEPT_OPEN,
            proxy_headers=False,
            server_header=False,
            date_header=True,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            while not server.started:
                if serving.done():
                    await serving
                await asyncio.sleep(0.005)
            url = url_of(listening)
            _log.info("listening", url=url)
            yield url
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Signals are the process's own concern: `runtime.process.signals` turns them into the block's end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def url_of(listening: socket.socket) -> str:
    """Where that socket is reached on this machine."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there; 0 is any port. Raises OSError where nobody can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, for else asyncio leaves Nagle's algorithm on, and an answer waits 40 ms for the caller's acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
        yield listening
