"""What a deployment's builds are to the server, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BuildStatus(StrEnum):
    """What the server does with a build."""

    NEW = "new"
    CURRENT = "current"
    RAMPING = "ramping"
    DRAINING = "draining"
    DRAINED = "drained"


@dataclass(frozen=True)
class Routing:
    """Where runs go that begin: `current`, and `percentage` of them to `ramping`; `statuses` has every build known, newest first.

    `settled` says whether the server has carried the last change to all of its parts.
    """

    current: str | None = None
    ramping: str | None = None
    percentage: float = 0.0
    statuses: dict[str, BuildStatus] | None = None
    settled: bool = True
    token: bytes = b""

    @property
    def builds(self) -> list[str]:
        """Every build known, newest first."""
        return list(self.statuses or {})


@dataclass(frozen=True)
class Formats:
    """The formats of a life's state that a build writes and reads."""

    writes: int
    reads: tuple[int, ...]


@dataclass(frozen=True)
class Announced:
    """What a build's workers have said of it. `code` is the hash of the code and packages that decide in it; release 0.1.0 said none."""

    formats: Formats
    code: str = ""


@dataclass(frozen=True)
class WorkerSeen:
    """A worker that asked for work of late; `build` is None for one without versions."""

    build: str | None
    identity: str
    at: datetime
