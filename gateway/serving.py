"""Runs a gateway while an `async with` block lasts, for `python -m gateway`, `dev`, `demo` and the tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from temporalio.client import Client

from activities.ledger.invitations import Invitations
from activities.ledger.reports import LedgerReports
from activities.registry import Activities
from activities.settings import Settings
from gateway.http.header_timeout import protocol_with_header_timeout
from gateway.http.json_answers import RETRY_AFTER
from gateway.http.metrics import Metrics
from gateway.http.settings import GatewaySettings
from gateway.intake.clock import Clock, RealClock
from gateway.intake.enrolling import Enroller
from gateway.intake.intake import Intake
from gateway.intake.signalling import Signals
from gateway.intake.usage.usage import UsageSums
from gateway.routes.app import build_app
from gateway.routes.customers import Customers
from gateway.routes.events import Events
from gateway.routes.health import Health
from gateway.routes.hooks import Hooks
from gateway.routes.metrics_page import MetricsPage
from gateway.routes.openapi.document import OpenApi
from gateway.routes.pages import page_routes
from gateway.routes.reads.bounded_reads import BoundedReads
from gateway.routes.reads.record import RecordReads, record_routes
from gateway.senders.callers import Callers
from gateway.senders.sources import Source
from gateway.sources_watch import SourcesWatch

SHUTDOWN_SECONDS = 10
"""Seconds for requests in progress to be answered when the gateway stops."""

KEEP_ALIVE_SECONDS = 4 * RETRY_AFTER
"""Seconds that an idle connection is kept: longer than RETRY_AFTER, else it may close just when a caller tries again."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Gateway:
    """A gateway that listens at `url`, and tells its counts at `metrics_url` (the same where they are public)."""

    url: str
    app: Starlette
    metrics_url: str


@asynccontextmanager
async def gateway(
    client: Client,
    activities: Activities,
    settings: Settings,
    gateway_settings: GatewaySettings,
    sources: Sequence[Source],
    clock: Clock | None = None,
    listening: socket.socket | None = None,
    metrics_listening: socket.socket | None = None,
) -> AsyncIterator[Gateway]:
    """Serve until the block ends; requests in progress are then answered, and gathered usage is told.

    `listening` is a socket made by `bound`, for a caller that has to know the address before; by default the one that
    `gateway_settings` names is opened. `metrics_listening` is the same for /metrics, where that is not public. Raises OSError
    where it can't listen, UnreadableFile for a source whose adapter cannot be read.
    """
    metrics = Metrics()
    signals = Signals(client, gateway_settings.signal_timeout)
    clock = clock or RealClock()
    reads = BoundedReads(gateway_settings.reads_at_once, gateway_settings.read_timeout)
    async with UsageSums(activities.engine, signals, gateway_settings.usage_window, metrics, clock) as usage:
        intake = Intake(signals, usage, clock, metrics)
        callers = Callers(_without_adapter(sources))
        enroller = Enroller(client, activities.playbooks, clock)
        customers = Customers(enroller, callers, gateway_settings)
        health = Health(client, activities.engine)
        hooks = Hooks(intake, enroller, sources, gateway_settings, Invitations(activities.engine), settings.public_url)
        routes: list[BaseRoute] = [
            Route("/events", Events(intake, callers, gateway_settings).post, methods=["POST"]),
            *record_routes(RecordReads(activities.engine, reads, callers, gateway_settings), customers.put),
            Route("/hooks/{source}", hooks.post, methods=["POST", "HEAD"]),
            Route("/healthz", health.alive, methods=["GET"]),
            Route("/readyz", health.ready, methods=["GET"]),
        ]
        counts = Route(
            "/metrics", MetricsPage(metrics, LedgerReports(activities.engine), gateway_settings.metrics_token).get, methods=["GET"]
        )
        routes += [counts] if gateway_settings.metrics_public else []
        routes += page_routes(client, activities, settings, gateway_settings, intake)
        routes.append(Route("/openapi.json", OpenApi(gateway_settings, routes).get, methods=["GET"]))
        app = build_app(routes, metrics)
        async with AsyncExitStack() as opened:
            opened.enter_context(reads)
            metrics_url = ""
            if not gateway_settings.metrics_public:
                own = metrics_listening or opened.enter_context(bound(gateway_settings.metrics_host, gateway_settings.own_metrics_port))
                metrics_url = await opened.enter_async_context(_serving(build_app([counts], metrics), gateway_settings, own))
                _log.info("metrics are served", url=metrics_url)
            public = listening or opened.enter_context(bound(gateway_settings.host, gateway_settings.port))
            url = await opened.enter_async_context(_serving(app, gateway_settings, public))
            _log.info("listening", url=url)
            if gateway_settings.sources is not None:
                opened.enter_context(_watching(gateway_settings.sources, hooks, callers))
            yield Gateway(url, app, metrics_url or url)


def _without_adapter(sources: Sequence[Source]) -> list[Source]:
    return [source for source in sources if source.adapter is None]


@contextmanager
def _watching(file: Path, hooks: Hooks, callers: Callers) -> Iterator[None]:
    """Take up edits of the sources file until the block ends."""

    def use(sources: Sequence[Source]) -> None:
        hooks.use(sources)
        callers.use(_without_adapter(sources))

    watch = asyncio.create_task(SourcesWatch(file, use).run())
    watch.add_done_callback(_say_if_it_failed)
    try:
        yield
    finally:
        watch.cancel()


def _say_if_it_failed(watch: asyncio.Task[None]) -> None:
    if not watch.cancelled() and (fault := watch.exception()) is not None:
        _log.error("edits of the sources are not taken up any more: start the gateway anew", kind=type(fault).__name__)


@asynccontextmanager
async def _serving(app: Starlette, settings: GatewaySettings, listening: socket.socket) -> AsyncIterator[str]:
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        http=protocol_with_header_timeout(settings.body_timeout),
        lifespan="off",
        ws="none",
        limit_concurrency=settings.concurrency,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
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
        yield url_of(listening)
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """Leaves the process's signals alone: `runtime.process.signals` handles them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def url_of(listening: socket.socket) -> str:
    """The URL at which that socket is reached on this machine."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there, at any free port for port 0. Raises OSError where it can't listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without IPPROTO_TCP asyncio leaves Nagle's algorithm on, and an answer waits 40 ms for the caller's acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
        yield listening
