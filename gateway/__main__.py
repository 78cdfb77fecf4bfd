"""The gateway: `python -m gateway`.

It connects to Temporal as TEMPORAL_* variables and profiles say, and to the worker's database as EVERGREEN_* variables say;
EVERGREEN_GATEWAY_SOURCES names the sources file. On SIGTERM or Ctrl-C it answers the requests in progress, tells the usage
that it has gathered, and ends.
"""

import asyncio
import sys
from datetime import timedelta

import uvloop

from activities.registry import build
from gateway.intake.clock import RealClock, TravellingClock
from gateway.serving import gateway
from gateway.startup import gateway_settings_from_env, listening_socket, metrics_socket, read_sources
from runtime.environment import serving_settings_from_env
from runtime.process import logs
from runtime.process.command import run_without_words
from runtime.process.exit import run_and_exit
from runtime.process.signals import until_stopped
from runtime.temporal.connect import connect, on_dev_server

PATIENCE = timedelta(seconds=60)
"""How long it waits for a Temporal server that is starting."""


async def serve() -> None:
    """Serve until cancelled. Raises Mistake for settings, sources or adapters that cannot be read, Failure where it can't listen."""
    settings = serving_settings_from_env()
    gateway_settings = gateway_settings_from_env()
    sources = read_sources(gateway_settings)
    client = await connect(settings.home, patience=PATIENCE)
    clock = TravellingClock(client) if on_dev_server(settings.home) else RealClock()
    with listening_socket(gateway_settings) as listening, metrics_socket(gateway_settings) as metrics_listening:
        activities = await asyncio.to_thread(build, settings)
        try:
            async with gateway(client, activities, settings, gateway_settings, sources, clock, listening, metrics_listening):
                await asyncio.Event().wait()
        finally:
            await activities.close()


def main() -> int:
    """Serve; returns the exit status: 2 for settings that cannot be read, 1 for a server that is not there or a port that is taken."""

    def run() -> None:
        logs.configure()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(until_stopped(serve()))

    return run_without_words(run, sys.argv[1:], __doc__ or "")


if __name__ == "__main__":
    run_and_exit(main)
