"""Facts about the customer itself, which its enrolment told and events correct."""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, model_validator

from lifecycle.domain.enums import Tier
from lifecycle.domain.model import MOST, Day, Scalar
from lifecycle.domain.people.customer import Address, Country, Customer, GivenName, Name, Owner, Zone
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.texts.languages import Language
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import FactTimes, Given, Open, PlaybookNames, Subject

ATTRIBUTE = re.compile(r"attr:([A-Za-z_]\w{0,59})")
"""The name of a field that tells one of the customer's own attributes."""

MOST_ATTRIBUTES, LONGEST_ATTRIBUTE = 40, 500
"""Attributes that one event tells, and characters of one that is a text."""


class CustomerChanged(EventData):
    """Single facts about the customer changed; what is left out stays, and an owner with another address brings its own zone and country.
    `attr:NAME` tells an attribute of its own, and nothing in it takes that away. `contract_start` corrects the first day of the term that
    runs. `cause` is why its usage is as it is, in any words (`intervention.explained` has it from a closed list, R34), `reason` why this is told.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Scalar] = Field(init=False)

    event_type = "customer.changed"

    name: Name | None = None
    timezone: Zone = ""
    country: Country = ""
    tier: Tier | None = None
    segment: Text = ""
    language: Language | None = None
    goal: Text = ""
    industry: Text = ""
    edition: Text = ""
    company_size: Annotated[int, Field(ge=0, le=MOST)] | None = None
    contract_start: Day | None = None
    owner_name: Name | None = None
    owner_email: Address | None = None
    owner_first_name: GivenName = ""
    owner_timezone: Zone = ""
    owner_country: Country = ""
    cause: Text = ""
    reason: Text = ""

    @classmethod
    def has_field(cls, name: str) -> bool:
        """Whether it is a field of its own, or tells an attribute."""
        return super().has_field(name) or ATTRIBUTE.fullmatch(name) is not None

    @model_validator(mode="after")
    def _attributes_alone(self) -> "CustomerChanged":
        for name, value in self.told_attributes(with_prefix=True).items():
            if ATTRIBUTE.fullmatch(name) is None:
                near = get_close_matches(name, type(self).model_fields, 1)
                hint = f"did you mean {near[0]}?" if near else f"only {', '.join(type(self).model_fields)} and attr:NAME"
                raise ValueError(f"there is no field '{name[:60]}'; {hint}")
            if isinstance(value, str) and len(value) > LONGEST_ATTRIBUTE:
                raise ValueError(f"'{name}' has {len(value)} characters, and at most {LONGEST_ATTRIBUTE} fit")
        if len(self.told_attributes()) > MOST_ATTRIBUTES:
            raise ValueError(
                f"it tells {len(self.told_attributes())} attributes, and at most {MOST_ATTRIBUTES} at once; tell them in parts"
            )
        return self

    def told_attributes(self, *, with_prefix: bool = False) -> dict[str, Scalar]:
        """The attributes that it tells, by their own names, or by those of the fields."""
        told = self.__pydantic_extra__ or {}
        return dict(told) if with_prefix else {name.removeprefix("attr:"): value for name, value in told.items()}


def with_attributes(customer: Customer, told: dict[str, Scalar]) -> dict[str, Scalar]:
    """The customer's attributes once these are told; one that is told with nothing in it is taken away."""
    return {name: value for name, value in (customer.attributes | told).items() if value not in ("", None)}


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
        told = {fact: value for fact in SINGLE if (value := getattr(data, fact)) not in ("", None)}
        owner = _change_owner(data, event.fact_time, given)
        news = {fact: value for fact, value in told.items() if given.times.newer(fact, event.fact_time)}
        for fact, value in news.items():
            setattr(customer, fact, value)
        attributes = {
            name: value for name, value in data.told_attributes().items() if given.times.newer(f"attribute {name}", event.fact_time)
        }
        if attributes:
            customer.attributes = with_attributes(customer, attributes)
        start = data.contract_start is not None and given.times.newer("contract start", event.fact_time)
        if start:
            customer.contract = customer.contract.model_copy(update={"start": data.contract_start})
        told_of_owner = any(getattr(data, field) for field in OF_OWNER.values())
        anything = bool(told or told_of_owner or data.told_attributes() or data.contract_start is not None)
        return bool(news) or owner or bool(attributes) or start or not anything

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


SINGLE = ("name", "timezone", "country", "tier", "segment", "language", "goal", "industry", "edition", "company_size")
"""The customer's own facts, which an event's fields of the same names tell."""

OF_OWNER = {
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
    facts = {part: value for part, field in OF_OWNER.items() if (value := getattr(told, field)) and not _known(part, at, times)}
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
