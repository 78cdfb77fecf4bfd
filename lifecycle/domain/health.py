"""The health score and what made it (R33)."""

from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import ConfigDict

from lifecycle.domain.enums import Band


@dataclass(slots=True, kw_only=True)
class Contribution:
    """One part of the health score: `points` of at most `weight`, and why."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    points: float
    weight: float
    why: str

    @classmethod
    def of(cls, name: str, share: float, weight: float, why: str) -> "Contribution":
        """That share (0 to 1) of the weight."""
        return cls(name=name, points=round(weight * share, 1), weight=weight, why=why)


@dataclass(slots=True, kw_only=True)
class Health:
    """The score from 0 to 100, its band, and the parts that made it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    score: int = 0
    band: Band = Band.UNKNOWN
    parts: list[Contribution] = field(default_factory=list)
