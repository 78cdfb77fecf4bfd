"""Signs of life: when the customer was last heard of, by any event that shows it (R47), and which features it uses."""

import operator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.health import Measured
from lifecycle.domain.model import MOST, Instant
from lifecycle.domain.people.customer import KnownAddress, Slug
from lifecycle.facts.events import Amount, Event, EventData
from lifecycle.facts.subject import Given, Subject

A_MONTH = timedelta(days=30)
MONTHS_TO_NOTHING = 3

IN_USE = timedelta(days=90)
"""A feature is in use that was used within so long."""

FEATURES_KEPT = 30
"""Features that are remembered; of more those that were used last."""


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
    """`last` is when the customer was last heard of, by when that happened; None before the first time. `features` has each one's last use."""

    events: ClassVar = (Login, FeatureUsed, OrderPlaced)
    measures: ClassVar = ("engagement", "breadth")

    last: Instant | None = None
    features: Annotated[dict[str, Instant], Field(exclude_if=operator.not_)] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Remember the feature's last use."""
        data = event.fields()
        if isinstance(data, FeatureUsed):
            self.features[data.feature] = max(event.fact_time, self.features.get(data.feature, event.fact_time))
            if len(self.features) > FEATURES_KEPT:
                del self.features[min(self.features, key=lambda name: (self.features[name], name))]
        return True

    def heard(self, happened: datetime) -> None:
        """The customer was heard of at that moment (UTC)."""
        self.last = max(self.last or happened, happened)

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """Whole while the customer was heard of within a month, and a third less for each month more; of `breadth`, how many of the features
        that it has used are in use.
        """
        if name == "breadth":
            return self._breadth(at)
        if self.last is None:
            return None
        months = min(MONTHS_TO_NOTHING, max(timedelta(), at - self.last) // A_MONTH)
        until = self.last + (months + 1) * A_MONTH if months < MONTHS_TO_NOTHING else None
        return Measured(1 - months / MONTHS_TO_NOTHING, f"last heard of on {self.last:%Y-%m-%d}", until)

    def _breadth(self, at: datetime) -> Measured | None:
        if not self.features:
            return None
        ends = [last + IN_USE for last in self.features.values() if last + IN_USE > at]
        return Measured(len(ends) / len(self.features), f"{len(ends)} of {len(self.features)} features in use", min(ends, default=None))
