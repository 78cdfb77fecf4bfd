"""What a file says otherwise of a customer than its workflow knows: the events that tell it so. What a file leaves out stays as it is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lifecycle.domain.enums import Category
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contact, Customer
from lifecycle.domain.texts.addresses import address_key
from lifecycle.facts.customer import OF_OWNER, SINGLE

_OF_CONTRACT = {"annual_value": "annual_value", "renews": "renews", "auto_renew": "renews", "notice": "notice"}
_ENDS = ("contract_end", "term_days")


@dataclass(frozen=True)
class Change:
    """One event that is to be told, and what it is about in a few words."""

    type: str
    data: Mapping[str, Scalar]
    words: tuple[str, ...]


def changes_of(told: Customer, given: Collection[str], known: Customer, refused: Mapping[str, Collection[Category]]) -> Iterator[Change]:
    """What the row, whose cells in the columns `given` are not empty, says otherwise than is known; `refused` is by address.

    Raises ValueError, in words, for a contract that is another term than the one that runs.
    """
    changed: dict[str, Scalar] = {}
    for name in SINGLE:
        if name in given and (value := getattr(told, name)) != getattr(known, name):
            changed[name] = value.value if hasattr(value, "value") else value
    for name, column in OF_OWNER.items():
        if column in given and getattr(told.owner, name) != getattr(known.owner, name):
            changed[column] = getattr(told.owner, name)
    changed |= {f"attr:{name}": value for name, value in told.attributes.items() if known.attributes.get(name) != value}
    amended = _amended(told, given, known)
    if "contract_start" in given and told.contract.start != known.contract.start:
        changed["contract_start"] = told.contract.start.isoformat()
    if changed:
        yield Change("customer.changed", changed, tuple(changed))
    if amended:
        yield Change("contract.amended", amended, tuple(amended))
    for contact in told.contacts:
        yield from _contact(contact, known.contact(contact.email), refused)


def _amended(told: Customer, given: Collection[str], known: Customer) -> dict[str, Scalar]:
    if told.contract.start >= known.contract.end:
        raise ValueError(
            f"its contract begins on {told.contract.start}, after the one that runs, which ends on {known.contract.end}: "
            "that is a renewal, so tell contract.renewed"
        )
    amended: dict[str, Scalar] = {}
    for column, name in _OF_CONTRACT.items():
        if column in given and (value := getattr(told.contract, name)) is not None and value != getattr(known.contract, name):
            amended[name] = value if isinstance(value, int | float | str) else str(value)
    if any(column in given for column in _ENDS) and told.contract.end != known.contract.end:
        amended["end"] = told.contract.end.isoformat()
    return amended


def _contact(told: Contact, known: Contact | None, refused: Mapping[str, Collection[Category]]) -> Iterator[Change]:
    if known is None or (told.name, told.role) != (known.name, known.role) or _says_more(told, known):
        data: dict[str, Scalar] = {"name": told.name, "email": told.email, "role": told.role.value}
        data |= {"first_name": told.given_name} if told.given_name else {}
        data |= {"timezone": told.timezone} if told.timezone else {}
        data |= {"stance": known.stance.value} if known is not None else {}
        yield Change("contact.added", data, (f"{told.role.value} {told.name}",))
    wants_none = refused.get(address_key(told.email), ())
    for category in told.opted_out:
        if category not in wants_none:
            yield Change(
                "contact.opted_out", {"email": told.email, "category": category.value}, (f"{told.name} opts out of {category.value}",)
            )


def _says_more(told: Contact, known: Contact) -> bool:
    return bool(told.given_name and told.given_name != known.given_name) or bool(told.timezone and told.timezone != known.timezone)
