"""Reading a published playbook at the beginning of a run, so that it stands in that run's history."""

import asyncio

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.domain.enums import Stage, Tier
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.directory import Directory

MOST_KEPT = 256
"""Answers that are kept: versions of playbook and people, cut to a stage, a tier and the plays that run, are always the same one."""


class LoadPlaybook(Frozen):
    """Which playbook (`name` or `name@version`), and for which run. `newest` takes the newest of that name, whatever the version."""

    playbook: str
    newest: bool = False
    stage: Stage
    tier: Tier
    running: list[str] = []


class PlaybookActivities:
    """What runs ask of the published playbooks, and of when people of ours work."""

    def __init__(self, store: PlaybookStore, people: PeopleStore) -> None:
        self.store = store
        self.people = people
        self._written: dict[_Part, RawValue] = {}

    @activity.defn
    async def load_playbook(self, request: LoadPlaybook) -> RawValue:
        """The playbook as JSON, trimmed to the stage, the tier and the plays that run, with the hours of people of ours as they are
        published now. Raises NotNow while it is not published.

        What was written once is handed on as it is: whoever has many runs of one playbook gets the same bytes for each.
        """
        return await asyncio.to_thread(self._load, request)

    def _load(self, request: LoadPlaybook) -> RawValue:
        people = self.people.newest()
        if not request.newest and (known := self._written.get(_part_of(request, request.playbook, people))) is not None:
            return known
        playbook = self.store.get(request.playbook.partition("@")[0] if request.newest else request.playbook).playbook
        part = _part_of(request, playbook.ref, people)
        if (known := self._written.get(part)) is not None:
            return known
        trimmed = playbook.trimmed(request.stage, request.tier, request.running).with_people(people)
        written = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=trimmed.model_dump_json(exclude_none=True).encode()))
        if len(self._written) >= MOST_KEPT:
            self._written.clear()
        self._written[part] = written
        return written


_Part = tuple[str, str, Stage, Tier, tuple[str, ...]]


def _part_of(request: LoadPlaybook, ref: str, people: Directory | None) -> _Part:
    return ref, people.version if people is not None else "", request.stage, request.tier, tuple(request.running)
