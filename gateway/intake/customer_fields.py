"""A customer as another system tells of it: the fields of a customers file, in JSON."""

from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from lifecycle.domain.enums import Category, Renews, Role, Stance, Tier
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import MOST, Day, Frozen, Scalar
from lifecycle.domain.people.customer import (
    Address,
    Contact,
    Contract,
    Country,
    Customer,
    GivenName,
    Name,
    Notice,
    Owner,
    Phone,
    Slug,
    Zone,
)
from lifecycle.domain.people.past import Past
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.past import terms_before
from lifecycle.rules.tiers import tier_of


class ToldOwner(Frozen):
    """Who answers for the customer; its zone and country are the customer's unless they are told."""

    name: Name
    first_name: GivenName = ""
    email: Address
    timezone: Zone = ""
    country: Country = ""


class ToldContact(Frozen):
    """A person at the customer, and the categories of message that it refuses."""

    name: Name
    first_name: GivenName = ""
    email: Address
    role: Role = Role.USER
    stance: Stance = Stance.NEUTRAL
    phone: Phone = ""
    timezone: Zone = ""
    opted_out: list[Category] = []


class ToldContract(Frozen):
    """The contract that runs: its last day by `end` or by `days`. `term` says which term it is, 0 for a trial; `renews` and `notice` how it
    goes on at its end, as the playbook says where they are left out.
    """

    start: Day
    end: Day | None = None
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    term: Annotated[int, Field(ge=0, le=1000)] | None = None
    annual_value: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    renews: Renews | None = None
    notice: Notice | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.end is None) == (self.days is None):
            raise ValueError("needs 'end' or 'days', and not both")
        if self.last <= self.start:
            raise ValueError(f"ends on {self.last}, which is not after its start on {self.start}")
        return self

    @property
    def last(self) -> date:
        """The day on which it ends."""
        return self.end or self.start + timedelta(days=self.days or 0)


class CustomerFields(Frozen):
    """A customer to enrol, but for its id. A tier that is left out is set by the playbook's rules; of a customer of before `past` tells."""

    name: Name
    timezone: str
    country: str
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    tier: Tier | None = None
    segment: str = "standard"
    industry: str = ""
    company_size: Annotated[int, Field(ge=0, le=MOST)] = 0
    edition: str = ""
    goal: str = ""
    owner: ToldOwner
    contacts: list[ToldContact] = []
    contract: ToldContract
    past: Past = Past()
    attributes: dict[Slug, Scalar] = {}

    def customer(self, name: str, playbook: Playbook) -> Customer:
        """The customer of that id, on that playbook. Raises Mistake with a sentence where something does not fit."""
        unknown = [milestone for milestone in self.past.milestones if milestone not in playbook.milestones]
        if unknown:
            raise Mistake(f"The playbook has no milestone '{unknown[0]}', only {', '.join(playbook.milestones) or 'none'}.")
        values: dict[str, Any] = self.model_dump(exclude={"tier", "owner", "contacts", "contract"})
        contract = Contract(
            term=self._term(),
            start=self.contract.start,
            end=self.contract.last,
            annual_value=self.contract.annual_value,
            currency=self.contract.currency,
            renews=self.contract.renews or playbook.contract.renews,
            notice=self.contract.notice,
        )
        known: dict[str, object] = {"term": contract.term, "days": contract.days, "annual_value": contract.annual_value}
        known["renews"] = contract.renews.value
        tier = self.tier or tier_of(values | {"contract": known}, playbook)
        owner = Owner.model_validate(_own_names(self.owner))
        contacts = [Contact.model_validate(_own_names(contact)) for contact in self.contacts]
        try:
            return Customer.model_validate(values | {"id": name, "tier": tier, "owner": owner, "contacts": contacts, "contract": contract})
        except ValidationError as error:
            fault = error.errors()[0]
            raise Mistake(f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}.") from None

    def _term(self) -> int:
        """The term that runs: as told, else counted from the day since when it is a customer, as of a file."""
        told, since = self.contract.term, self.past.since
        if told is not None or since is None or since >= self.contract.start:
            return 1 if told is None else told
        return 1 + terms_before(Contract(start=self.contract.start, end=self.contract.last), since)


def _own_names(told: ToldOwner | ToldContact) -> dict[str, Any]:
    fields = told.model_dump()
    return {"given_name": fields.pop("first_name"), **fields}
