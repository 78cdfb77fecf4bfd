"""How and why a customer left, and when it came back (R53, R57, R59)."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypedDict

from lifecycle.domain.enums import ChurnKind
from lifecycle.domain.model import Day, Instant
from lifecycle.domain.people.customer import Customer
from lifecycle.facts.events import Amount, Event, EventData, Reason, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject

LOST = "churn"


class CustomerChurned(EventData):
    """The customer left by `choice`, or `natural`: it ceased to exist (R53, R57, R59)."""

    event_type = "customer.churned"

    kind: ChurnKind
    reason: Reason
    detail: Text = ""


class CustomerWonBack(EventData):
    """A lost customer returned: a new term begins (R61)."""

    event_type = "customer.won_back"

    reason: Reason
    start: Day | None = None
    end: Day | None = None
    annual_value: Amount | None = None


class ChurnSeen(TypedDict):
    """All empty while the customer is with us; the reason stays known after it came back."""

    kind: ChurnKind | Literal[""]
    reason: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Churn(Subject):
    """`at` is when the customer left, None while it is with us; `won_back` when it last came back. The engine turns the stage."""

    events: ClassVar = (CustomerChurned, CustomerWonBack)
    sees: ClassVar = {"churn": ChurnSeen}

    at: Instant | None = None
    won_back: Instant | None = None
    kind: ChurnKind | None = None
    reason: str = ""
    detail: str = ""

    def take_in(self, event: Event, given: Given) -> bool:
        """A loss is known from now on; who was won back before it was not won back from it."""
        if isinstance(event.fields(), CustomerWonBack):
            return not given.times.known(LOST, event.fact_time)
        given.times.newer(LOST, event.fact_time)
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Kind, reason and detail."""
        return {"churn": {"kind": self.kind.value if self.kind else "", "reason": self.reason, "detail": self.detail}}
