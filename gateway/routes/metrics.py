"""GET /metrics, in Prometheus' words. No label names a customer."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from gateway.intake.results import problem
from gateway.senders.tokens import digest, is_same

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counts of one gateway."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "evergreen_gateway_request_seconds", "Time to answer", ["route", "method", "status"], registry=self.registry, buckets=_SECONDS
        )
        self._events = Counter(
            "evergreen_gateway_events", "Events told, by what became of them", ["source", "type", "status"], registry=self.registry
        )
        self.pending = Gauge("evergreen_gateway_usage_pending", "Usage sums that wait for the end of their window", registry=self.registry)
        self.folded = Counter("evergreen_gateway_usage_folded", "Usage reports gathered into a sum", registry=self.registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(route, method, str(status)).observe(seconds)

    def told(self, source: str, type_name: str, status: int) -> None:
        """An event of that caller was dealt with. A type that is none of ours is counted under no name."""
        self._events.labels(source, type_name, str(status)).inc()

    def shown(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)


class MetricsPage:
    """The endpoint. With a token it is shown to whoever has it, else to anyone who can reach it."""

    def __init__(self, metrics: Metrics, token: SecretStr) -> None:
        self._metrics = metrics
        self._token = token.get_secret_value()

    async def shown(self, request: Request) -> Response:
        """The counts of this process since its start."""
        if self._token and not self._allowed(request.headers.get("authorization", "")):
            return problem(401)
        return Response(self._metrics.shown(), media_type=CONTENT_TYPE_LATEST)

    def _allowed(self, written: str) -> bool:
        scheme, _, token = written.partition(" ")
        return is_same(digest(token.strip()), digest(self._token)) and scheme.lower() == "bearer"
