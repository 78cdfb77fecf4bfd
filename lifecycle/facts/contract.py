"""The contract: signed, amended, renewed. Stages and terms turn in the engine."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, TypedDict

from pydantic import ConfigDict, Field

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import ChurnKind, Renews
from lifecycle.domain.model import Day, Instant
from lifecycle.domain.people.customer import Contract, Currency, Customer, Notice
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
    renews: Renews | None = None
    notice: Notice | None = None


class ContractAmended(EventData):
    """A new end, a co-term, a price, its currency, or another way in which it renews; every deadline that depends on it moves at once. Of a contract that
    was cancelled the new end is the one that is announced.
    """

    event_type = "contract.amended"

    end: Day | None = None
    annual_value: Amount | None = None
    currency: Currency | None = None
    renews: Renews | None = None
    notice: Notice | None = None
    reason: Text = ""

    @property
    def says_nothing(self) -> bool:
        """Whether it amends nothing."""
        return all(fact is None for fact in (self.end, self.annual_value, self.currency, self.renews, self.notice))


class ContractRenewed(EventData):
    """The customer renewed. The reason is required (R53); the next term is as long as the last unless an end is given, and begins
    when the last one ends. The same renewal told again corrects or confirms it.
    """

    event_type = "contract.renewed"

    reason: Reason
    end: Day | None = None
    annual_value: Amount | None = None


class ContractCancelled(EventData):
    """The customer, or its company's end, has announced that the contract ends: on `end`, or with its term. Who renews by itself and says so
    too late for that, by its `notice`, is bound to the end of the next term. Told again it corrects what was told before.
    """

    event_type = "contract.cancelled"
    awaited = True
    from_customer = True

    reason: Reason
    end: Day | None = None
    kind: ChurnKind = ChurnKind.CHOICE
    detail: Text = ""


class CancellationWithdrawn(EventData):
    """The announced end is taken back: the contract goes on as if it had not been cancelled."""

    event_type = "contract.cancellation_withdrawn"

    reason: Text = ""


class ContractSeen(TypedDict):
    """`days` is the term's length; `renewed` says that the term after it is signed, `renews` how it goes on at the term's end. `cancelled`
    says that an end is announced, `cancel_reason` why, and `cancelled_late` that the notice was missed for the end that was meant.
    """

    term: int
    days: int
    annual_value: float
    renewed: bool
    renews: Renews
    cancelled: bool
    cancel_reason: str
    cancelled_late: bool


RENEWAL, CANCELLATION = "renewal", "cancellation"
"""The facts whose times say which came later: that the contract goes on, or that it ends."""


@dataclass(slots=True, kw_only=True)
class Cancellation:
    """An announced end: when it was announced (UTC), of what kind and why, and the last day. `late` where the notice was missed. `natural`
    is when the term in force ends without it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    at: Instant
    kind: ChurnKind
    reason: str
    detail: str = ""
    end: Day
    late: bool = False
    natural: Day


def _nothing(value: object) -> bool:
    return value is None


@dataclass(slots=True, kw_only=True)
class ContractFacts(Subject):
    """The reasons of the renewals so far (R53), and the terms that are signed and have not begun, the next one first.

    The term in force is part of the customer. Terms of whole months are counted from `anchor`, the first day of the first of
    the terms that follow each other without a gap. `cancelled` is the end that is announced; None while there is none.
    `lives` says which life of this customer it is.
    """

    events: ClassVar = (ContractSigned, ContractAmended, ContractRenewed, ContractCancelled, CancellationWithdrawn)
    sees: ClassVar = {"contract": ContractSeen, "renewals": int, "lives": int}

    renewals: list[str] = field(default_factory=list)
    lives: int = 1
    signed: list[Contract] = field(default_factory=list)
    anchor: Day | None = None
    cancelled: Annotated[Cancellation | None, Field(exclude_if=_nothing)] = None

    def take_in(self, event: Event, given: Given) -> bool:
        """Amend the term in force by what is told, unless a later telling is known. New terms and announced ends are the engine's."""
        match event.fields():
            case ContractAmended() as data:
                return self._amend(event, data, given)
            case ContractRenewed():
                if self.cancelled is not None and event.fact_time < self.cancelled.at:
                    return False
                given.times.newer(RENEWAL, event.fact_time)
                return True
            case ContractCancelled():
                return not given.times.known(RENEWAL, event.fact_time) and given.times.newer(CANCELLATION, event.fact_time)
            case CancellationWithdrawn():
                return given.times.newer(CANCELLATION, event.fact_time)
            case _:
                return True

    def _amend(self, event: Event, data: ContractAmended, given: Given) -> bool:
        end = (
            data.end is not None
            and not given.times.known(end_of(self._nearest(data.end, given.customer)[1]), event.fact_time)
            and given.times.newer("contract end", event.fact_time)
        )
        value = data.annual_value is not None and given.times.newer("contract value", event.fact_time)
        how = {fact: told for fact in ("renews", "notice", "currency") if (told := getattr(data, fact)) is not None}
        how = {fact: told for fact, told in how.items() if given.times.newer(f"contract {fact}", event.fact_time)}
        if data.end is not None and end:
            self._move_end(data.end, given.customer)
        if data.annual_value is not None and value:
            given.customer.contract = _changed(given.customer.contract, annual_value=data.annual_value)
            self.signed = [_changed(term, annual_value=data.annual_value) for term in self.signed]
        if how:
            given.customer.contract = given.customer.contract.model_copy(update=how)
            self.signed = [term.model_copy(update=how) for term in self.signed]
        return end or value or bool(how) or data.says_nothing

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
                "renews": contract.renews.value,
                "cancelled": self.cancelled is not None,
                "cancel_reason": self.cancelled.reason if self.cancelled is not None else "",
                "cancelled_late": self.cancelled is not None and self.cancelled.late,
            },
            "renewals": len(self.renewals),
            "lives": self.lives,
        }


def end_of(term: Contract) -> str:
    """The fact that a renewal tells of the end of the term that it signs."""
    return f"contract end of term {term.term}"


def _changed(contract: Contract, **changes: date | float) -> Contract:
    return Contract(**contract.model_dump() | changes)
