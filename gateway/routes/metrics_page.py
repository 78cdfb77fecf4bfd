"""GET /metrics: the counters of this process and the unknown touches of the ledger, for Prometheus."""

import asyncio

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from activities.ledger.reports import LedgerReports
from gateway.http.json_answers import problem
from gateway.http.metrics import Metrics
from gateway.senders.tokens import digest, is_same
from lifecycle.domain.enums import TouchKind

TIMEOUT = 2.0
"""Seconds that the ledger has to answer."""

_log = structlog.get_logger(__name__)


class MetricsPage:
    """The endpoint. With a token only a bearer of it is answered, without one anybody who can reach the port."""

    def __init__(self, metrics: Metrics, ledger: LedgerReports, token: SecretStr) -> None:
        self._metrics = metrics
        self._ledger = ledger
        self._asking: asyncio.Task[dict[TouchKind, int]] | None = None
        self._token = token.get_secret_value()

    async def get(self, request: Request) -> Response:
        """The counters since the process started, and how many touches are unknown now; or 401."""
        if self._token and not self._is_allowed(request.headers.get("authorization", "")):
            return problem(401)
        self._metrics.set_unknown({kind.value: number for kind, number in (await self._unknown()).items()})
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    async def _unknown(self) -> dict[TouchKind, int]:
        """None of any kind where the ledger does not answer in time: the counters are answered all the same."""
        if self._asking is None or self._asking.done():
            # A question that hangs is not asked a second time beside it: each would keep a thread.
            self._asking = asyncio.create_task(asyncio.to_thread(self._ledger.unknown))
        try:
            async with asyncio.timeout(TIMEOUT):
                return await asyncio.shield(self._asking)
        except (TimeoutError, SQLAlchemyError) as error:
            _log.warning("the ledger does not say how many touches are unknown", kind=type(error).__name__)
            return {}

    def _is_allowed(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return is_same(digest(token.strip()), digest(self._token)) and scheme.lower() == "bearer"
