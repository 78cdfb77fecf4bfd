"""A flood of events, or an outage: the backlog passes, however long, in tasks that each end in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from tests.workflows.building import a_customer, a_playbook, stage
from tests.workflows.house import a_house
from workflows.customer_lifecycle import MOST_DEADLINES, CustomerLifecycle
from workflows.messages import Tell

pytestmark = pytest.mark.server

QUIET = a_playbook(stage("onboarding", "hello: {at: {day: 2}, steps: [{email: {template: welcome}}]}"))
FLOOD = 15 * MOST_DEADLINES


async def test_events_that_piled_up_while_no_worker_ran_are_all_taken_in_by_portions(client: Client, tmp_path: Path) -> None:
    async with a_house(client, tmp_path, workflow=None) as house:
        life = await house.enrol(a_customer(), QUIET, travel=False)
        async with house.working():
            await life.to("2038-01-05 10:00")
        start = life.at("2038-01-05 09:59")
        told = [life.event("login", start + timedelta(milliseconds=number), id=f"login-{number}") for number in range(FLOOD)]
        await life.handle.signal(CustomerLifecycle.event, Tell(events=told))
        async with house.working():
            await life.to("2038-01-05 11:00")
            assert await life.handle.query(CustomerLifecycle.known, [told[-1].id, "never"]) == {told[-1].id: told[-1].digest()}
            breaths = [
                event
                for event in await life.events(EventType.EVENT_TYPE_TIMER_STARTED)
                if event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() <= timedelta(milliseconds=1)
            ]
            assert FLOOD // MOST_DEADLINES - 1 <= len(breaths) <= FLOOD // MOST_DEADLINES
            assert await life.events(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) == []
