"""Counters of one gateway, and what all share of the ledger, in Prometheus' format. No label names a customer."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counters of one gateway, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "evergreen_gateway_request_seconds", "Time to answer", ["route", "method", "status"], registry=self.registry, buckets=_SECONDS
        )
        self._events = Counter(
            "evergreen_gateway_events", "Events told, by what became of them", ["source", "type", "status"], registry=self.registry
        )
        self.usage_pending = Gauge(
            "evergreen_gateway_usage_pending", "Usage sums that wait for the end of their window", registry=self.registry
        )
        self.usage_folded = Counter("evergreen_gateway_usage_folded", "Usage reports gathered into a sum", registry=self.registry)

        self._unknown = Gauge(
            "evergreen_touches_unknown", "Touches of which nobody knows whether they were sent", ["kind"], registry=self.registry
        )

    def set_unknown(self, by_kind: Mapping[str, int]) -> None:
        """How many touches of each kind are unknown in the whole ledger; none is given where the ledger does not answer."""
        self._unknown.clear()
        for kind, number in by_kind.items():
            self._unknown.labels(kind).set(number)

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request and the seconds it took."""
        self._requests.labels(route, method, str(status)).observe(seconds)

    def count_event(self, source: str, type_name: str, status: int) -> None:
        """Count an event of that caller by its HTTP status. `type_name` is empty for a type that is not in the catalogue."""
        self._events.labels(source, type_name, str(status)).inc()

    def exposition(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self.registry)
