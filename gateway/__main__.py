"""The gateway: `python -m gateway`.

It connects to Temporal as TEMPORAL_* variables and profiles say, and to the worker's database as EVERGREEN_* variables say;
EVERGREEN_GATEWAY_SOURCES names the sources file. On SIGTERM or Ctrl-C it answers the requests in progress, tells the usage
that it has gathered, and ends.
"""

import asyncio
from datetime import timedelta

import uvloop

from activities.registry import build
from console.stack.gateway_stack import address, callers, gateway_settings_from_env, open_door
from gateway.intake.clock import RealClock, TravellingClock
from runtime.environment import serving_settings_from_env
from runtime.process import leave, logs
from runtime.process.ending import status_of
from runtime.process.stopping import until_told
from runtime.temporal.connect import connect, on_dev_server

PATIENCE = timedelta(seconds=60)
"""How long it waits for a Temporal server that is starting."""


async def serve() -> None:
    """Serve until cancelled. Raises Mistake for settings that cannot be read, Failure where it can't listen."""
    settings = serving_settings_from_env()
    own = gateway_settings_from_env()
    sources = callers(own.sources)
    client = await connect(settings.home, patience=PATIENCE)
    clock = TravellingClock(client) if on_dev_server(settings.home) else RealClock()
    with address(own) as at:
        activities = await asyncio.to_thread(build, settings)
        try:
            async with open_door(client, activities, settings, own, sources, clock, at):
                await asyncio.Event().wait()
        finally:
            await activities.close()


def main() -> int:
    """Serve; returns the exit status: 2 for settings that cannot be read, 1 for a server that is not there or a port that is taken."""

    def run() -> None:
        logs.configure()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(until_told(serve()))

    return status_of(run)


if __name__ == "__main__":
    leave.run(main)
