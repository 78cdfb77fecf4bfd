"""How likely the customer is to renew, in a person's judgement (R51)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from lifecycle.domain.health import Measured
from lifecycle.domain.people.customer import Customer
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject

Level = Literal["high", "medium", "low"]


SHARE_OF = {"high": 1.0, "medium": 0.6, "low": 0.1}


class IntentStated(EventData):
    """How likely the customer is to renew, in a person's judgement: `high`, `medium` or `low` (R51)."""

    event_type = "renewal.intent"

    intent: Level
    reason: Text = ""


@dataclass(slots=True, kw_only=True)
class Intent(Subject):
    """The last judgement of the running term; empty until there is one."""

    events: ClassVar = (IntentStated,)
    sees: ClassVar = {"intent": Literal["high", "medium", "low", ""]}
    measures: ClassVar = ("intent",)

    level: str = ""

    def take_in(self, event: Event, given: Given) -> bool:
        """Keep the judgement, unless a later one is known."""
        data = event.fields()
        assert isinstance(data, IntentStated)
        if not given.times.newer("intent", event.fact_time):
            return False
        self.level = data.intent
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """The last judgement."""
        return {"intent": self.level}

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """What the last judgement makes of renewal."""
        return Measured(SHARE_OF[self.level], f"intent to renew is {self.level}") if self.level else None
