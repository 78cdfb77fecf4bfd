"""A person's word on the customer's health, which stands in the place of the score until a day (R33)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.bounds import cut
from lifecycle.domain.health import LONGEST_REASON
from lifecycle.domain.model import Day
from lifecycle.facts.events import Event, EventData, Reason, Text
from lifecycle.facts.subject import Given, Subject

FACT = "health override"


class HealthOverridden(EventData):
    """One of ours knows better than the score: from now on it is `score`, through the day `until`; `by` is who, and why is required."""

    event_type = "health.overridden"
    awaited = True

    score: Annotated[int, Field(ge=0, le=100)]
    reason: Reason
    until: Day
    by: Text = ""


class HealthRestored(EventData):
    """The score is again what is known makes it; `by` is who says so."""

    event_type = "health.restored"
    awaited = True

    by: Text = ""


@dataclass(slots=True, kw_only=True)
class HealthOverride(Subject):
    """The last word; `until` is its last day on the customer's clock, None where none stands."""

    events: ClassVar = (HealthOverridden, HealthRestored)

    score: int = 0
    until: date | None = None
    why: str = ""

    def take_in(self, event: Event, given: Given) -> bool:
        """Keep the word, or that none stands any more, unless a later one is known."""
        if not given.times.newer(FACT, event.fact_time):
            return False
        match event.fields():
            case HealthOverridden() as data:
                by = event.by or data.by
                self.score, self.until = data.score, data.until
                self.why = cut(f"{by}: {data.reason}" if by else data.reason, LONGEST_REASON)
            case _:
                self.score, self.until, self.why = 0, None, ""
        return True
