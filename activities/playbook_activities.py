"""Reading a published playbook at the beginning of a run, so that it stands in that run's history."""

import asyncio
from functools import lru_cache

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from activities.ledger.playbook_store import PlaybookStore
from lifecycle.domain.enums import Stage, Tier
from lifecycle.domain.model import Frozen

MOST_KEPT = 256
"""Answers that are kept: a version, cut to a stage, a tier and the plays that run, is always the same one."""


class LoadPlaybook(Frozen):
    """Which playbook (`name` or `name@version`), and for which run. `newest` takes the newest of that name, whatever the version."""

    playbook: str
    newest: bool = False
    stage: Stage
    tier: Tier
    running: list[str] = []


class PlaybookActivities:
    """What runs ask of the published playbooks."""

    def __init__(self, store: PlaybookStore) -> None:
        self.store = store
        self._cut = lru_cache(maxsize=MOST_KEPT)(self._cut_and_written)

    @activity.defn
    async def load_playbook(self, request: LoadPlaybook) -> RawValue:
        """The playbook as JSON, trimmed to the stage, the tier and the plays that run. Raises NotNow while it is not published.

        It is handed on as it was written: whoever has many runs of one playbook reads the same bytes once.
        """
        return await asyncio.to_thread(self._load, request)

    def _load(self, request: LoadPlaybook) -> RawValue:
        wanted = request.playbook.partition("@")[0] if request.newest else request.playbook
        published = self.store.get(wanted)
        return self._cut(published.playbook.ref, request.stage, request.tier, tuple(request.running))

    def _cut_and_written(self, ref: str, stage: Stage, tier: Tier, running: tuple[str, ...]) -> RawValue:
        trimmed = self.store.get(ref).playbook.trimmed(stage, tier, list(running))
        return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=trimmed.model_dump_json(exclude_none=True).encode()))
