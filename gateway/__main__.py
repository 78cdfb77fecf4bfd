"""The gateway: `python -m gateway`.

It connects to Temporal as TEMPORAL_* variables and profiles say, and to the database that the worker has, by EVERGREEN_*;
EVERGREEN_GATEWAY_SOURCES names the file that says who may tell what. On SIGTERM or Ctrl-C it answers what is under way,
tells what usage it has gathered, and ends.
"""

import asyncio
from datetime import timedelta

import uvloop

from activities.registry import build
from console.ending import status_of
from console.environment import settings_from_env
from console.failing import Failure, Mistake
from gateway.clock import RealClock, TravellingClock
from gateway.documents import Unreadable
from gateway.serving import gateway
from gateway.settings import GatewaySettings
from gateway.sources import load_sources
from runtime import leave, logs
from runtime.connect import connect, on_dev_server
from runtime.stopping import until_told

PATIENCE = timedelta(seconds=60)
"""How long it waits for a server that is only starting."""


async def serve() -> None:
    """Serve until cancelled. Raises Mistake for settings that do not read, Failure where it can't listen."""
    settings = settings_from_env()
    try:
        own = GatewaySettings.from_env()
        sources = load_sources(own.sources) if own.sources is not None else []
    except Unreadable as unreadable:
        raise Mistake("\n".join(unreadable.faults)) from None
    except ValueError as error:
        raise Mistake(f"{error}.") from None
    client = await connect(settings.home, patience=PATIENCE)
    clock = TravellingClock(client) if on_dev_server(settings.home) else RealClock()
    activities = await asyncio.to_thread(build, settings)
    try:
        async with gateway(client, activities, settings, own, sources, clock):
            await asyncio.Event().wait()
    except OSError as error:
        raise Failure(
            f"Nobody can listen at {own.host}:{own.port} ({error.strerror}): set EVERGREEN_GATEWAY_PORT to a free one."
        ) from error
    finally:
        await activities.close()


def main() -> int:
    """Serve, and answer the process's status: 2 for settings that do not read, 1 for a server that is not there."""

    def run() -> None:
        logs.configure()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(until_told(serve()))

    return status_of(run)


if __name__ == "__main__":
    leave.run(main)
