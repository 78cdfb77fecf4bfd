"""Support tickets: which are open, and how grave each is (R36)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, TypedDict

from pydantic import Field

from lifecycle.domain.health import Measured
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Customer, Slug
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import FactTimes, Given, PlaybookNames, Subject, Worked, bound

COST_OF_LEVEL = {1: 0.6, 2: 0.3, 3: 0.15, 4: 0.05}
"""What an open ticket takes from health, as a share of support's whole; twice as much once it is OLD."""

OLD = timedelta(days=7)


class TicketOpened(EventData):
    """A support ticket was opened; level 1 is the gravest of 4, 3 unless told (R36)."""

    event_type = "ticket.opened"
    sign_of_life = True

    ticket: Slug
    level: Annotated[int, Field(ge=1, le=4)] = 3
    subject: Text = ""
    team: Text = ""


class TicketAnswered(EventData):
    """One of ours has answered a support ticket; of a ticket's answers the first since it was opened counts."""

    event_type = "ticket.answered"

    ticket: Slug
    team: Text = ""


class TicketChanged(EventData):
    """The level of an open ticket was raised or lowered."""

    event_type = "ticket.changed"

    ticket: Slug
    level: Annotated[int, Field(ge=1, le=4)]


class TicketResolved(EventData):
    """A support ticket was resolved, at the first contact or not."""

    event_type = "ticket.resolved"

    ticket: Slug
    first_contact: bool = False
    team: Text = ""


class TicketsSeen(TypedDict):
    """How many are open, and how many of those are of level 1."""

    open: int
    urgent: int


class TicketSeen(TypedDict):
    """Of one ticket: the level is 0 while it is not open."""

    open: bool
    level: int


@dataclass(slots=True, kw_only=True)
class Tickets(Subject):
    """The level of each open ticket, and of those whose level was told before they were."""

    events: ClassVar = (TicketOpened, TicketAnswered, TicketChanged, TicketResolved)
    sees: ClassVar = {"tickets": TicketsSeen}
    sees_of_key: ClassVar = {"ticket": TicketSeen}
    measures: ClassVar = ("support",)

    open: dict[str, int] = field(default_factory=dict)
    changed_early: dict[str, int] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Open, change or close the ticket, unless something later is known of it."""
        data = event.fields()
        match data:
            case TicketOpened():
                newer, level = given.times.newer(f"ticket {data.ticket}", event.fact_time), data.level
                if not newer and data.ticket not in self.open:
                    return False
                changed = self.changed_early.pop(data.ticket, self.open.get(data.ticket, level))
                if not given.times.newer(f"ticket level {data.ticket}", event.fact_time):
                    level = changed
                news = newer or level != self.open.get(data.ticket)
                self.open[data.ticket] = level
                bound(self.open)
                return news
            case TicketAnswered():
                if given.times.known(f"ticket {data.ticket}", event.fact_time):
                    return False
                answered = _answered(data.ticket, given.times)
                if answered is not None and answered <= event.fact_time:
                    return False
                given.times.forget(f"ticket answer {data.ticket}")
                return given.times.newer(f"ticket answer {data.ticket}", event.fact_time)
            case TicketChanged():
                if not given.times.newer(f"ticket level {data.ticket}", event.fact_time):
                    return False
                if data.ticket in self.open:
                    news = self.open[data.ticket] != data.level
                    self.open[data.ticket] = data.level
                    return news
                if not given.times.known(f"ticket {data.ticket}", event.fact_time):
                    # Told before the ticket itself was, or before it was opened again: it is opened at this level.
                    self.changed_early[data.ticket] = data.level
                    bound(self.changed_early)
                return False
            case TicketResolved():
                changed_since = given.times.known(f"ticket level {data.ticket}", event.fact_time)
                if not changed_since:
                    self.changed_early.pop(data.ticket, None)
                if not given.times.newer(f"ticket {data.ticket}", event.fact_time):
                    return False
                was_open = data.ticket in self.open
                level = self.open.pop(data.ticket, 0)
                if changed_since and was_open:
                    self.changed_early[data.ticket] = level
                    bound(self.changed_early)
                return True
            case _:
                raise AssertionError(event.type)

    def took(self, event: Event, times: FactTimes, worked: Worked) -> dict[str, Scalar]:
        """Of a ticket that is answered or resolved while it is open: its level, and the working hours of ours from when it was opened to the
        first answer (`response`); of one that is resolved the working hours (`fix`), and all hours, that it was open.
        """
        data = event.fields()
        if not isinstance(data, TicketAnswered | TicketResolved) or data.ticket not in self.open:
            return {}
        told: dict[str, Scalar] = {"level": self.open[data.ticket]}
        opened, answered = times.since(f"ticket {data.ticket}"), _answered(data.ticket, times)
        if isinstance(data, TicketAnswered):
            answered = event.fact_time
        if opened is None:
            return told
        if answered is not None and answered <= event.fact_time:
            told["response"] = worked(opened, answered)
        if isinstance(data, TicketResolved):
            told["hours"] = round(max(0.0, (event.fact_time - opened).total_seconds() / 3600), 2)
            told["fix"] = worked(opened, event.fact_time)
        return told

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """The open ones, counted."""
        return {"tickets": {"open": len(self.open), "urgent": sum(level == 1 for level in self.open.values())}}

    def seen_of_key(self, key: str) -> dict[str, object]:
        """The ticket with that id."""
        return {"open": key in self.open, "level": self.open.get(key, 0)}

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """What the open tickets leave of a whole, by level and age; nothing is known before there was one."""
        if not self.open and not given.times.knows_any("ticket "):
            return None
        left, old, until = 1.0, 0, list[datetime]()
        for ticket, level in self.open.items():
            turns = (given.times.since(f"ticket {ticket}") or at) + OLD
            left -= COST_OF_LEVEL[level] * (1 if at < turns else 2)
            old += turns <= at
            until += [turns] if at < turns else []
        why = f"{len(self.open)} open" + (f", {old} for a week or longer" if old else "") if self.open else "no open ticket"
        return Measured(max(0.0, left), why, min(until, default=None))


def _answered(ticket: str, times: FactTimes) -> datetime | None:
    """When the ticket was first answered since it was opened or resolved last (UTC); None if it was not, as far as is known."""
    changed, answered = times.since(f"ticket {ticket}"), times.since(f"ticket answer {ticket}")
    return None if answered is None or (changed is not None and answered < changed) else answered
