"""A life that was moved from build to build, against the uncut one in the simulator."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest

from lifecycle.engine import operators
from lifecycle.explain.simulator import JUST_BEFORE, Simulation
from lifecycle.explain.status import Status
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.log import Entry, EntryKind
from tests.releases.lives import Life

MOST_LATE = timedelta(minutes=3)
"""How late a touch in flight may be: what is answered after a minute counts from then, and an attempt without an answer is then made again."""

HEALTH_FIELDS = frozenset({"health_score", "health", "health_parts", "health_confidence", "health_limited", "health_change", "scores"})


@dataclass(frozen=True)
class Difference:
    """A line that one of the two lives has at its place and the other has not, or has otherwise."""

    customer: str
    moved: Entry | None
    uncut: Entry | None

    @property
    def is_late(self) -> bool:
        """Whether it is the same touch, a minute or two later."""
        if self.moved is None or self.uncut is None or self.moved.kind is not EntryKind.TOUCH:
            return False
        later = self.moved.at - self.uncut.at
        return timedelta(0) < later <= MOST_LATE and replace(self.moved, at=self.uncut.at) == self.uncut


@dataclass(frozen=True)
class ChangedRule:
    """A rule that is another now: in words, the last release that had the old one, which lines are its doing, and which fields of a status."""

    about: str
    last_release: str
    explains: Callable[[Difference], bool] = lambda difference: False
    fields: frozenset[str] = frozenset()

    def concerns(self, release: str) -> bool:
        """Whether that release still had the old rule."""
        return _numbers(release) <= _numbers(self.last_release)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def uncut(life: Life, playbook: Playbook, timeline: Sequence[Entry]) -> Simulation:
    """The same life in the simulator, told the same events; operators' commands come when the timeline says that they came."""
    told: dict[datetime, list[Event]] = {}
    for event in life.told:
        told.setdefault(event.at, []).append(event)
    commands = [entry for entry in timeline if entry.kind is EntryKind.OPERATOR]
    simulation = Simulation(life.customer, playbook, life.enrolled)
    for moment in sorted({*told, *(entry.at for entry in commands)}):
        if events := told.get(moment):
            simulation.advance(moment - JUST_BEFORE)
            simulation.tell(*events)
        for entry in commands:
            if entry.at == moment:
                _command(simulation, entry)
    simulation.advance(life.until)
    return simulation


def _command(simulation: Simulation, entry: Entry) -> None:
    simulation.advance(entry.at)
    if entry.what == "paused":
        operators.pause(simulation.session, entry.at, entry.why, entry.by)
    else:
        operators.resume(simulation.session, entry.at, entry.why, entry.by)
    simulation.look_again()


def differences(life: Life, moved: list[Entry], simulated: list[Entry]) -> list[Difference]:
    """The lines in which the timelines differ, those of one thing beside each other. No simulation renders a subject."""
    ours, theirs = _by_thing(moved), _by_thing(simulated)
    pairs = [pair for thing in {**ours, **theirs} for pair in zip_longest(ours.get(thing, []), theirs.get(thing, []))]
    return [Difference(life.customer.id, one, other) for one, other in pairs if one != other]


def _by_thing(timeline: list[Entry]) -> dict[Hashable, list[Entry]]:
    """The lines by what they tell of, each thing's in the order of time."""
    things: dict[Hashable, list[Entry]] = {}
    for entry in sorted(timeline, key=lambda entry: entry.at):
        key = entry.key if entry.kind is EntryKind.TOUCH else ""
        things.setdefault((entry.kind, entry.what, key, entry.outcome), []).append(replace(entry, subject=""))
    return things


def other_fields(moved: Status, simulated: Status) -> list[str]:
    """The names of the fields of a status that differ. A workflow's day is that of its last wake; the touches are the timeline's."""
    one, other = moved.model_dump(), simulated.model_dump()
    return [name for name in one if name not in ("day", "last_touches") and one[name] != other[name]]
