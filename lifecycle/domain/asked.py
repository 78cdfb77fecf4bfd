"""What of a touch the ledger and the record are told: whom it goes to, and the line of a task, made from the touch that asks for it."""

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.workplaces import OWNER_ROLE
from lifecycle.domain.record import Fact, FactKind
from lifecycle.domain.touch import Touch


def asked_of(touch: Touch) -> Fact | None:
    """The line that a task was asked for, once its touch went out; None for every other touch, and for one of no customer's life, such as an
    owner's list, which nobody tells to be done. Its number is 0: the touch key names it.
    """
    if touch.kind is not TouchKind.TASK or not touch.counts_for:
        return None
    data: dict[str, Scalar] = {"task": touch.key, "play": touch.play, "owner": owner_of(touch), "title": touch.text, "role": touch.owner}
    if touch.deadline is not None:
        data["due"] = touch.deadline.isoformat()
    return Fact(number=0, at=touch.at, kind=FactKind.TASK_ASKED, what=touch.name, data=data)


def owner_of(touch: Touch) -> str:
    """Who is to do it: the name of whoever holds the role, as far as the touch says it, else the role."""
    for group in ("assignee", "owner"):
        name = touch.values.get(group, {}).get("name")
        if isinstance(name, str) and name and (group == "assignee" or touch.owner in ("", OWNER_ROLE)):
            return name
    return touch.owner


def addressees_of(touch: Touch) -> list[str]:
    """The addresses that it goes to: those of the people of the customer, else of whoever of ours is to see to it, as far as the touch says it."""
    if touch.to or not touch.kind.asks_one_of_ours:
        return [person.email for person in touch.to]
    for group in ("assignee", "owner"):
        email = touch.values.get(group, {}).get("email")
        if isinstance(email, str) and email and (group == "assignee" or touch.owner in ("", OWNER_ROLE)):
            return [email]
    return []
