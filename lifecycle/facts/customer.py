"""Facts about the customer itself, which its enrolment told and events correct."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lifecycle.domain.addresses import address_key
from lifecycle.domain.customer import Address, Country, Customer, GivenName, Name, Owner, Zone
from lifecycle.domain.enums import Tier
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import FactTimes, Given, Open, PlaybookNames, Subject


class CustomerChanged(EventData):
    """Single facts about the customer changed; what is left out stays, and an owner with another address brings its own zone and country.
    `cause` is why its usage is as it is (R34).
    """

    event_type = "customer.changed"

    name: Name | None = None
    timezone: Zone = ""
    country: Country = ""
    tier: Tier | None = None
    segment: Text = ""
    owner_name: Name | None = None
    owner_email: Address | None = None
    owner_first_name: GivenName = ""
    owner_timezone: Zone = ""
    owner_country: Country = ""
    cause: Text = ""


@dataclass(slots=True, kw_only=True)
class CustomerFacts(Subject):
    """Nothing of its own: the customer is part of every life."""

    events: ClassVar = (CustomerChanged,)
    sees: ClassVar = {
        "tier": Tier,
        "segment": str,
        "industry": str,
        "edition": str,
        "country": str,
        "language": str,
        "company_size": int,
        "attributes": Open(),
    }

    def take_in(self, event: Event, given: Given) -> bool:
        """Change each fact that is told, unless a later telling of it is known."""
        data, customer = event.fields(), given.customer
        assert isinstance(data, CustomerChanged)
        told = {fact: value for fact in ("name", "timezone", "country", "tier", "segment") if (value := getattr(data, fact))}
        owner = _change_owner(data, event.fact_time, given)
        news = {fact: value for fact, value in told.items() if given.times.newer(fact, event.fact_time)}
        for fact, value in news.items():
            setattr(customer, fact, value)
        told_of_owner = any(getattr(data, field) for field in _OF_OWNER.values())
        return bool(news) or owner or not (told or told_of_owner)

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """What is known of the customer."""
        return {
            "tier": customer.tier.value,
            "segment": customer.segment,
            "industry": customer.industry,
            "edition": customer.edition,
            "country": customer.country,
            "language": customer.language,
            "company_size": customer.company_size,
            "attributes": dict(customer.attributes),
        }


_OF_OWNER = {
    "name": "owner_name",
    "email": "owner_email",
    "given_name": "owner_first_name",
    "timezone": "owner_timezone",
    "country": "owner_country",
}
"""Each fact about the owner, and the field that tells it."""
_GOES_WITH = {"given_name": "name", "timezone": "email", "country": "email"}
"""What was told of somebody else is not told of the owner: a given name goes with a name, a place with an address."""


def _change_owner(told: CustomerChanged, at: datetime, given: Given) -> bool:
    """Change each fact about the owner that is told, unless a later telling of it is known; whether any was changed."""
    was, times = given.customer.owner, given.times
    facts = {part: value for part, field in _OF_OWNER.items() if (value := getattr(told, field)) and not _known(part, at, times)}
    if not facts:
        return False
    same_name = "name" not in facts or facts["name"] == was.name
    same_address = "email" not in facts or address_key(facts["email"]) == address_key(was.email)
    changed = was.model_dump() | facts
    for part, goes_with in _GOES_WITH.items():
        same = same_name if goes_with == "name" else same_address
        if part not in facts and not same and not _told_since(part, at, times):
            changed[part] = ""
    for part in facts:
        times.newer(f"owner {part}", at)
    for part, same in (("name", same_name), ("email", same_address)):
        if not same:
            times.newer(_another(part), at)
    given.customer.owner = Owner(**changed)
    return True


def _known(part: str, at: datetime, times: FactTimes) -> bool:
    """Whether something later is known of that fact; lives of older builds know when anything was told of the owner."""
    facts = ("owner", f"owner {part}", _another(_GOES_WITH[part]) if part in _GOES_WITH else "owner")
    return any(times.known(fact, at) for fact in facts)


def _another(part: str) -> str:
    """The fact that the owner has another name or address than before, so that what was told earlier was told of somebody else."""
    return f"owner another {part}"


def _told_since(part: str, at: datetime, times: FactTimes) -> bool:
    since = times.since(f"owner {part}")
    return since is not None and since >= at
