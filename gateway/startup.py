"""What a gateway starts with: its settings, the callers it knows and the socket it listens at."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gateway.http.settings import GatewaySettings
from gateway.senders.sources import Source
from gateway.serving import bound
from gateway.sources_file import load_sources
from lifecycle.domain.errors import Failure, Mistake


def gateway_settings_from_env() -> GatewaySettings:
    """The settings of the environment's EVERGREEN_GATEWAY_* variables. Raises Mistake that names the variable."""
    try:
        return GatewaySettings.from_env()
    except ValueError as error:
        raise Mistake(f"{error}.") from None


def read_sources(settings: GatewaySettings) -> list[Source]:
    """The callers of the file that the settings name; none without a file. Raises UnreadableFile."""
    return load_sources(settings.sources) if settings.sources is not None else []


@contextmanager
def listening_socket(settings: GatewaySettings) -> Iterator[socket.socket]:
    """A socket that listens at the settings' host and port until the block ends. Raises Failure where it can't."""
    with _listening_at(settings.host, settings.port, "EVERGREEN_GATEWAY_PORT") as listening:
        yield listening


@contextmanager
def metrics_socket(settings: GatewaySettings) -> Iterator[socket.socket | None]:
    """The same for the port of /metrics; None where that is public and has no port of its own."""
    if settings.metrics_public:
        yield None
        return
    with _listening_at(settings.metrics_host, settings.own_metrics_port, "EVERGREEN_GATEWAY_METRICS_PORT") as listening:
        yield listening


@contextmanager
def _listening_at(host: str, port: int, variable: str) -> Iterator[socket.socket]:
    with ExitStack() as opened:
        try:
            listening = opened.enter_context(bound(host, port))
        except OSError as error:
            why = error.strerror or str(error)
            raise Failure(f"Nobody can listen at {host}:{port} ({why}): set {variable} to a free port.") from error
        yield listening
