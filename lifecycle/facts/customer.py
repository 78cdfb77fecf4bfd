"""Facts about the customer itself, which its enrolment told and events correct."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import model_validator

from lifecycle.domain.calendar import check_country
from lifecycle.domain.customer import Address, Customer, Name, Owner
from lifecycle.domain.enums import Tier
from lifecycle.domain.zones import check_zone
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, Open, PlaybookNames, Subject


class CustomerChanged(EventData):
    """Single facts about the customer changed; what is left out stays. `cause` is why its usage is as it is (R34)."""

    event_type = "customer.changed"

    name: Name | None = None
    timezone: str = ""
    country: str = ""
    tier: Tier | None = None
    segment: Text = ""
    owner_name: Name | None = None
    owner_email: Address | None = None
    cause: Text = ""

    @model_validator(mode="after")
    def _known(self) -> "CustomerChanged":
        if self.timezone:
            check_zone(self.timezone)
        if self.country:
            check_country(self.country)
        return self


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
        if data.owner_name or data.owner_email:
            told["owner"] = Owner(name=data.owner_name or customer.owner.name, email=data.owner_email or customer.owner.email)
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
