"""Facts about the customer itself, which its enrolment told and events correct."""

from dataclasses import dataclass
from typing import ClassVar

from lifecycle.domain.customer import Address, Country, Customer, Name, Owner, Zone
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
        if data.owner_name or data.owner_email or data.owner_timezone or data.owner_country:
            told["owner"] = _owner(customer.owner, data)
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


def _owner(known: Owner, data: CustomerChanged) -> Owner:
    """The owner as it is told; where somebody else works is not where the one before did."""
    same = data.owner_email is None or data.owner_email.casefold() == known.email.casefold()
    return Owner(
        name=data.owner_name or known.name,
        email=data.owner_email or known.email,
        timezone=data.owner_timezone or (known.timezone if same else ""),
        country=data.owner_country or (known.country if same else ""),
    )
