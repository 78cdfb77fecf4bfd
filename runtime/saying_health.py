"""A worker says every few seconds how it is, in a file: whether Temporal and the database answer, and whether it asks for work."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.dependencies import Dependencies, do_not_answer
from runtime.health import say
from runtime.temporal.deployment.deployment import Deployment

EVERY = 3.0
"""Seconds between two looks."""

ASKS_FOR_NOTHING = "Temporal has not seen this worker ask for work for more than a minute."

_log = structlog.get_logger(__name__)


async def say_health(file: Path, client: Client, engine: sa.Engine, deployment: Deployment) -> None:
    """Look and say, until cancelled. The file goes with that, so that nobody takes a worker that ends for one that serves."""
    dependencies, before = Dependencies(client, engine), ""
    try:
        while True:
            silent = await dependencies.silent()
            wrong = do_not_answer(silent) if silent else await _about_work(deployment)
            if wrong != before:
                _log.warning("health changed", wrong=wrong)
            before = wrong
            await asyncio.to_thread(_say, file, wrong)
            await asyncio.sleep(EVERY)
    finally:
        file.unlink(missing_ok=True)


async def _about_work(deployment: Deployment) -> str:
    """What is wrong with its asking for work, by what the server has seen of it."""
    try:
        return "" if await deployment.sees_asking(deployment.client.identity) else ASKS_FOR_NOTHING
    except RPCError as error:
        if error.status is RPCStatusCode.PERMISSION_DENIED:  # a key may be allowed to work but not to look
            return ""
        return f"Temporal does not say who asks for work ({error.status.name})."


def _say(file: Path, wrong: str) -> None:
    try:
        say(file, wrong)
    except OSError as error:  # nobody reads a word then, and that is what the reader says
        _log.warning("the health file cannot be written", why=error.strerror)
