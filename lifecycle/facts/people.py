"""Contacts: who they are, what role each holds, and what each refuses to hear."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from lifecycle.domain.bounds import short_key
from lifecycle.domain.customer import Address, Contact, Customer, Name, Phone
from lifecycle.domain.enums import Category, Role, Stance
from lifecycle.facts.events import Event, EventData
from lifecycle.facts.subject import OPT_OUT, Given, PlaybookNames, Subject


class ContactAdded(EventData):
    """There is a new contact, or the name, role or stance of a known one (by address) changed."""

    event_type = "contact.added"

    name: Name
    email: Address
    role: Role = Role.USER
    stance: Stance = Stance.NEUTRAL
    phone: Phone = ""


class ContactLeft(EventData):
    """A contact left the customer: nothing goes to this address any more."""

    event_type = "contact.left"

    email: Address


class _OptedOut(EventData):
    """A category of message, or every category but operational where none is named."""

    email: Address
    category: Category | Literal["all"] = "all"


class OptedOut(_OptedOut):
    """A contact refuses `success`, `survey` or `offer` messages, or all of them where no category is named."""

    event_type = "contact.opted_out"


class OptedIn(_OptedOut):
    """A contact wants such messages again."""

    event_type = "contact.opted_in"


def name_of_address(address: str) -> str:
    """What stands for an address where something is kept by it: the address in one case, or a hash of a long one."""
    return short_key(address.casefold())


@dataclass(slots=True, kw_only=True)
class People(Subject):
    """The categories that each address refuses. Kept apart from the contact: who leaves and comes back has still opted out.

    `opted_out` has them by what stands for an address (`name_of_address`).
    """

    events: ClassVar = (ContactAdded, ContactLeft, OptedOut, OptedIn)
    sees: ClassVar = {"roles": dict.fromkeys(Role, bool), "stances": dict.fromkeys(Stance, bool)}

    opted_out: dict[str, list[Category]] = field(default_factory=dict)

    def refused_by(self, address: str) -> list[Category]:
        """The categories that this address refuses, whatever its letters' case."""
        return self.opted_out.get(name_of_address(address), [])

    def take_in(self, event: Event, given: Given) -> bool:
        """Change the contacts or what an address refuses, unless something later is known of that address."""
        match event.fields():
            case ContactAdded() as data:
                return self._added(event, data, given)
            case ContactLeft() as data:
                if not given.times.newer(f"contact {data.email.casefold()}", event.fact_time):
                    return False
                contacts = given.customer.contacts
                given.customer.contacts = [contact for contact in contacts if contact.email.casefold() != data.email.casefold()]
                return True
            case _OptedOut() as data:
                return self._opted(event, data, given)
            case _:
                raise AssertionError(event.type)

    def _added(self, event: Event, data: ContactAdded, given: Given) -> bool:
        if not given.times.newer(f"contact {data.email.casefold()}", event.fact_time):
            return False
        known = given.customer.contact(data.email)
        if known is None:
            given.customer.contacts.append(Contact(name=data.name, email=data.email, phone=data.phone, role=data.role, stance=data.stance))
        else:
            known.name, known.role, known.stance = data.name, data.role, data.stance
            known.phone = data.phone or known.phone
        return True

    def _opted(self, event: Event, data: _OptedOut, given: Given) -> bool:
        address, news = data.email.casefold(), False
        refusable = [category for category in Category if category is not Category.OPERATIONAL]
        for category in refusable if data.category == "all" else [data.category]:
            if given.times.newer(f"{OPT_OUT}{address} {category.value}", event.fact_time):
                refused = [known for known in self.refused_by(address) if known is not category]
                self.opted_out[name_of_address(address)] = sorted([*refused, category]) if isinstance(data, OptedOut) else refused
                news = True
        return news

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Whether anybody holds each role, and takes each stance (R19)."""
        roles, stances = {contact.role for contact in customer.contacts}, {contact.stance for contact in customer.contacts}
        return {"roles": {role.value: role in roles for role in Role}, "stances": {stance.value: stance in stances for stance in Stance}}
