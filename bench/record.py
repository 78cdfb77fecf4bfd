"""What the record costs: a year of customers with it and without it, on a real Temporal server, on the yardstick.

Billable are workflow starts (each continuing as new is one), signals, updates, activities and timers; queries are not. Local activities count once a
workflow task that has any, as Temporal Cloud bills them.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Worker

from activities.registry import build
from activities.settings import Settings
from bench.figures import Figure
from bench.material import YARDSTICK, Story
from lifecycle.domain.time.zones import at_local, local
from lifecycle.engine import engine
from lifecycle.facts.events import Event
from lifecycle.state.life import Lifecycle
from lifecycle.state.record import RecordState
from runtime.playbook_files import load
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.time_travel import TimeTravel
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import Ended, Tell
from workflows.performing import asking_at_once
from workflows.showing.search_attributes import ALL

YEAR = timedelta(days=365)
CUSTOMERS = 3
MOST_MORE = 5.0
"""Per cent by which a customer-year may cost more with the record than without it."""

_TRAVEL = ("workflow_execution_options_updated", "workflow_execution_time_skipping")
_BILLED = (
    "workflow_execution_started",
    "workflow_execution_signaled",
    "workflow_execution_update_accepted",
    "activity_task_scheduled",
    "timer_started",
)


@workflow.defn(name="CustomerLifecycle", sandboxed=False)
class WithoutRecord(CustomerLifecycle):
    """Writes no record, and keeps nothing for one."""

    keeps_record = False

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        super().__init__(life)

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        """As ever."""
        return await super().run(life)

    def _write_down(self) -> None:
        super()._write_down()
        self.life.record = RecordState()


@dataclass(frozen=True)
class Cost:
    """What one customer's year came to."""

    actions: int
    events: int
    size: int


_MEASURED: tuple[tuple[str, str, Callable[[Cost], float]], ...] = (
    ("billable actions", "", lambda cost: cost.actions),
    ("events of history", "", lambda cost: cost.events),
    ("bytes of history", "KB", lambda cost: cost.size / 1000),
)


async def figures() -> list[Figure]:
    """Each customer's year with the record against the same year without it."""
    # On a busy machine a local activity is given up and asked for again, which costs as much as ten lines of the record.
    asking_at_once.AT_ONCE = timedelta(seconds=8)
    costs = {each: await _years(each) for each in (WithoutRecord, CustomerLifecycle)}
    shown: list[Figure] = []
    for name, unit, of in _MEASURED:
        without, with_it = (sum(map(of, costs[each])) / CUSTOMERS for each in (WithoutRecord, CustomerLifecycle))
        shown += [
            Figure(f"{name} of a customer-year without the record", without, unit),
            Figure(f"{name} with it", with_it, unit),
            Figure(f"{name}: more with it", 100 * (with_it / without - 1), "%", most=MOST_MORE),
        ]
    return shown


async def _years(kind: type[CustomerLifecycle]) -> list[Cost]:
    with tempfile.TemporaryDirectory() as home:
        activities = await asyncio.to_thread(build, Settings(home=Path(home)))
        activities.playbooks.publish(*load(YARDSTICK.playbook))
        async with await DevServer.start(None, search_attributes=ALL) as server:
            client = await Client.connect(server.address, data_converter=data_converter)
            async with Worker(client, task_queue="bench", workflows=[kind], activities=activities.all):
                playbook, stories = YARDSTICK.read()
                costs = [await _year(client, playbook.ref, story) for story in _told_most_of(stories)]
        await activities.close()
    return costs


def _told_most_of(stories: Iterable[Story]) -> list[Story]:
    """The customers of whom most is told: the record has most to say of them."""
    return sorted(stories, key=lambda story: (-len(story.events), story.customer.id))[:CUSTOMERS]


async def _year(client: Client, ref: str, story: Story) -> Cost:
    """A year of the customer from its enrolment, which is moved to the day after tomorrow; each event by an update of its own."""
    zone = story.customer.timezone
    first = local(datetime.now(UTC), zone).date() + timedelta(days=2)
    moved = first - local(story.enrolled, zone).date()
    contract = story.customer.contract
    days = {"start": contract.start + moved, "end": contract.end + moved}
    customer = story.customer.model_copy(update={"contract": contract.model_copy(update=days)}, deep=True)
    customer.id = f"{customer.id}-{uuid4().hex[:6]}"
    begins = at_local(first, time(), zone)
    life = engine.begin(customer, ref, begins, load(YARDSTICK.playbook)[0].lengths)
    id = f"customer/{customer.id}"
    await client.start_workflow(CustomerLifecycle.run, life, id=id, task_queue="bench")
    travel = TimeTravel(client)
    for event in sorted((_moved(event, moved) for event in story.events), key=lambda event: event.at):
        if not begins < event.at < begins + YEAR:
            continue
        await travel.to(id, event.at)
        await client.get_workflow_handle(id).execute_update(CustomerLifecycle.tell, Tell(events=[event]))
    await travel.to(id, begins + YEAR)
    return cost_of([history async for history in _histories(client, id)])


def _moved(event: Event, by: timedelta) -> Event:
    """The event so much later, and the days that it names."""
    data = {name: _day_moved(value, by) if isinstance(value, str) else value for name, value in event.data.items()}
    return Event(id=event.id, type=event.type, at=event.at + by, data=data)


def _day_moved(value: str, by: timedelta) -> str:
    try:
        return (date.fromisoformat(value) + by).isoformat()
    except ValueError:
        return value


async def _histories(client: Client, id: str) -> AsyncIterator[WorkflowHistory]:
    async for found in client.list_workflows(f"WorkflowId = '{id}'"):
        yield await client.get_workflow_handle(id, run_id=found.run_id).fetch_history()


def cost_of(histories: Iterable[WorkflowHistory]) -> Cost:
    """What all runs of one customer came to, without time travel's own events."""
    kinds, size, with_local = Counter[str](), 0, 0
    for history in histories:
        with_local += len({event.marker_recorded_event_attributes.workflow_task_completed_event_id for event in history.events} - {0})
        for event in history.events:
            kind = event.WhichOneof("attributes") or ""
            if not kind.startswith(_TRAVEL):
                kinds[kind.removesuffix("_event_attributes")] += 1
                size += event.ByteSize()
    return Cost(sum(kinds[kind] for kind in _BILLED) + with_local, kinds.total(), size)
