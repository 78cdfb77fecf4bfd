"""Random customers and what happens to them: events told, and operators who act."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from lifecycle.domain.enums import Renews, Role, Tier
from lifecycle.domain.people.customer import Customer, Owner
from lifecycle.domain.time.zones import at_local
from lifecycle.facts.events import Event
from tests.lifecycle import building as b
from tests.lifecycle.properties.playbooks import ZONES

# ---- customers


def _customer(
    zone: tuple[str, str], tier: Tier, days: int, offset: int, trial: bool, renews: Renews, elsewhere: tuple[str, str], sponsor: str
) -> Customer:
    start = b.START + timedelta(days=offset)
    owner = Owner(name="Kim Lee", email="kim@us.example", timezone=elsewhere[0], country=elsewhere[1])
    people = [b.a_contact(), b.a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR).model_copy(update={"timezone": sponsor})]
    end, term = start + timedelta(days=days), 0 if trial else 1
    return b.a_customer(
        timezone=zone[0], country=zone[1], tier=tier, start=start, end=end, term=term, renews=renews, owner=owner, contacts=people
    )


customers: st.SearchStrategy[Customer] = st.builds(
    _customer,
    st.sampled_from(ZONES),
    st.sampled_from(Tier),
    st.sampled_from([2, 10, 30, 30, 60, 90, 200, 365]),
    st.integers(0, 270),
    st.sampled_from([False, False, False, False, True]),
    st.sampled_from([Renews.BY_DECISION, Renews.BY_DECISION, Renews.AUTOMATIC, Renews.ROLLING]),
    st.sampled_from([("", ""), ("", ""), *ZONES, ("", "US")]),
    st.sampled_from(["", "", "Asia/Kolkata"]),
)


# ---- what happens


@dataclass(frozen=True)
class Happening:
    """At some days and minutes after the contract's start: an event is told (`name` is its type), or an operator acts."""

    days: int
    minutes: int
    name: str
    data: tuple[tuple[str, Any], ...] = ()

    def at(self, customer: Customer) -> datetime:
        """The moment, on the minute."""
        return at_local(customer.contract.start, time(), customer.timezone) + timedelta(days=self.days, minutes=self.minutes)

    def event(self, customer: Customer, number: int) -> Event:
        """The event told then; contracts are dated from the customer's own."""
        data = dict(self.data)
        for name in ("end", "start"):
            if name in data:
                data[name] = (customer.contract.start + timedelta(days=data[name])).isoformat()
        return Event(id=f"e{number}", type=self.name, at=self.at(customer), data=data)


def _event(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, tuple[tuple[str, Any], ...]]]:
    return st.fixed_dictionaries(fields).map(lambda data: (kind, tuple(sorted(data.items()))))


_people = st.sampled_from(["ana@acme.example", "bo@acme.example", "cy@acme.example"])
_tickets = st.sampled_from(["t1", "t2"])
_plays = st.integers(0, 5).map(lambda number: f"play-{number}")
everyday = st.one_of(
    _event("login"),
    _event("feature.used", feature=st.sampled_from(["import", "export"])),
    _event("usage.reported", count=st.sampled_from([0, 10, 100])),
    _event("milestone.reached", milestone=st.just("first-value")),
    _event("meeting.held", meeting=st.just("kickoff")),
    _event("ticket.opened", ticket=_tickets, level=st.integers(1, 4)),
    _event("ticket.changed", ticket=_tickets, level=st.integers(1, 4)),
    _event("ticket.resolved", ticket=_tickets),
    _event("survey.answered", survey=st.just("nps"), score=st.integers(0, 10)),
    _event("task.done", task=st.sampled_from(["climb", "task"])),
    _event("offer.approved", offer=st.just("discount")),
    _event("offer.refused", offer=st.just("discount")),
    _event("offer.accepted", offer=st.just("discount")),
    _event("payment.failed", invoice=st.just("i1")),
    _event("renewal.intent", intent=st.sampled_from(["low", "high"])),
)
grave = st.one_of(
    _event("contact.added", email=_people, name=st.just("Cy Cole"), role=st.sampled_from([role.value for role in Role])),
    _event("contact.left", email=_people),
    _event("contact.opted_out", email=_people),
    _event("contact.opted_in", email=_people),
    _event("customer.changed", timezone=st.sampled_from([zone for zone, _ in ZONES])),
    _event("customer.changed", owner_timezone=st.sampled_from([zone for zone, _ in ZONES])),
    _event("customer.changed", country=st.sampled_from([country for _, country in ZONES])),
    _event("customer.changed", tier=st.sampled_from([tier.value for tier in Tier])),
    _event("contract.signed", start=st.integers(0, 40), end=st.integers(41, 300)),
    _event("contract.amended", end=st.sampled_from([5, 20, 40, 100, 400])),
    _event("contract.renewed", reason=st.just("value")),
    _event("contract.amended", renews=st.sampled_from([renews.value for renews in Renews])),
    _event("contract.cancelled", reason=st.just("price")),
    _event("contract.cancelled", reason=st.just("moves"), end=st.sampled_from([5, 20, 40, 100, 400])),
    _event("contract.cancellation_withdrawn"),
    _event("customer.churned", kind=st.sampled_from(["choice", "choice", "natural", "no_decision"]), reason=st.just("price")),
    _event("customer.won_back", reason=st.just("missed it")),
)
operated = st.one_of(
    st.just(("pause", ())),
    st.just(("resume", ())),
    _plays.map(lambda play: ("skip", (("play", play),))),
    _plays.map(lambda play: ("run_now", (("play", play),))),
)
_minutes = st.one_of(st.sampled_from([0, 9 * 60, 12 * 60, 17 * 60 + 55]), st.integers(0, 1439))


def happenings(kinds: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[list[Happening]]:
    """A story of at most so many of these, in the order of time."""
    one = st.builds(
        lambda days, minutes, what: Happening(days, minutes, *what), st.one_of(st.integers(0, 30), st.integers(0, 250)), _minutes, kinds
    )
    return st.lists(one, max_size=most).map(lambda story: sorted(story, key=lambda told: (told.days, told.minutes)))


stories = happenings(st.one_of(everyday, everyday, grave, operated))
told_stories = happenings(st.one_of(everyday, everyday, grave))
