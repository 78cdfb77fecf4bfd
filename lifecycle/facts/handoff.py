"""The handoff from sales to customer success (R10)."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from lifecycle.domain.customer import Customer
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject


class HandoffCompleted(EventData):
    """Sales has written down goal, promises, contacts and needs (R10)."""

    event_type = "handoff.completed"

    goal: Text = ""
    promises: Text = ""


class HandoffAccepted(EventData):
    """Customer success has accepted the handoff (R10)."""

    event_type = "handoff.accepted"

    by: Text = ""


class HandoffSeen(TypedDict):
    """Both false until they are told."""

    completed: bool
    accepted: bool


@dataclass(slots=True, kw_only=True)
class Handoff(Subject):
    """How far the handoff has come."""

    events: ClassVar = (HandoffCompleted, HandoffAccepted)
    sees: ClassVar = {"handoff": HandoffSeen}

    completed: bool = False
    accepted: bool = False

    def take_in(self, event: Event, given: Given) -> bool:
        """Note it; a goal that sales has written down is the customer's, if it is the latest."""
        data = event.fields()
        if isinstance(data, HandoffAccepted):
            self.accepted = True
            return True
        assert isinstance(data, HandoffCompleted)
        self.completed = True
        if data.goal and given.times.newer("goal", event.fact_time):
            given.customer.goal = data.goal
        return True

    def begin_again(self) -> None:
        """Who is onboarded again is handed over again."""
        self.completed = self.accepted = False

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Both steps."""
        return {"handoff": {"completed": self.completed, "accepted": self.accepted}}
