"""When people of ours work, as a run is given it: zones, hours and calendars, without a name or an address."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lifecycle.domain.model import Frozen
from lifecycle.domain.people.customer import Country, Zone
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.time.hours import Hours

OWNER_ROLE = "csm"
"""The role that whoever answers for the customer holds, whoever else may hold it too."""


class Workplace(Frozen):
    """Where and when somebody works. What is empty is as it is where the customer is, hours that are None are the policy's."""

    timezone: Zone = ""
    country: Country = ""
    hours: Hours | None = None


class Workplaces(Frozen):
    """The workplaces of all people of ours. A person stands as a mark of its address; `roles` has the holders of each role."""

    places: list[Workplace] = []
    people: dict[str, int] = {}
    roles: dict[str, list[str]] = {}

    def of_person(self, email: str) -> Workplace | None:
        """Where and when the person with that address works; None of whom nothing is known."""
        return self._place(mark_of(email))

    def of_role(self, role: str, customer: str) -> Workplace | None:
        """The same of whoever sees to what that role is asked for of that customer (its id); None where nobody holds it."""
        return next((self._place(mark) for mark in in_turn(self.roles.get(role, []), customer)), None)

    def _place(self, mark: str) -> Workplace | None:
        number = self.people.get(mark)
        return self.places[number] if number is not None else None


@lru_cache(maxsize=4096)
def mark_of(email: str) -> str:
    """What stands for the person with that address: the same for every way to write it."""
    digest = hashlib.blake2b(address_key(email).encode("utf-8", "surrogatepass"), digest_size=6, person=b"evergreen-people").digest()
    return base64.urlsafe_b64encode(digest).decode()


def in_turn(marks: Iterable[str], customer: str) -> Sequence[str]:
    """Several who hold a role, in the order in which a customer's requests go to them: always the same for one customer, spread evenly over
    many, and hardly changed by one who comes or goes.
    """
    return sorted(marks, key=lambda mark: hashlib.blake2b(f"{customer}\n{mark}".encode("utf-8", "surrogatepass"), digest_size=8).digest())
