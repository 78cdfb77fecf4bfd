"""What `python -m gateway`, `dev` and `demo` share: the gateway's settings, callers and address, and what is said of bad ones."""

import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from temporalio.client import Client

from activities.registry import Activities
from activities.settings import Settings
from gateway.http.documents import UnreadableFile
from gateway.http.settings import GatewaySettings
from gateway.intake.clock import Clock
from gateway.senders.sources import Source
from gateway.serving import bound, gateway
from gateway.sources_file import load_sources
from runtime.process.failing import Failure, Mistake


def gateway_settings_from_env() -> GatewaySettings:
    """Raises Mistake that names the variable."""
    try:
        return GatewaySettings.from_env()
    except ValueError as error:
        raise Mistake(f"{error}.") from None


def callers(file: Path | None) -> list[Source]:
    """Who may tell what; nobody without a file. Raises Mistake with a line a fault."""
    with _mistakes():
        return load_sources(file) if file is not None else []


@contextmanager
def address(own: GatewaySettings) -> Iterator[socket.socket]:
    """The socket that the gateway listens at. Raises Failure where it can't."""
    with ExitStack() as opened:
        try:
            at = opened.enter_context(bound(own.host, own.port))
        except OSError as error:
            why = error.strerror or str(error)
            raise Failure(f"Nobody can listen at {own.host}:{own.port} ({why}): set EVERGREEN_GATEWAY_PORT to a free port.") from error
        yield at


@asynccontextmanager
async def open_door(
    client: Client,
    activities: Activities,
    settings: Settings,
    own: GatewaySettings,
    sources: Sequence[Source],
    clock: Clock,
    at: socket.socket,
) -> AsyncIterator[None]:
    """The gateway, for as long as the block lasts. Raises Mistake for a source whose adapter does not read."""
    async with AsyncExitStack() as opened:
        with _mistakes():
            await opened.enter_async_context(gateway(client, activities, settings, own, sources, clock, at))
        yield


@contextmanager
def _mistakes() -> Iterator[None]:
    try:
        yield
    except UnreadableFile as unreadable:
        raise Mistake("\n".join(unreadable.faults)) from None
