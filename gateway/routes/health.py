"""GET /healthz and GET /readyz: whether the process runs, and whether it can accept events."""

import asyncio
import time
from collections.abc import Callable

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from temporalio.client import Client

from gateway.http.json_answers import RETRY_AFTER, problem
from runtime.dependencies import Dependencies, Dependency, do_not_answer

CACHE_SECONDS = 1.0
"""Seconds for which an answer is reused, so that frequent checks do not load Temporal and the database."""

_log = structlog.get_logger(__name__)


class Health:
    """The two endpoints. `clock` gives seconds from any start."""

    def __init__(self, client: Client, engine: sa.Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._dependencies = Dependencies(client, engine)
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._asked_at = float("-inf")
        self._silent: list[Dependency] = []

    async def alive(self, request: Request) -> Response:
        """200: the process answers. Nothing else is checked, so that an outage elsewhere restarts no gateway."""
        return JSONResponse({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        """200 if Temporal and the database answer, else 503 with the names of those that do not."""
        silent = await self._silent_parts()
        if not silent:
            return JSONResponse({"status": "ready"})
        return problem(503, do_not_answer(silent), retry_after=RETRY_AFTER)

    async def _silent_parts(self) -> list[Dependency]:
        async with self._one_at_a_time:
            if self._clock() - self._asked_at >= CACHE_SECONDS:
                silent = await self._dependencies.silent()
                if silent != self._silent:
                    _log.warning("readiness changed", silent=[part.value for part in silent])
                self._silent, self._asked_at = silent, self._clock()
            return self._silent
