"""What an upgrade led to, read from where it stands: histories, timelines, ledger, outbox and the receiver of webhooks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause

from activities.ledger.database.database import open_database
from activities.ledger.ledger import Ledger
from activities.settings import Settings
from activities.transports.outbox import sent_twice
from console.customers.customer_client import CustomerClient
from lifecycle.domain.enums import Outcome
from lifecycle.explain.status import status_of
from tests.releases.comparing import ChangedRule, Difference, differences, other_fields, uncut
from tests.releases.lives import IN_FLIGHT, Life
from tests.releases.upgrade import Upgrade

_HARMLESS = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
"""Something was told in the instant in which a run continued as new: the server asks it once more, with that."""


@dataclass
class Findings:
    """What is to be found once everybody has lived on.

    `late` are touches of lives with one in flight for over a minute, and what came after them. `differences` are other lines of
    timelines, `other_fields` those of a status, by customer; `unsent` and `unforeseen` are touch keys that the ledger lacks, or has
    more, than the uncut lives sent. `taken_over` counts lives with a run that began with a touch in flight. `twice` is what ledger
    and outbox have twice, `webhooks` the keys that the receiver took.
    """

    lives: int = 0
    runs: int = 0
    acts: int = 0
    webhooks: int = 0
    taken_over: int = 0
    left_on_old: int = 0
    twice: tuple[int, int] = (0, 0)
    failed_tasks: list[str] = field(default_factory=list)
    late: list[Difference] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    other_fields: dict[str, list[str]] = field(default_factory=dict)
    unsent: list[str] = field(default_factory=list)
    unforeseen: list[str] = field(default_factory=list)

    def faults(self, rules: Sequence[ChangedRule] = ()) -> list[str]:
        """Everything that is not as it would have been without the upgrade and that none of the rules explains, a line each."""
        fields = frozenset().union(*(rule.fields for rule in rules))
        explained = [each for each in self.differences if any(rule.explains(each) for rule in rules)]
        may_differ = {each.customer for each in explained}

        def unexplained(keys: list[str]) -> list[str]:
            return [key for key in keys if key.partition("/")[0] not in may_differ]

        return [
            *(f"{self.left_on_old} lives are left on the old build" for _ in range(self.left_on_old > 0)),
            *(f"{kind} has {count} touches twice" for kind, count in zip(("the ledger", "the outbox"), self.twice, strict=True) if count),
            *(f"a workflow task failed, {why}" for why in self.failed_tasks),
            *(
                f"{each.customer} has {each.moved} where the uncut life has {each.uncut}"
                for each in self.differences
                if each not in explained
            ),
            *(f"{name} shows another {other}" for name, names in self.other_fields.items() for other in names if other not in fields),
            *(f"{key} was not sent" for key in unexplained(self.unsent)),
            *(f"{key} was sent and is not due" for key in unexplained(self.unforeseen)),
        ]


async def findings(upgrade: Upgrade) -> Findings:
    """Look at everything. The new build's worker has to run, for it answers the queries."""
    found = Findings(lives=len(upgrade.lives), left_on_old=await upgrade.left(), webhooks=len(upgrade.receiver.asked))
    settings = Settings(home=upgrade.around.home)
    engine = await asyncio.to_thread(open_database, settings.database)
    try:
        ledger = Ledger(engine)
        await asyncio.gather(*(_look_at(upgrade, life, ledger, found) for life in upgrade.lives))
        found.twice = ledger.sent_twice(), sent_twice(settings.outbox)
    finally:
        engine.dispose()
    return found


async def _look_at(upgrade: Upgrade, life: Life, ledger: Ledger, found: Findings) -> None:
    name = life.customer.id
    customer = CustomerClient(upgrade.client, name)
    timeline, status = await customer.timeline(), await customer.status()
    simulation = await asyncio.to_thread(uncut, life, upgrade.playbooks[life.playbook], timeline)
    for each in differences(life, timeline, simulation.life.log.timeline):
        (found.late if life.standing in IN_FLIGHT and each.is_late else found.differences).append(each)
    if other := other_fields(status, status_of(simulation.session, life.until)):
        found.other_fields[name] = other
    sent = {row.key for row in ledger.of_customer(name) if row.outcome is Outcome.SENT}
    due = {entry.key for entry in simulation.life.log.timeline if entry.outcome is Outcome.SENT}
    found.acts += len(sent)
    found.unsent += sorted(due - sent)
    found.unforeseen += sorted(sent - due)
    seen = upgrade.customers[name]
    begun = await seen.initial_states()
    found.taken_over += any(each.plays.in_flight for each in begun)
    for run in await seen.runs():
        found.runs += 1
        for event in run.events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                failed = event.workflow_task_failed_event_attributes
                if failed.cause != _HARMLESS:
                    found.failed_tasks.append(f"{name}: {failed.failure.message}")
