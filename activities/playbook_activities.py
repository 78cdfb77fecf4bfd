"""Reading a published playbook at the beginning of a run, so that it stands in that run's history."""

import asyncio

from temporalio import activity

from activities.ledger.playbook_store import PlaybookStore
from lifecycle.domain.enums import Stage, Tier
from lifecycle.domain.model import Frozen
from lifecycle.playbook.playbook import Playbook


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

    @activity.defn
    async def load_playbook(self, request: LoadPlaybook) -> Playbook:
        """The playbook, trimmed to the stage, the tier and the plays that run. Raises NotNow while it is not published."""
        wanted = request.playbook.partition("@")[0] if request.newest else request.playbook
        published = await asyncio.to_thread(self.store.get, wanted)
        return published.playbook.trimmed(request.stage, request.tier, request.running)
