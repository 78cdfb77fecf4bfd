"""How each customer's contract went: from when to when it was with us, and what a year of it was worth, as the record's lines tell it.

A customer enrolled by a build before the record has no line of its beginning: the first day of its present term counts as one.
"""

from bisect import bisect_left
from datetime import date, datetime
from typing import NamedTuple

from activities.ledger.record.tables import FACTS
from activities.reports.material import WITH_US, Customer, Fact, Material
from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.record import FactKind
from lifecycle.domain.time.zones import local, midnight

AMENDED = "contract.amended"


class Standing(NamedTuple):
    """How a customer stands from a moment on: with us or not, for what a year, in which currency. `left` says how it has left; empty where its life
    was closed and nobody said that it was lost.
    """

    with_us: bool
    value: float | None = None
    currency: str = ""
    left: str = ""


class Course:
    """The standings of one customer, each from its moment on (UTC), and the first day on which it was a customer."""

    __slots__ = ("_moments", "_standings", "since")

    def __init__(self) -> None:
        self.since: date | None = None
        self._moments: list[datetime] = []
        self._standings: list[Standing] = []

    def add(self, at: datetime, standing: Standing) -> None:
        """From that moment on it stands so; moments come in their order."""
        self._moments.append(at)
        self._standings.append(standing)

    @property
    def last(self) -> Standing | None:
        """How it stands in the end."""
        return self._standings[-1] if self._standings else None

    def before(self, moment: datetime) -> Standing | None:
        """How it stood just before that moment (UTC); None where it was not known yet."""
        index = bisect_left(self._moments, moment)
        return self._standings[index - 1] if index else None


def courses(material: Material) -> dict[str, Course]:
    """The course of every customer who has or had a contract. `material.once` makes them once."""
    found: dict[str, Course] = {}
    kinds = FACTS.c.kind.in_((FactKind.ENROLLED, FactKind.TERM, FactKind.LOST, AMENDED))
    lines = material.read_facts(kinds | ((FACTS.c.kind == FactKind.STAGE) & (FACTS.c.what == Stage.CLOSED)))
    changed_currency = {fact.customer for fact in lines if fact.kind == AMENDED and fact.data.get("currency")}
    begun = {fact.customer for fact in lines if fact.kind in (FactKind.ENROLLED, FactKind.TERM)}
    for customer in material.customers.values():
        if customer.id not in begun and customer.term_start is not None and customer.term:
            course = found[customer.id] = Course()
            course.since = customer.term_start
            course.add(midnight(customer.term_start, "UTC"), Standing(True, customer.value, customer.currency))
    for fact in lines:
        course = found.get(fact.customer) or Course()
        known = course.last
        currency = known.currency if known is not None else "" if fact.customer in changed_currency else _currency(material, fact)
        standing = _after(fact, known, currency)
        if standing is None:
            continue
        found[fact.customer] = course
        course.since = course.since or _first_day(fact, material.customer(fact.customer))
        course.add(fact.at, standing)
    return found


def _currency(material: Material, fact: Fact) -> str:
    return material.customer(fact.customer).currency


def _after(fact: Fact, known: Standing | None, currency: str) -> Standing | None:
    """How the customer stands after that line; None where it changes nothing."""
    match fact.kind:
        case FactKind.ENROLLED:
            return Standing(True, fact.number("amount"), currency) if fact.what in WITH_US else None
        case FactKind.TERM:
            return Standing(True, fact.number("amount"), currency)
        case FactKind.LOST:
            return Standing(False, None, currency, fact.text("kind") or ChurnKind.CHOICE)
        case FactKind.STAGE:
            return Standing(False, None, currency) if known is not None and known.with_us else None
        case _ if known is not None and known.with_us:
            value = fact.number("annual_value")
            return Standing(True, known.value if value is None else value, fact.text("currency") or known.currency)
        case _:
            return None


def _first_day(fact: Fact, customer: Customer) -> date:
    told = fact.text("start")
    if told:
        return date.fromisoformat(told)
    if fact.number("term") is not None and fact.number("term") == customer.term and customer.term_start is not None:
        return customer.term_start
    return local(fact.at, "UTC").date()
