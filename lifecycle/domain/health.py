"""The health score and what made it (R33)."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, NamedTuple

from pydantic import ConfigDict, Field

from lifecycle.domain.enums import Band
from lifecycle.domain.model import Instant

LONGEST_REASON = 150
"""Bytes of why a factor, or the score, is what it is."""


class Measured(NamedTuple):
    """What a factor comes to: a share of its whole (0 to 1), and why. `until` is when it turns by itself (UTC), if it does."""

    share: float
    why: str
    until: Instant | None = None


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
        return cls(name=name, points=round(weight * share, 1 if weight >= 10 else 3), weight=weight, why=why)


def _nothing(value: object) -> bool:
    return not value


def _whole(value: object) -> bool:
    return value == 1.0


@dataclass(slots=True, kw_only=True)
class Health:
    """The score from 0 to 100, its band, and the parts that made it.

    `confidence` is the share of all weight (0 to 1) of which something is known. `limited` says why the score is not what its parts make:
    a limit of the playbook's that holds, or a person's word. `scores` are the playbook's other scores. `until` is when any of it turns by
    itself (UTC): a word ends, an answer has lost weight.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    score: int = 0
    band: Band = Band.UNKNOWN
    parts: list[Contribution] = field(default_factory=list)
    confidence: Annotated[float, Field(exclude_if=_whole)] = 1.0
    limited: Annotated[str, Field(exclude_if=_nothing)] = ""
    scores: Annotated[dict[str, int], Field(exclude_if=_nothing)] = field(default_factory=dict)
    until: Annotated[Instant | None, Field(exclude_if=_nothing)] = None

    @property
    def is_known(self) -> bool:
        """Whether there is a score: not while nothing is known, and not of who has left."""
        return self.band is not Band.UNKNOWN
