"""The record's lines of health, made from the health that the engine reckons, where a build does not write them itself."""

from datetime import datetime, timedelta

from lifecycle.domain.enums import Band
from lifecycle.domain.model import Scalar
from lifecycle.domain.record import Fact
from lifecycle.state.life import Lifecycle

KIND, MAIN = "health", "health"
MOVED = 10
A_MONTH = timedelta(days=30)


class HealthWatch:
    """Looks at a life after each decision. A line is due when the band changes, the score has moved by ten points, or a month has passed."""

    def __init__(self) -> None:
        self._lines: list[tuple[datetime, dict[str, Scalar]]] = []
        self._last: tuple[Band, int, datetime] | None = None

    def look(self, life: Lifecycle) -> Lifecycle:
        """See how the life stands, and leave it as it is."""
        health, at = life.health, life.progress.decided_until
        if health.band is Band.UNKNOWN or life.stage.has_left:
            return life
        if self._last is None or self._due(health.band, health.score, at):
            self._last = health.band, health.score, at
            factors = {f"factor.{part.name}": round(100 * part.points / part.weight) for part in health.parts}
            self._lines.append((at, {"score": health.score, "band": health.band.value, "confidence": 1.0, **factors}))
        return life

    def _due(self, band: Band, score: int, at: datetime) -> bool:
        assert self._last is not None
        return self._last[0] is not band or abs(self._last[1] - score) >= MOVED or at - self._last[2] >= A_MONTH

    def lines(self, after: int) -> list[Fact]:
        """The lines, numbered behind so many others."""
        return [Fact(number=after + index, at=at, kind=KIND, what=MAIN, data=data) for index, (at, data) in enumerate(self._lines, 1)]
