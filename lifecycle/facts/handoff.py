"""The handoff from sales to customer success (R10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from lifecycle.domain.people.customer import Customer
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import FactTimes, Given, PlaybookNames, Subject

BEGUN_AGAIN = "handoff begun again"


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
        """Note it, unless it was completed later too, or begun again since; a goal that sales has written down is the customer's."""
        data = event.fields()
        if given.times.known(BEGUN_AGAIN, event.fact_time):
            return False
        if isinstance(data, HandoffAccepted):
            self.accepted = True
            return True
        assert isinstance(data, HandoffCompleted)
        news = given.times.newer("handoff", event.fact_time)
        self.completed = True
        if data.goal and given.times.newer("goal", event.fact_time):
            given.customer.goal, news = data.goal, True
        return news

    def begin_again(self, times: FactTimes, at: datetime) -> None:
        """Who is onboarded again is handed over again, from that moment on (UTC)."""
        self.completed = self.accepted = False
        times.newer(BEGUN_AGAIN, at)

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Both steps."""
        return {"handoff": {"completed": self.completed, "accepted": self.accepted}}
