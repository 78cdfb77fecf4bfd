"""Who a customer is: its people, its contract and where on earth it works."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, field_validator, model_validator

from lifecycle.domain.enums import Category, Renews, Role, Stance, Tier
from lifecycle.domain.model import MOST, Day, Model, Scalar
from lifecycle.domain.people.past import Past
from lifecycle.domain.texts.addresses import LONGEST_ADDRESS, address_key, known_address, told_address
from lifecycle.domain.texts.languages import Language
from lifecycle.domain.texts.names import first_name
from lifecycle.domain.time.calendar import check_country
from lifecycle.domain.time.durations import CLOCKED, Duration, Span, Unit
from lifecycle.domain.time.zones import check_zone

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
GivenName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
"""What somebody is called by; empty where nobody has said."""
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ADDRESS), AfterValidator(told_address)]
"""An address that a message can be sent to, as whoever tells of a person has to give it."""
KnownAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ADDRESS), AfterValidator(known_address)]
"""An address by which somebody is known, whether or not a message can be sent to it: lives have some from before that was asked."""

_PHONE = re.compile(r"(\+?[0-9][0-9 ()./-]{2,29})?")


def _phone(text: str) -> str:
    if _PHONE.fullmatch(text) is None:
        raise ValueError("is no telephone number: write one such as +49 30 123456")
    return text


Phone = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_phone)]
"""A telephone number as people write it, such as +49 30 123456; empty where none is known."""

Zone = Annotated[str, AfterValidator(lambda name: name and check_zone(name))]
"""A time zone, or empty for the customer's."""
Country = Annotated[str, AfterValidator(lambda code: code and check_country(code))]
"""A country whose holidays are known, or empty for the customer's."""

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$")]


class Contact(Model):
    """A person at the customer. `opted_out` lists the categories of message refused before the customer was enrolled.

    `given_name` is what the person is called by, where somebody said so, `timezone` its own, where it is not the customer's.
    """

    name: Name
    given_name: GivenName = ""
    email: KnownAddress
    timezone: Zone = ""
    phone: Phone = ""
    role: Role = Role.USER
    stance: Stance = Stance.NEUTRAL
    opted_out: list[Category] = []

    @property
    def first_name(self) -> str:
        """The name to greet with."""
        return self.given_name or first_name(self.name)


class Owner(Model):
    """The customer-success manager who answers for the customer. `given_name` is what it signs with, where somebody said so.

    `timezone` and `country` say where it works, and when its holidays are; empty where they are the customer's.
    """

    name: Name
    given_name: GivenName = ""
    email: KnownAddress
    timezone: Zone = ""
    country: Country = ""

    @property
    def first_name(self) -> str:
        """The name to sign with."""
        return self.given_name or first_name(self.name)


LONGEST_NOTICE = timedelta(days=3650)


def _in_days(span: Span) -> Span:
    if span.unit in CLOCKED:
        raise ValueError(f"{span} is no notice in days; write it in d, bd, w or mo")
    if span.amount * _DAYS_OF.get(span.unit, 1) > LONGEST_NOTICE.days:
        raise ValueError(f"{span} is too long a notice; ten years are the most")
    return span


_DAYS_OF = {Unit.WEEK: 7, Unit.MONTH: 31}


Notice = Annotated[Duration, AfterValidator(_in_days), WithJsonSchema({"type": "string", "pattern": "^[0-9]+(d|bd|w|mo)$"})]
"""How long before a term's end it is to be cancelled, in days or more."""


def _by_decision(renews: Renews) -> bool:
    return renews is Renews.BY_DECISION


def _untold(notice: Span | None) -> bool:
    return notice is None


class Contract(Model):
    """One term: from local midnight of `start` up to local midnight of `end`. Term 0 is a trial, not yet paid.

    `onboards` says whether the term begins with onboarding: the first does, and one won back after long. `renews` says how it goes on at
    the end, and `notice` how long before that it is to be cancelled; the playbook's where it is None. Of a rolling contract `end` is that
    of the contract year.
    """

    term: Annotated[int, Field(ge=0)] = 1
    start: Day
    end: Day
    annual_value: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    onboards: bool = True
    renews: Annotated[Renews, Field(exclude_if=_by_decision)] = Renews.BY_DECISION
    notice: Annotated[Notice | None, Field(exclude_if=_untold)] = None

    @model_validator(mode="after")
    def _in_order(self) -> "Contract":
        if self.end <= self.start:
            raise ValueError(f"the contract ends on {self.end}, which is not after its start on {self.start}")
        return self

    @property
    def days(self) -> int:
        """The term's length in days."""
        return (self.end - self.start).days


class Customer(Model):
    """A customer as its workflow knows it. Addresses are personal data: they belong in messages, never in logs.

    `past` is what was known of it when it was enrolled.
    """

    id: Slug
    name: Name
    timezone: str
    country: str
    language: Language = "en"
    tier: Tier
    segment: str = "standard"
    industry: str = ""
    company_size: Annotated[int, Field(ge=0, le=MOST)] = 0
    edition: str = ""
    goal: str = ""
    owner: Owner
    contacts: list[Contact] = []
    contract: Contract
    attributes: dict[str, Scalar] = {}
    past: Past = Past()

    _zone = field_validator("timezone")(check_zone)
    _country = field_validator("country")(check_country)

    def holders(self, role: Role) -> list[Contact]:
        """The contacts that hold a role now, in the order they were told."""
        return [contact for contact in self.contacts if contact.role is role]

    def contact(self, email: str) -> Contact | None:
        """The contact with this address, in whatever form it is written."""
        wanted = address_key(email)
        return next((contact for contact in self.contacts if address_key(contact.email) == wanted), None)
