"""GET /metrics: the counters of this process, for Prometheus."""

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from gateway.http.json_answers import problem
from gateway.http.metrics import Metrics
from gateway.senders.tokens import digest, is_same


class MetricsPage:
    """The endpoint. With a token only a bearer of it is answered, without one anybody who can reach the port."""

    def __init__(self, metrics: Metrics, token: SecretStr) -> None:
        self._metrics = metrics
        self._token = token.get_secret_value()

    async def get(self, request: Request) -> Response:
        """The counters since the process started, or 401."""
        if self._token and not self._is_allowed(request.headers.get("authorization", "")):
            return problem(401)
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    def _is_allowed(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return is_same(digest(token.strip()), digest(self._token)) and scheme.lower() == "bearer"
