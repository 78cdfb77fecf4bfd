"""One customer's workflow as tests see it from outside: its clock, what is told to it, and what it shows."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.zones import local
from lifecycle.explain.simulator import Simulation, simulate
from lifecycle.explain.status import Status
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind
from runtime.temporal.converter import data_converter
from runtime.temporal.time_travel import TimeTravel
from tests.workflows.harness.building import moment
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import Answered, Ended, Pause, Resolve, Tell

Answer = TypeVar("Answer")
PATIENCE = 20.0
LONGEST_TRAVEL = 60.0
SOON = timedelta(milliseconds=5)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return once it holds. Raises TimeoutError after twenty seconds."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.02)


@dataclass
class CustomerWorkflow:
    """One customer's workflow, seen from outside. Times are read and given on the customer's clock, as `2038-01-04 09:00`."""

    client: Client
    travel: TimeTravel
    customer: Customer
    playbook: Playbook
    enrolled: datetime
    first_run: str
    events_told: list[Event] = field(default_factory=list)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The newest run."""
        return self.client.get_workflow_handle(f"customer/{self.customer.id}")

    def at(self, text: str) -> datetime:
        """That local time as an instant."""
        return moment(text, self.customer.timezone)

    def clock(self, instant: datetime) -> str:
        """The instant as the customer's clock shows it."""
        return f"{local(instant, self.customer.timezone):%Y-%m-%d %H:%M}"

    # ---- time

    async def live_until(self, text: str) -> None:
        """Live on until that local time, and until what is then due is done."""
        await self.travel_to(self.at(text))
        await self.wait_until_idle()

    async def travel_to(self, instant: datetime) -> None:
        """Live on until that instant. Raises TimeoutError after a minute of real time."""
        async with asyncio.timeout(LONGEST_TRAVEL):
            await self.travel.to(f"customer/{self.customer.id}", instant)

    async def now(self) -> datetime:
        """What the customer's virtual clock shows."""
        now = await self.travel.now(f"customer/{self.customer.id}")
        assert now is not None
        return now

    async def wait_until_idle(self) -> None:
        """Wait until nothing is being done; what waits for its next try does not count."""

        async def is_idle() -> bool:
            if await self._a_timer_is_about_to_fire():
                return False
            seen = (await self.handle.describe()).raw_description
            waits = PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
            acts = [act for act in seen.pending_activities if act.state != waits or act.attempt == 1]
            return not acts and not seen.HasField("pending_workflow_task")

        await until(is_idle)

    async def _a_timer_is_about_to_fire(self) -> bool:
        now = await self.travel.now(f"customer/{self.customer.id}")
        due: dict[int, datetime] = {}
        for event in (await self.handle.fetch_history()).events:
            if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
                wait = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                due[event.event_id] = event.event_time.ToDatetime(UTC) + wait
            due.pop(event.timer_fired_event_attributes.started_event_id, None)
            due.pop(event.timer_canceled_event_attributes.started_event_id, None)
        return now is not None and any(moment <= now + SOON for moment in due.values())

    # ---- what callers say

    def event(self, type_name: str, at: str | datetime, id: str | None = None, **data: Any) -> Event:
        """An event told at that local time."""
        told = Event(
            id=id or f"{type_name}-{len(self.events_told) + 1}", type=type_name, at=self.at(at) if isinstance(at, str) else at, data=data
        )
        self.events_told.append(told)
        return told

    async def tell(self, type_name: str, at: str, **data: Any) -> list[Answered]:
        """Live until that moment, then tell the event of it."""
        await self.travel_to(self.at(at))
        answer = await self.send(self.event(type_name, at, **data))
        await self.wait_until_idle()
        return answer

    async def send(self, *events: Event) -> list[Answered]:
        """Tell these events now."""
        return await self.handle.execute_update(CustomerLifecycle.tell, Tell(events=list(events)))

    async def pause(self, why: str = "", by: str = "") -> str:
        """Hold touches back."""
        return await self.handle.execute_update(CustomerLifecycle.pause, Pause(why=why, by=by))

    async def resume(self) -> str:
        """Let touches go again, as an older client says it: without a message."""
        answer: str = await self.handle.execute_update("resume", result_type=str)
        await self.wait_until_idle()
        return answer

    async def resolve(self, key: str, resolution: Resolution, by: str = "Kim Lee") -> str:
        """Say what became of the unknown touch with that key behind `customer/term/`."""
        command = Resolve(key=f"{self.customer.id}/1/{key}", resolution=resolution, by=by)
        answer: str = await self.handle.execute_update(CustomerLifecycle.resolve, command)
        await self.wait_until_idle()
        return answer

    async def result(self) -> Ended:
        """What the workflow returned."""
        handle = self.client.get_workflow_handle(f"customer/{self.customer.id}", result_type=Ended)
        ended: Ended = await handle.result()
        return ended

    # ---- what can be seen

    async def status(self) -> Status:
        """Where the customer stands."""
        return await _answered(lambda: self.handle.query(CustomerLifecycle.status))

    async def timeline(self) -> list[Entry]:
        """What happened and was done."""
        return await _answered(lambda: self.handle.query(CustomerLifecycle.timeline))

    async def touches(self) -> list[str]:
        """Every touch that went out, as `2038-01-04 09:00 welcome/1/email-welcome`, in the order of the timeline."""
        return self.rows(await self.timeline(), Outcome.SENT)

    async def not_sent(self) -> list[str]:
        """Every touch that did not simply go out, as `2038-01-04 09:00 missed welcome/1/email-welcome: why`."""
        return [
            f"{self.clock(entry.at)} {entry.outcome.value} {self._short(entry.key)}: {entry.why}"
            for entry in await self.timeline()
            if entry.kind is EntryKind.TOUCH and entry.outcome is not None and entry.outcome is not Outcome.SENT
        ]

    def rows(self, timeline: list[Entry], outcome: Outcome) -> list[str]:
        """The touches of that outcome, with the customer's local time and the key behind `customer/term/`."""
        return [f"{self.clock(entry.at)} {self._short(entry.key)}" for entry in timeline if entry.outcome is outcome]

    def _short(self, key: str) -> str:
        _, term, rest = key.split("/", 2)
        return rest if term == "1" else f"{term}/{rest}"

    def simulated(self, until_then: datetime | None = None) -> Simulation:
        """The same life, by the simulator."""
        last = until_then or max([event.at for event in self.events_told], default=self.enrolled)
        return simulate(self.customer, self.playbook, self.events_told, self.enrolled, last)

    # ---- what Temporal keeps

    async def runs(self) -> list[WorkflowHistory]:
        """The history of every run, oldest first, following the chain from run to run."""
        found, run = [], self.first_run
        while run:
            history = await self.client.get_workflow_handle(f"customer/{self.customer.id}", run_id=run).fetch_history()
            found.append(history)
            run = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return found

    async def events(self, kind: EventType.ValueType) -> list[HistoryEvent]:
        """The events of that kind of all runs."""
        return [event for history in await self.runs() for event in history.events if event.event_type == kind]

    async def counts(self) -> Counter[str]:
        """How many events of each kind all runs have, by the kind's name."""
        return Counter(kind_of(event) for history in await self.runs() for event in history.events)

    async def initial_states(self) -> list[Lifecycle]:
        """The life that each run began with."""
        lives = []
        for history in await self.runs():
            payloads = history.events[0].workflow_execution_started_event_attributes.input.payloads
            lives += await data_converter.decode(payloads, [Lifecycle])
        return lives


def refusal(refused: WorkflowUpdateFailedError) -> str:
    """What an update was refused with, from the outermost cause to the innermost."""
    sentences: list[str] = []
    cause: BaseException | None = refused.cause
    while isinstance(cause, ApplicationError):
        sentences.append(cause.message)
        cause = cause.cause
    return "; ".join(sentences)


def in_order(timeline: list[Entry]) -> list[Entry]:
    """By time and key: touches of one instant settle in the order in which their activities happen to be done.

    Without subjects: a simulation renders no messages.
    """
    lines = [replace(entry, subject="") for entry in timeline]
    return sorted(lines, key=lambda entry: (entry.at, entry.kind is EntryKind.TOUCH, entry.key))


def kind_of(event: HistoryEvent) -> str:
    """`TIMER_STARTED`."""
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")


async def _answered(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer to a query; between two runs there is none for a moment."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return await ask()
        except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.02)
