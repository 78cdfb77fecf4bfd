"""The health score and what made it (R33)."""

from lifecycle.domain.enums import Band
from lifecycle.domain.model import Frozen


class Contribution(Frozen):
    """One part of the health score: `points` of at most `weight`, and why."""

    name: str
    points: float
    weight: float
    why: str

    @classmethod
    def of(cls, name: str, share: float, weight: float, why: str) -> "Contribution":
        """That share (0 to 1) of the weight."""
        return cls(name=name, points=round(weight * share, 1), weight=weight, why=why)


class Health(Frozen):
    """The score from 0 to 100, its band, and the parts that made it."""

    score: int = 0
    band: Band = Band.UNKNOWN
    parts: list[Contribution] = []
