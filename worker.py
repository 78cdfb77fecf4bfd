"""Runs the workflows and activities: `python worker.py`, as many as you like.

It connects as TEMPORAL_* variables and profiles say, takes where touches go from EVERGREEN_* variables, publishes the
playbooks of `playbooks/`, says in EVERGREEN_HEALTH_FILE how it is (`python -m runtime.health` reads it), and on SIGTERM or Ctrl-C lets
the touches that have begun get to their end.
"""

import asyncio
from datetime import timedelta

from runtime.environment import serving_settings_from_env
from runtime.process import logs
from runtime.process.command import run_command
from runtime.process.exit import run_and_exit
from runtime.process.memory import keep_what_is_there
from runtime.process.signals import until_stopped
from runtime.saying_health import say_health
from runtime.serving import serving
from runtime.temporal.connect import connect
from runtime.temporal.deployment.deployment import Deployment

PATIENCE = timedelta(seconds=60)
"""How long it waits for a server that is only starting."""


async def work() -> None:
    """Serve until cancelled."""
    settings = serving_settings_from_env()
    client = await connect(settings.home, patience=PATIENCE)
    async with serving(client, settings) as activities:
        keep_what_is_there()
        if settings.health_file is None:
            await asyncio.Event().wait()
        else:
            await say_health(settings.health_file, client, activities.engine, Deployment(client))


def main() -> int:
    """Serve, and return the process's status: 2 for settings or playbooks that do not read, 1 for a server that is not there."""

    def run() -> None:
        logs.configure()
        asyncio.run(until_stopped(work()))

    return run_command(run)


if __name__ == "__main__":
    run_and_exit(main)
