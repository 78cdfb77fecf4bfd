"""A flood of events, or an outage: the backlog passes, however long, in tasks that each end in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from lifecycle.domain.enums import Stage
from lifecycle.engine.plays.starting import MOST_AT_ONCE
from lifecycle.playbook.playbook import Playbook
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from workflows.customer_lifecycle import MOST_DEADLINES, RECORDS_AT_ONCE, CustomerLifecycle
from workflows.messages.messages import Tell

QUIET = a_playbook(stage("onboarding", "hello: {at: {day: 2}, steps: [{email: {template: welcome}}]}") + stage("win_back"))
TICKETS = a_playbook(
    stage("onboarding", "ticket: {on: ticket.opened, key: event.ticket, steps: [{task: {title: Answer, due: 1d}}]}")
    + stage("win_back", "{}")
)
FLOOD = 15 * MOST_DEADLINES


async def left_alone(harness: WorkerHarness, playbook: tuple[Playbook, dict[str, str]]) -> CustomerWorkflow:
    """A customer who has lived until ten in the morning of 5 January, and whom no worker serves since."""
    life = await harness.enrol(a_customer(), playbook, travel=False)
    async with harness.working():
        await life.live_until("2038-01-05 10:00")
    return life


async def short_waits(life: CustomerWorkflow) -> list[HistoryEvent]:
    """The timers between two portions of a backlog."""
    started = await life.events(EventType.EVENT_TYPE_TIMER_STARTED)
    a_moment = timedelta(milliseconds=1)
    return [event for event in started if event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() <= a_moment]


@pytest.mark.slow
async def test_events_that_piled_up_while_no_worker_ran_are_all_taken_in_by_portions(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, workflow=None) as harness:
        life = await left_alone(harness, QUIET)
        start = life.at("2038-01-05 09:59")
        told = [life.event("login", start + timedelta(milliseconds=number), id=f"login-{number}") for number in range(FLOOD)]
        await life.handle.signal("event", Tell(events=told))
        async with harness.working():
            await life.live_until("2038-01-05 11:00")
            assert await life.handle.query(CustomerLifecycle.known, [told[-1].id, "never"]) == {told[-1].id: told[-1].digest()}
            # Between two portions it sleeps for a moment, and looks idle.
            portions = FLOOD // MOST_DEADLINES

            async def all_are_taken_in() -> bool:
                return len(await short_waits(life)) >= portions - 1

            await until(all_are_taken_in)
            await life.wait_until_idle()
            assert portions - 1 <= len(await short_waits(life)) <= portions
            assert await life.events(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) == []


async def test_a_backlog_larger_than_a_life_may_be_is_taken_in_across_a_stage_s_end(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, workflow=None) as harness:
        life = await left_alone(harness, QUIET)
        start = life.at("2038-01-05 09:59")
        left = life.event("customer.churned", start, id="left", kind="choice", reason="price")
        long = "\U0001f33f" * 500
        told = [
            life.event("handoff.completed", start + timedelta(milliseconds=number), id=f"handoff-{number}", goal=long, promises=long)
            for number in range(1, 601)
        ]
        for first in range(0, len(told), 100):
            await life.handle.signal("event", Tell(events=[left, *told[first : first + 100]] if not first else told[first : first + 100]))
        assert sum(len(event.model_dump_json().encode()) for event in told) > 2_000_000
        async with harness.working():
            await life.live_until("2038-01-05 11:00")

            async def is_lost() -> bool:
                return (await life.status()).stage is Stage.WIN_BACK

            await until(is_lost)
            assert await life.handle.query(CustomerLifecycle.known, [told[-1].id]) == {told[-1].id: told[-1].digest()}
            assert await life.events(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) == []


def is_of_the_server(event: HistoryEvent) -> bool:
    """Whether the server itself ended the task, to note what had come meanwhile: more than a hundred answers, while the machine was busy."""
    return event.workflow_task_failed_event_attributes.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND


async def test_what_did_not_start_is_written_down_however_much_it_is(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, workflow=None) as harness:
        life = await left_alone(harness, TICKETS)
        start = life.at("2038-01-05 09:59")
        told = [
            life.event("ticket.opened", start + timedelta(milliseconds=number), id=f"ticket-{number}", ticket=f"T{number}")
            for number in range(RECORDS_AT_ONCE + MOST_AT_ONCE + 100)
        ]
        await life.handle.signal("event", Tell(events=told))
        async with harness.working():
            await life.live_until("2038-01-05 11:00")
            counts = {"task": {"sent": MOST_AT_ONCE}, "play": {"skipped": RECORDS_AT_ONCE + 100}}

            async def all_is_written_down() -> bool:
                return harness.activities.ledger.counts(life.customer.id) == counts

            await until(all_is_written_down)
            assert [event for event in await life.events(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) if not is_of_the_server(event)] == []
