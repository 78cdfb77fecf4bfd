"""GET /healthz and GET /readyz: whether the process runs, and whether it can accept events."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from gateway.http.json_answers import RETRY_AFTER, problem

TIMEOUT = 2.0
"""Seconds that Temporal and the database have to answer."""

CACHE_SECONDS = 1.0
"""Seconds for which an answer is reused, so that frequent checks do not load Temporal and the database."""

_log = structlog.get_logger(__name__)


class Part(StrEnum):
    """What the gateway depends on."""

    TEMPORAL = "Temporal"
    DATABASE = "the database"


class Health:
    """The two endpoints. `clock` gives seconds from any start."""

    def __init__(self, client: Client, engine: sa.Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._engine = engine
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._asked_at = float("-inf")
        self._silent: list[Part] = []
        self._query: asyncio.Task[bool] | None = None

    async def alive(self, request: Request) -> Response:
        """200: the process answers. Nothing else is checked, so that an outage elsewhere restarts no gateway."""
        return JSONResponse({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        """200 if Temporal and the database answer, else 503 with the names of those that do not."""
        silent = await self._silent_parts()
        if not silent:
            return JSONResponse({"status": "ready"})
        names = " and ".join(silent)
        verb = "does" if len(silent) == 1 else "do"
        return problem(503, f"{names[:1].upper()}{names[1:]} {verb} not answer.", retry_after=RETRY_AFTER)

    async def _silent_parts(self) -> list[Part]:
        async with self._one_at_a_time:
            if self._clock() - self._asked_at >= CACHE_SECONDS:
                found = await asyncio.gather(self._temporal(), self._database())
                silent = [part for part, answers in zip(Part, found, strict=True) if not answers]
                if silent != self._silent:
                    _log.warning("readiness changed", silent=[part.value for part in silent])
                self._silent, self._asked_at = silent, self._clock()
            return self._silent

    async def _temporal(self) -> bool:
        """Whether Temporal describes the namespace, which it reads from its own database."""
        request = DescribeNamespaceRequest(namespace=self._client.namespace)
        try:
            await self._client.workflow_service.describe_namespace(request, retry=False, timeout=timedelta(seconds=TIMEOUT))
        except RPCError as error:
            if error.status is RPCStatusCode.PERMISSION_DENIED:  # a key may be allowed to work in a namespace but not to describe it
                return True
            _log.debug("Temporal does not answer", status=error.status.name)
            return False
        return True

    async def _database(self) -> bool:
        # A query that hangs keeps its thread, so no second one is started until it is over.
        if self._query is None or self._query.done():
            self._query = asyncio.create_task(asyncio.to_thread(self._select))
        try:
            async with asyncio.timeout(TIMEOUT):
                return await asyncio.shield(self._query)
        except TimeoutError:
            return False

    def _select(self) -> bool:
        try:
            with self._engine.connect() as connection:
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError as error:
            _log.debug("the database does not answer", kind=type(error).__name__)
            return False
        return True
