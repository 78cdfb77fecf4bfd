"""Facts about the customer itself, which its enrolment told and events correct."""

from dataclasses import dataclass
from typing import ClassVar

from lifecycle.domain.addresses import address_key
from lifecycle.domain.customer import Address, Country, Customer, GivenName, Name, Owner, Zone
from lifecycle.domain.enums import Tier
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, Open, PlaybookNames, Subject


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
        if data.owner_name or data.owner_email or data.owner_first_name or data.owner_timezone or data.owner_country:
            told["owner"] = _owner(data, customer.owner)
        news = {fact: value for fact, value in told.items() if given.times.newer(fact, event.fact_time)}
        for fact, value in news.items():
            setattr(customer, fact, value)
        return bool(news) or not told

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


def _owner(told: CustomerChanged, was: Owner) -> Owner:
    """The owner as it is told; where somebody else works is not where the one before did."""
    same_name = told.owner_name in (None, was.name)
    same = told.owner_email is None or address_key(told.owner_email) == address_key(was.email)
    return Owner(
        name=told.owner_name or was.name,
        given_name=told.owner_first_name or (was.given_name if same_name else ""),
        email=told.owner_email or was.email,
        timezone=told.owner_timezone or (was.timezone if same else ""),
        country=told.owner_country or (was.country if same else ""),
    )
