"""The deadlines of a life: when each play, run and milestone comes due by itself, in one place.

It is made from the state and is no part of it. `Session` keeps it in step with every write.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

Entries = Iterable[tuple[str, datetime | None]]


class Agenda:
    """Deadlines (UTC) of plays by name and of runs by id, which has slashes where no name has; of milestones by name.

    `writes` counts the changes.
    """

    __slots__ = ("_deadlines", "_first", "_first_is_old", "_milestones", "writes")

    def __init__(self, plays: Entries = (), runs: Entries = (), milestones: Entries = ()) -> None:
        self._deadlines = {name: at for name, at in (*plays, *runs) if at is not None}
        self._milestones = {name: at for name, at in milestones if at is not None}
        self._first: datetime | None = None
        self._first_is_old = True
        self.writes = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Agenda) and (self._deadlines, self._milestones) == (other._deadlines, other._milestones)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def set(self, name: str, at: datetime | None) -> None:
        """Note the deadline of a play or a run, or that it has none."""
        self._set(self._deadlines, name, at)

    def set_milestone(self, name: str, at: datetime | None) -> None:
        """Note the deadline of a milestone, or that it has none."""
        self._set(self._milestones, name, at)

    def _set(self, deadlines: dict[str, datetime], name: str, at: datetime | None) -> None:
        self.writes += 1
        self._first_is_old = True
        if at is not None:
            deadlines[name] = at
        else:
            deadlines.pop(name, None)

    def first(self) -> datetime | None:
        """The earliest deadline."""
        if self._first_is_old:
            self._first_is_old, self._first = False, min(self._deadlines.values(), default=None)
            if self._milestones:
                milestone = min(self._milestones.values())
                self._first = milestone if self._first is None else min(self._first, milestone)
        return self._first

    def due_by(self, moment: datetime) -> "Due":
        """What has come due by that moment."""
        return Due(
            {name for name, at in self._deadlines.items() if at <= moment}, {name for name, at in self._milestones.items() if at <= moment}
        )


class Due:
    """Plays, runs and milestones that have come due. It gives them in the order of those it is asked about: its own means nothing."""

    __slots__ = ("_milestones", "_names")

    def __init__(self, names: set[str], milestones: set[str]) -> None:
        self._names = names
        self._milestones = milestones

    def among(self, names: Collection[str]) -> list[str]:
        """The plays or runs of those that are due."""
        due = self._names
        if len(due) <= 1:
            return [name for name in due if name in names]
        return [name for name in names if name in due]

    def milestones_among(self, names: Collection[str]) -> list[str]:
        """The milestones of those that are due."""
        return [name for name in names if name in self._milestones] if self._milestones else []
