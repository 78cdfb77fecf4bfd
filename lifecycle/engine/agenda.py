"""The deadlines of a life: when each play, run and milestone comes due by itself, in one place.

It is made from the state and is no part of it. `Session` keeps it in step with every write.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

_MILESTONE = "milestone "
"""Before a milestone's name, which a play may have too. A run's id has slashes, so that it is no play's name."""


class Agenda:
    """Deadlines (UTC) of plays by name, of runs by id, of milestones by name. `writes` counts the changes."""

    __slots__ = ("_deadlines", "_first", "_first_is_old", "writes")

    def __init__(
        self,
        plays: Iterable[tuple[str, datetime | None]] = (),
        runs: Iterable[tuple[str, datetime | None]] = (),
        milestones: Iterable[tuple[str, datetime | None]] = (),
    ) -> None:
        entries = [*plays, *runs, *((_MILESTONE + name, at) for name, at in milestones)]
        self._deadlines = {name: at for name, at in entries if at is not None}
        self._first: datetime | None = None
        self._first_is_old = True
        self.writes = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Agenda) and self._deadlines == other._deadlines

    __hash__ = None  # type: ignore[assignment]  # it changes

    def set(self, name: str, at: datetime | None) -> None:
        """Note the deadline of a play or a run, or that it has none."""
        self.writes += 1
        self._first_is_old = True
        if at is not None:
            self._deadlines[name] = at
        else:
            self._deadlines.pop(name, None)

    def set_milestone(self, name: str, at: datetime | None) -> None:
        """Note the deadline of a milestone, or that it has none."""
        self.set(_MILESTONE + name, at)

    def first(self) -> datetime | None:
        """The earliest deadline."""
        if self._first_is_old:
            self._first_is_old, self._first = False, min(self._deadlines.values(), default=None)
        return self._first

    def due_by(self, moment: datetime) -> "Due":
        """What has come due by that moment."""
        return Due({name for name, at in self._deadlines.items() if at <= moment})


class Due:
    """Plays, runs and milestones that have come due. It gives them in the order of those it is asked about: its own means nothing."""

    __slots__ = ("_names",)

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def among(self, names: Collection[str]) -> list[str]:
        """The plays or runs of those that are due."""
        due = self._names
        if len(due) <= 1:
            return [name for name in due if name in names]
        return [name for name in names if name in due]

    def milestones_among(self, names: Collection[str]) -> list[str]:
        """The milestones of those that are due."""
        if not any(name.startswith(_MILESTONE) for name in self._names):
            return []
        return [name for name in names if _MILESTONE + name in self._names]
