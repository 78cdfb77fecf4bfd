"""Support tickets: which are open, and how grave each is (R36)."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, TypedDict

from pydantic import Field

from lifecycle.domain.customer import Customer, Slug
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject, bound


class TicketOpened(EventData):
    """A support ticket was opened; level 1 is the gravest of 4, 3 unless told (R36)."""

    event_type = "ticket.opened"
    sign_of_life = True

    ticket: Slug
    level: Annotated[int, Field(ge=1, le=4)] = 3
    subject: Text = ""


class TicketResolved(EventData):
    """A support ticket was resolved, at the first contact or not."""

    event_type = "ticket.resolved"

    ticket: Slug
    first_contact: bool = False


class TicketsSeen(TypedDict):
    """How many are open, and how many of those are of level 1."""

    open: int
    urgent: int


@dataclass(slots=True, kw_only=True)
class Tickets(Subject):
    """The level of each open ticket."""

    events: ClassVar = (TicketOpened, TicketResolved)
    sees: ClassVar = {"tickets": TicketsSeen}

    open: dict[str, int] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Open or close the ticket, unless something later is known of it."""
        data = event.fields()
        assert isinstance(data, TicketOpened | TicketResolved)
        if not given.times.newer(f"ticket {data.ticket}", event.fact_time):
            return False
        if isinstance(data, TicketOpened):
            self.open[data.ticket] = data.level
            bound(self.open)
        else:
            self.open.pop(data.ticket, None)
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """The open ones, counted."""
        return {"tickets": {"open": len(self.open), "urgent": sum(level == 1 for level in self.open.values())}}
