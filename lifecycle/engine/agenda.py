"""The deadlines of a life: when each play, run and milestone comes due by itself, in one place.

It is made from the state and is no part of it. `Session` keeps it in step with every write.
"""

from dataclasses import dataclass, field
from datetime import datetime

Deadlines = dict[str, datetime]


@dataclass(slots=True)
class Agenda:
    """Deadlines (UTC) of plays and milestones by name, of runs by id. `writes` counts the changes."""

    plays: Deadlines = field(default_factory=dict)
    runs: Deadlines = field(default_factory=dict)
    milestones: Deadlines = field(default_factory=dict)
    writes: int = 0

    def set(self, deadlines: Deadlines, name: str, at: datetime | None) -> None:
        """Of that one of the three, note a deadline, or that there is none."""
        self.writes += 1
        if at is not None:
            deadlines[name] = at
        else:
            deadlines.pop(name, None)

    def first(self) -> datetime | None:
        """The earliest deadline."""
        firsts = [min(deadlines.values()) for deadlines in (self.plays, self.runs, self.milestones) if deadlines]
        return min(firsts, default=None)


def due_by(deadlines: Deadlines, moment: datetime) -> set[str]:
    """Whose deadline has come by that moment. To be asked whether it holds a name: its order means nothing."""
    return {name for name, at in deadlines.items() if at <= moment}
