"""What the record's rows leave to the playbooks that their customers live by: what a play is about, and by how many working hours a task is late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from activities.ledger.failures import NotNow
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.rules.hours import Whereabouts, hours_of_role


class LivedPlaybooks:
    """The playbooks of one database, as they are lived by with the people of ours who are published now. Blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._store = PlaybookStore(engine)
        self._people = PeopleStore(engine)
        self._policies: dict[str, ContactPolicy | None] = {}
        self._plays: dict[str, dict[str, str]] = {}

    def about(self, playbook: str, play: str) -> str:
        """What that play is about; empty where the playbook is not published, or has no such play."""
        if playbook not in self._plays:
            try:
                stages = self._store.get(playbook).playbook.stages.values()
                self._plays[playbook] = {name: body.about for plan in stages for name, body in plan.plays.items()}
            except NotNow:
                self._plays[playbook] = {}
        return self._plays[playbook].get(play, "")

    def late_hours(self, task: Mapping[str, Any], now: datetime) -> float | None:
        """By how many working hours of whoever is to do it an open task (a row of `RecordReading.open_tasks`) is late now (UTC), from when it
        was due, as of one that is done; 0 while it is not due or put off, and None where its customer's playbook is not known.
        """
        due = task["due_at"]
        if due is None or (task["snoozed_until"] or due) >= now:
            return 0.0
        policy = self._policy(task["customer_playbook"] or "")
        if policy is None:
            return None
        where = Whereabouts(
            customer=task["customer"],
            timezone=task["customer_timezone"] or "UTC",
            country=task["customer_country"] or "",
            owner_email=task["customer_owner_email"] or "",
            owner_timezone=task["customer_owner_timezone"] or "",
            owner_country=task["customer_owner_country"] or "",
        )
        return hours_of_role(where, policy, task["role"] or "").hours_between(due, now)

    def _policy(self, ref: str) -> ContactPolicy | None:
        if ref not in self._policies:
            try:
                self._policies[ref] = self._store.get(ref).playbook.with_people(self._people.newest()).contact_policy if ref else None
            except NotNow:
                self._policies[ref] = None
        return self._policies[ref]
