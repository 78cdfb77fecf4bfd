"""The directory of people of ours: who holds which role, where and when each of them works, and who stands in for whom."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from lifecycle.domain.fields import Id, listed
from lifecycle.domain.model import Day, Frozen
from lifecycle.domain.people.customer import Address, Country, GivenName, Name, Zone
from lifecycle.domain.people.workplaces import OWNER_ROLE, Workplace, Workplaces, in_turn, mark_of
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.texts.names import first_name
from lifecycle.domain.time.hours import Hours
from lifecycle.domain.time.zones import local

MOST_PEOPLE = 500
MOST_ROLES = 20
"""Of one person."""
MOST_ABSENCES = 100
"""Of one person."""
UTC = "UTC"


class Absence(Frozen):
    """From which local day to which somebody is away, both included, and who stands in; without a name the person's usual stand-in does."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    stand_in: Id | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Absence":
        if self.to < self.from_:
            raise ValueError(f"ends on {self.to}, before it begins on {self.from_}")
        return self


class Person(Frozen):
    """One of ours. `first_name` is what it signs with, where its name does not say so; hours that are not given are the playbook's."""

    name: Name
    first_name: GivenName = ""
    email: Address
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    roles: Annotated[list[Id], BeforeValidator(listed), Field(max_length=MOST_ROLES)] = []
    timezone: Zone = ""
    country: Country = ""
    hours: Hours | None = None
    stand_in: Id | None = None
    away: Annotated[list[Absence], Field(max_length=MOST_ABSENCES)] = []

    @property
    def called(self) -> str:
        """The name to sign with."""
        return self.first_name or first_name(self.name)

    def absence(self, at: datetime) -> Absence | None:
        """The absence that the moment falls into, by the person's own calendar; None while it is there."""
        today = local(at, self.timezone or UTC).date()
        return next((each for each in self.away if each.from_ <= today <= each.to), None)


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who is to see to something: a name, an address, as what, and whom it stands in for (empty where it acts for itself)."""

    name: str
    email: str
    role: str
    for_: str = ""


class Directory(Frozen):
    """Everybody of ours, by an id that only this file uses. `version` is a hash of the content, set by the reader."""

    people: Annotated[dict[Id, Person], Field(max_length=MOST_PEOPLE)]
    version: str = ""

    @property
    def ref(self) -> str:
        """`people@hash`."""
        return f"people@{self.version}"

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role that somebody holds; the customer's own manager always does."""
        return frozenset({OWNER_ROLE, *(role for person in self.people.values() for role in person.roles)})

    @cached_property
    def _by_address(self) -> dict[str, Person]:
        return {address_key(person.email): person for person in self.people.values()}

    def find(self, email: str) -> Person | None:
        """The person with that address, in whatever form it is written."""
        return self._by_address.get(address_key(email)) if email else None

    def holders(self, role: str, customer: str) -> Sequence[Person]:
        """Who holds that role, in the order in which a request of that customer (its id) goes to them."""
        by_mark = {mark_of(person.email): person for person in self.people.values() if role in person.roles}
        return [by_mark[mark] for mark in in_turn(by_mark, customer)]

    def everybody(self, role: str) -> Sequence[Person]:
        """Everybody who holds that role, in the order of the ids."""
        return [person for _, person in sorted(self.people.items()) if role in person.roles]

    def assignee(self, role: str, customer: str, owner: tuple[str, str], at: datetime) -> Assignee:
        """Who sees to what that role is asked for of that customer at that moment (UTC). `owner` is the customer's, as name and address.

        Whoever is away is stood in for; where nobody holds the role, or nobody of those is there, it is still one person: the owner,
        or the holder who comes first.
        """
        name, email = owner
        known = self.find(email)
        if role in ("", OWNER_ROLE):
            if known is None:
                return Assignee(name, email, role)
            holders: Sequence[Person] = [known]
        else:
            holders = self.holders(role, customer)
        if not holders:
            return self.assignee(OWNER_ROLE, customer, owner, at) if known is not None else Assignee(name, email, role)
        for person in holders:
            there = self._there(person, at)
            if there is not None:
                return Assignee(there.name, there.email, role, "" if there is person else person.name)
        return Assignee(holders[0].name, holders[0].email, role)

    def _there(self, person: Person, at: datetime) -> Person | None:
        """The person itself, or who stands in for it at that moment; None where nobody does."""
        asked: set[str] = set()
        while (absence := person.absence(at)) is not None:
            stand_in = absence.stand_in or person.stand_in
            if stand_in is None or stand_in in asked:
                return None
            asked.add(stand_in)
            person = self.people[stand_in]
        return person

    def workplaces(self, roles: Collection[str]) -> Workplaces:
        """Where and when everybody works, with the holders of those roles."""
        places: list[Workplace] = []
        people: dict[str, int] = {}
        # By id: the same content is the same bytes, in whatever order the file has it.
        everybody = [person for _, person in sorted(self.people.items())]
        for person in everybody:
            place = Workplace(timezone=person.timezone, country=person.country, hours=person.hours)
            if place not in places:
                places.append(place)
            people[mark_of(person.email)] = places.index(place)
        held = {role: [mark_of(each.email) for each in everybody if role in each.roles] for role in sorted(roles)}
        return Workplaces(places=places, people=people, roles={role: marks for role, marks in held.items() if marks})

    def inconsistencies(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """What its models do not find by themselves: each as a place and a sentence."""
        seen: dict[str, str] = {}
        for id, person in self.people.items():
            here = ("people", id)
            key = address_key(person.email)
            if key in seen:
                yield (*here, "email"), f"is the address of {seen[key]} too; one person stands here once, with all roles"
            seen.setdefault(key, id)
            stand_ins: list[tuple[tuple[str | int, ...], str | None]] = [(("stand_in",), person.stand_in)]
            stand_ins += [(("away", number, "stand_in"), absence.stand_in) for number, absence in enumerate(person.away)]
            for place, name in stand_ins:
                if name is not None and name not in self.people:
                    yield (*here, *place), f"nobody here is called '{name}'; write the id of one of the people"
                elif name == id:
                    yield (*here, *place), "nobody stands in for itself; write another person, or leave it out"


def as_document(directory: Directory) -> dict[str, Any]:
    """The directory as its file would say it, for the hash and the database."""
    return directory.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude={"version"})
