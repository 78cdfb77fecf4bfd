"""What a worker and a gateway stand on, Temporal and the ledger's database, and whether each of them answers."""

import asyncio
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
import structlog
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

TIMEOUT = 2.0
"""Seconds that each has to answer."""

_log = structlog.get_logger(__name__)


class Dependency(StrEnum):
    """What a process of ours cannot do without."""

    TEMPORAL = "Temporal"
    DATABASE = "the database"


def do_not_answer(silent: list[Dependency]) -> str:
    """The sentence that says which of them are silent."""
    names = " and ".join(silent)
    return f"{names[:1].upper()}{names[1:]} {'does' if len(silent) == 1 else 'do'} not answer."


class Dependencies:
    """Asks both, on a process's own connections."""

    def __init__(self, client: Client, engine: sa.Engine) -> None:
        self._client = client
        self._engine = engine
        self._query: asyncio.Task[bool] | None = None

    async def silent(self) -> list[Dependency]:
        """Those that have not answered within TIMEOUT."""
        found = await asyncio.gather(self._temporal(), self._database())
        return [each for each, answers in zip(Dependency, found, strict=True) if not answers]

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
