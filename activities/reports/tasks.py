"""Tasks as reports read them, and the team of whoever was to do them."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from activities.ledger.published.people_store import PeopleStore
from activities.ledger.record.tables import TASKS
from activities.reports.material import Material
from lifecycle.domain.people.workplaces import OWNER_ROLE
from lifecycle.domain.record import TaskState


class Task(NamedTuple):
    """A task as its row says."""

    key: str
    customer: str
    name: str
    play: str
    owner: str
    title: str
    note: str
    closed_as: str
    asked_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    late_hours: float | None

    def done_by(self, moment: datetime) -> bool:
        """Whether it was done before that moment (UTC)."""
        return self.closed_as == TaskState.DONE and self.closed_at is not None and self.closed_at < moment


def tasks(material: Material) -> list[Task]:
    """Every task that was asked for before the period's end, the first asked first. `material.once` reads them once."""
    c = TASKS.c
    texts = [sa.func.coalesce(c[name], "") for name in ("name", "play", "owner", "title", "note", "closed_as")]
    query = sa.select(c.key, c.customer, *texts, c.asked_at, c.due_at, c.closed_at, c.late_hours).where(c.asked_at < material.behind)
    return [Task(*row) for row in material.rows(query.order_by(c.asked_at, c.key))]


def teams(material: Material) -> dict[str, str]:
    """The role of each person of ours by the name that tasks have: as the published directory says it first, and for who looks after customers the
    owner's.
    """
    directory = PeopleStore(material.connection.engine).newest()
    people = directory.people.values() if directory is not None else ()
    owners = {customer.owner: OWNER_ROLE for customer in material.customers.values() if customer.owner}
    return {"": OWNER_ROLE} | {person.name: person.roles[0] for person in people if person.roles} | owners
