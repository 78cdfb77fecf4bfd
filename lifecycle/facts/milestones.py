"""Milestones: when each is due, and when it was reached."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypedDict

from pydantic import ConfigDict

from lifecycle.domain.health import Measured
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Customer, Slug
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, Keyed, PlaybookNames, Subject


class MilestoneReached(EventData):
    """A person says that a milestone is reached (R25)."""

    event_type = "milestone.reached"

    milestone: Slug
    by: Text = ""


class MilestoneSeen(TypedDict):
    """A milestone that was overdue and has been reached is not overdue any more."""

    done: bool
    overdue: bool


@dataclass(slots=True, kw_only=True)
class MilestoneState:
    """When a milestone is due, when it was reached (UTC), and whether its due moment has passed before that."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    due: Instant | None = None
    done: Instant | None = None
    overdue: bool = False

    @property
    def deadline(self) -> Instant | None:
        """When it falls overdue; None once it is reached, or overdue already."""
        return self.due if self.done is None and not self.overdue else None


@dataclass(slots=True, kw_only=True)
class Milestones(Subject):
    """The state of each milestone that was planned or reached. The engine plans, measures and reaches them (`rules/milestones.py`)."""

    events: ClassVar = (MilestoneReached,)
    sees: ClassVar = {"milestones": Keyed("milestones", MilestoneSeen), "functional_done": bool, "first_value": bool}
    measures: ClassVar = ("milestones",)

    states: dict[str, MilestoneState] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """False where it is known as reached since then or later; the engine reaches it."""
        data = event.fields()
        assert isinstance(data, MilestoneReached)
        known = self.states.get(data.milestone)
        return known is None or known.done is None or known.done < event.fact_time

    def state(self, name: str) -> MilestoneState:
        """What is known of it; nothing yet, if it is asked for the first time."""
        return self.states.setdefault(name, MilestoneState())

    def is_reached(self, name: str) -> bool:
        """Whether it has been reached."""
        state = self.states.get(name)
        return state is not None and state.done is not None

    def reach(self, name: str, at: datetime) -> bool:
        """Mark it reached at that moment (UTC); False where it was before."""
        state = self.state(name)
        if state.done is not None:
            return False
        state.done = at
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Every milestone of the playbook, whether all functional ones are reached (R26), and whether the first value is."""
        states = self.states
        done = {name for name, state in states.items() if state.done is not None}
        late = {name for name, state in states.items() if state.overdue and state.done is None}
        return {
            "milestones": {name: {"done": name in done, "overdue": name in late} for name in names.milestones},
            "functional_done": bool(names.functional) and all(name in done for name in names.functional),
            "first_value": any(name in done for name in names.first_value),
        }

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """Milestones reached as a share of those that were due."""
        done = sum(state.done is not None for state in self.states.values())
        overdue = sum(state.overdue and state.done is None for state in self.states.values())
        if not done + overdue:
            return None
        return Measured(done / (done + overdue), f"{done} reached, {overdue} overdue")
