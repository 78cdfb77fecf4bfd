"""Who of ours a task or an escalation goes to: a person, found in the directory at the moment of the act."""

from dataclasses import replace

from activities.ledger.published.people_store import PeopleStore
from lifecycle.domain.model import Frozen
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import Touch

ASSIGNEE = "assignee"
"""The group of a touch's values that says who is to see to it; there is none while no people are published."""


class AssignedPerson(Frozen):
    """Who is to see to it: name and address as the directory has them, and whom it stands in for (empty: it acts for itself)."""

    name: str
    email: str
    stands_in_for: str = ""


def assigned(touch: Touch, people: PeopleStore) -> Touch:
    """The touch with the person who is to see to it then. Blocks, and raises SQLAlchemyError."""
    directory = people.newest()
    if directory is None:
        return touch
    owner = touch.values.get("owner", {})
    found = directory.assignee(touch.owner, touch.customer, (str(owner.get("name") or ""), str(owner.get("email") or "")), touch.at)
    person = AssignedPerson(name=found.name, email=found.email, stands_in_for=found.for_)
    return replace(touch, values=touch.values | {ASSIGNEE: person.model_dump()})


def assignee_of(touch: Touch) -> AssignedPerson | None:
    """Who is to see to it; None where nobody was looked for."""
    found = touch.values.get(ASSIGNEE)
    return AssignedPerson.model_validate(found) if found is not None else None


def reached(touch: Touch) -> str:
    """Who got it, for its receipt; empty where nobody was looked for."""
    person = assignee_of(touch)
    return one_line(f"to {person.name}{f', who stands in for {person.stands_in_for}' if person.stands_in_for else ''}") if person else ""


def whom(touch: Touch) -> str:
    """Whom it is for, in words: the person, if one was found, and the role."""
    person = assignee_of(touch)
    if person is None or not person.name:
        return touch.owner
    return f"{person.name} (for {person.stands_in_for}, {touch.owner})" if person.stands_in_for else f"{person.name} ({touch.owner})"
