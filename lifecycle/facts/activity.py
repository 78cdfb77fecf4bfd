"""Signs of life: when the customer was last heard of, by any event that shows it (R47)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.health import Measured
from lifecycle.domain.model import MOST, Instant
from lifecycle.domain.people.customer import KnownAddress, Slug
from lifecycle.facts.events import Amount, EventData
from lifecycle.facts.subject import Given, Subject

A_MONTH = timedelta(days=30)
MONTHS_TO_NOTHING = 3


class Login(EventData):
    """Somebody at the customer signed in."""

    event_type = "login"
    sign_of_life = True
    routine = True

    email: KnownAddress | None = None


class FeatureUsed(EventData):
    """A feature was used; functional milestones are judged by it (R24)."""

    event_type = "feature.used"
    sign_of_life = True
    routine = True

    feature: Slug
    count: Annotated[int, Field(ge=0, le=MOST)] = 1


class OrderPlaced(EventData):
    """The customer bought something besides its contract (R48)."""

    event_type = "order.placed"
    sign_of_life = True

    order: Slug
    amount: Amount = 0.0


@dataclass(slots=True, kw_only=True)
class Activity(Subject):
    """`last` is when the customer was last heard of, by when that happened; None before the first time."""

    events: ClassVar = (Login, FeatureUsed, OrderPlaced)
    measures: ClassVar = ("engagement",)

    last: Instant | None = None

    def heard(self, happened: datetime) -> None:
        """The customer was heard of at that moment (UTC)."""
        self.last = max(self.last or happened, happened)

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """Whole while the customer was heard of within a month, and a third less for each month more."""
        if self.last is None:
            return None
        months = min(MONTHS_TO_NOTHING, max(timedelta(), at - self.last) // A_MONTH)
        until = self.last + (months + 1) * A_MONTH if months < MONTHS_TO_NOTHING else None
        return Measured(1 - months / MONTHS_TO_NOTHING, f"last heard of on {self.last:%Y-%m-%d}", until)
