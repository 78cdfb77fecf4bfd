"""The contract: signed, amended, renewed. Stages and terms turn in the engine."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, TypedDict

from lifecycle.domain.bounds import cut
from lifecycle.domain.customer import Contract, Customer
from lifecycle.domain.model import Day
from lifecycle.facts.events import Amount, Event, EventData, Reason, Text
from lifecycle.facts.subject import FactTimes, Given, PlaybookNames, Subject

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
    """The customer renewed. The reason is required (R53); the next term is as long as the last unless an end is given, and begins
    when the last one ends. The same renewal told again corrects or confirms it.
    """

    event_type = "contract.renewed"

    reason: Reason
    end: Day | None = None
    annual_value: Amount | None = None


class ContractSeen(TypedDict):
    """`days` is the term's length; `renewed` says that the term after it is signed."""

    term: int
    days: int
    annual_value: float
    renewed: bool


@dataclass(slots=True, kw_only=True)
class ContractFacts(Subject):
    """The reasons of the renewals so far (R53), and the terms that are signed and have not begun, the next one first.

    The term in force is part of the customer. Terms of whole months are counted from `anchor`, the first day of the first of
    the terms that follow each other without a gap.
    """

    events: ClassVar = (ContractSigned, ContractAmended, ContractRenewed)
    sees: ClassVar = {"contract": ContractSeen, "renewals": int}

    renewals: list[str] = field(default_factory=list)
    signed: list[Contract] = field(default_factory=list)
    anchor: Day | None = None

    def take_in(self, event: Event, given: Given) -> bool:
        """Amend the term in force by what is told, unless a later telling is known. A new term begins in the engine."""
        data = event.fields()
        if not isinstance(data, ContractAmended):
            return True
        end = (
            data.end is not None
            and not given.times.known(end_of(self._nearest(data.end, given.customer)[1]), event.fact_time)
            and given.times.newer("contract end", event.fact_time)
        )
        value = data.annual_value is not None and given.times.newer("contract value", event.fact_time)
        if data.end is not None and end:
            self._move_end(data.end, given.customer)
        if data.annual_value is not None and value:
            given.customer.contract = _changed(given.customer.contract, annual_value=data.annual_value)
            self.signed = [_changed(term, annual_value=data.annual_value) for term in self.signed]
        return end or value or (data.end is None and data.annual_value is None)

    def _nearest(self, end: date, customer: Customer) -> tuple[int, Contract]:
        """The term whose end is nearest to that day, the one in force being number 0."""
        terms = [customer.contract, *self.signed]
        nearest = min(range(len(terms)), key=lambda index: abs((terms[index].end - end).days))
        if end <= terms[nearest].start:
            nearest = 0
        return nearest, terms[nearest]

    def _move_end(self, end: date, customer: Customer) -> None:
        """The term whose end is nearest to that day ends then, and the terms behind it follow."""
        terms = [customer.contract, *self.signed]
        nearest, _ = self._nearest(end, customer)
        terms[nearest] = _changed(terms[nearest], end=end)
        for index in range(nearest + 1, len(terms)):
            start = terms[index - 1].end
            last = terms[index].end if terms[index].end > start else start + timedelta(days=terms[index].days)
            terms[index] = _changed(terms[index], start=start, end=last)
        customer.contract, *self.signed = terms

    def renew(self, reason: str, term: Contract) -> None:
        """The contract was renewed, and why; the term is signed, and begins when the one before it ends."""
        self.renewals = [*self.renewals[-(RENEWALS_KEPT - 1) :], cut(reason, LONGEST_REASON)]
        self.signed = [*self.signed, term]

    def correct(self, latest: Contract, customer: Customer) -> None:
        """What is known of the latest renewal was told again, and otherwise."""
        if self.signed:
            self.signed = [*self.signed[:-1], latest]
        else:
            customer.contract = latest

    def renewed_value(self, told: float | None, latest: Contract, happened: datetime, times: FactTimes) -> float:
        """The value of a renewed term: as told, unless something later is known of it; as before, where nothing is told."""
        if told is None or times.known("contract value", happened):
            return latest.annual_value
        return told

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """The term in force, and how often the contract was renewed."""
        contract = customer.contract
        return {
            "contract": {
                "term": contract.term,
                "days": contract.days,
                "annual_value": contract.annual_value,
                "renewed": bool(self.signed),
            },
            "renewals": len(self.renewals),
        }


def end_of(term: Contract) -> str:
    """The fact that a renewal tells of the end of the term that it signs."""
    return f"contract end of term {term.term}"


def _changed(contract: Contract, **changes: date | float) -> Contract:
    return Contract(**contract.model_dump() | changes)
