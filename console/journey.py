"""Lives customers' stories on Temporal, each on its own virtual clock: enrols, travels, tells, asks.

What is told for a moment is told half a minute before it: the engine holds it until then, so that it meets the
deadlines of that very moment, as it does in the simulator.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from console.enrolling import ENROLS_AT, TASK_QUEUE, Enrolled, enrol, id_of, zones_of
from console.failing import Mistake
from console.files import read_text
from console.shifting import shift_customer, shift_event, shift_to_follow
from lifecycle.customer import Customer
from lifecycle.enrolment import CustomerRow, RowFault, read_customers, read_events
from lifecycle.events import Event
from lifecycle.playbook import Playbook
from lifecycle.zones import at_local
from runtime.time_travel import TimeTravel
from workflows.messages import Tell

BEFORE = timedelta(seconds=30)
MONTHS = 16

Progress = Callable[["Story", datetime], None]


@dataclass(frozen=True)
class Story:
    """One customer, when it is enrolled, what it is told until when."""

    customer: Customer
    enrolled: datetime
    events: list[Event]
    until: datetime

    @property
    def id(self) -> str:
        """The customer's id."""
        return self.customer.id


@dataclass(frozen=True)
class Stories:
    """The stories of a file of customers and one of events, moved by `shift` to lie ahead."""

    all: list[Story]
    shift: timedelta
    faults: list[RowFault] = field(default_factory=list)


def read_stories(customers: Path, events: Path | None, playbook: Playbook, now: datetime | None) -> Stories:
    """Read both files. With `now` all dates are moved to lie after it, by whole 52-week years.

    A customer with no `enrolled_on` is enrolled on its contract's first day. A story ends sixteen months after the month
    in which the first one begins. Raises Mistake for a file that cannot be read.
    """
    rows, faults = read_customers(read_text(customers), playbook)
    told, more = read_events(read_text(events), zones_of(rows)) if events is not None else ([], [])
    if not rows:
        raise Mistake(f"{customers} has no customer that can be enrolled: {faults[0] if faults else 'it has a header and nothing below it'}")
    by = timedelta(0) if now is None else shift_to_follow(now, min(_begins(row) for row in rows))
    until = _ends(min(row.enrolled_on or row.customer.contract.start for row in rows))
    zones = zones_of(rows)
    events_of: dict[str, list[Event]] = {row.customer.id: [] for row in rows}
    for one in told:
        events_of[one.customer].append(shift_event(one, by, zones[one.customer]).event)
    stories = []
    for row in rows:
        moved = shift_customer(row, by)
        end = at_local(until + by, time(), moved.customer.timezone) - timedelta(seconds=1)
        stories.append(Story(moved.customer, _begins(moved), events_of[row.customer.id], end))
    return Stories(stories, by, [*faults, *more])


def _begins(row: CustomerRow) -> datetime:
    return at_local(row.enrolled_on or row.customer.contract.start, ENROLS_AT, row.customer.timezone)


def _ends(first: date) -> date:
    months = first.month - 1 + MONTHS
    return date(first.year + months // 12, months % 12 + 1, 1)


async def begin(client: Client, story: Story, playbook: str, task_queue: str = TASK_QUEUE) -> Enrolled:
    """Enrol the story's customer; it sleeps until the story begins."""
    return await enrol(client, story.customer, playbook, story.enrolled, task_queue)


async def live(client: Client, story: Story, seen: Progress = lambda story, moment: None) -> bool:
    """Take an enrolled customer through its story. False if its life was over before the story's end.

    `seen` is told how far it has come. Raises TimeTravelFailed.
    """
    travel = TimeTravel(client)
    handle = client.get_workflow_handle(id_of(story.id))
    for moment, together in groupby(sorted(story.events, key=lambda event: event.at), key=lambda event: event.at):
        if moment > story.until:
            break
        if not await travel.to(handle.id, moment - BEFORE):
            return False
        seen(story, moment)
        try:
            await handle.signal("event", Tell(events=list(together)))
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it ended in this very moment
                raise
            return False
    reached = await travel.to(handle.id, story.until)
    seen(story, story.until)
    return reached
