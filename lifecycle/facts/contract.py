"""The contract: signed, amended, renewed. Stages and terms turn in the engine."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, TypedDict

from lifecycle.domain.bounds import cut
from lifecycle.domain.customer import Contract, Customer
from lifecycle.domain.model import Day
from lifecycle.facts.events import Amount, Event, EventData, Reason, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject

RENEWALS_KEPT = 20

LONGEST_REASON = 1000
"""Bytes that are kept of a renewal's reason."""


class ContractSigned(EventData):
    """A trial became a paying customer: term 1 begins."""

    event_type = "contract.signed"

    start: Day
    end: Day
    annual_value: Amount = 0.0


class ContractAmended(EventData):
    """A new end, a co-term or a price; every deadline that depends on it moves at once."""

    event_type = "contract.amended"

    end: Day | None = None
    annual_value: Amount | None = None
    reason: Text = ""


class ContractRenewed(EventData):
    """The customer renewed. The reason is required (R53); the next term is as long as the last unless an end is given."""

    event_type = "contract.renewed"

    reason: Reason
    end: Day | None = None
    annual_value: Amount | None = None


class ContractSeen(TypedDict):
    """`days` is the term's length."""

    term: int
    days: int
    annual_value: float


@dataclass(slots=True, kw_only=True)
class ContractFacts(Subject):
    """The reasons of the renewals so far (R53); the term in force is part of the customer."""

    events: ClassVar = (ContractSigned, ContractAmended, ContractRenewed)
    sees: ClassVar = {"contract": ContractSeen, "renewals": int}

    renewals: list[str] = field(default_factory=list)

    def take_in(self, event: Event, given: Given) -> None:
        """Amend the term in force by what is told, unless a later telling is known. A new term begins in the engine."""
        data = event.fields()
        if not isinstance(data, ContractAmended):
            return
        contract = given.customer.contract
        end: date = contract.end
        value = contract.annual_value
        if data.end is not None and given.times.newer("contract end", event.fact_time):
            end = data.end
        if data.annual_value is not None and given.times.newer("contract value", event.fact_time):
            value = data.annual_value
        given.customer.contract = Contract(**contract.model_dump() | {"end": end, "annual_value": value})

    def renew(self, reason: str) -> None:
        """Remember why the contract was renewed."""
        self.renewals = [*self.renewals[-(RENEWALS_KEPT - 1) :], cut(reason, LONGEST_REASON)]

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """The term in force, and how often the contract was renewed."""
        contract = customer.contract
        return {
            "contract": {"term": contract.term, "days": contract.days, "annual_value": contract.annual_value},
            "renewals": len(self.renewals),
        }
