"""What a customer costs while it sleeps, and a year of its life: bounds, so that a change that costs more is noticed."""

import pytest
from temporalio.client import WorkflowHistory

from tests.workflows.harness.building import a_customer
from tests.workflows.harness.customer_workflow import kind_of
from tests.workflows.harness.playbooks import STANDARD
from tests.workflows.harness.worker_harness import WorkerHarness

TRAVEL = ("WORKFLOW_EXECUTION_OPTIONS_UPDATED", "WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED")


def size(history: WorkflowHistory) -> int:
    """Bytes of one run's history."""
    return sum(event.ByteSize() for event in history.events)


@pytest.mark.slow
async def test_a_sleeping_customer_of_the_standard_playbook_costs_few_events_and_a_busy_year_few_hundred(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), STANDARD)
    asleep = (await life.runs())[-1]
    # Start; load the playbook; sleep until enrolled; then sleep until the first play. Time travel's own events are not the customer's.
    assert len([event for event in asleep.events if kind_of(event) not in TRAVEL]) <= 24
    assert size(asleep) < 40_000

    for week in range(8):
        await life.tell("usage.reported", f"2038-{1 + week // 4:02}-{5 + 7 * (week % 4):02} 12:00", count=100, days=7)
    told = (await life.runs())[-1]
    await life.tell("usage.reported", "2038-03-02 12:00", count=100, days=7)
    once_more = (await life.runs())[-1]
    assert len(once_more.events) - len(told.events) < 60

    await life.live_until("2039-02-01 12:00")
    runs = await life.runs()
    assert [begun.stage.value for begun in await life.initial_states()] == ["onboarding", "growth", "renewal", "lapsed"]
    assert max(len(run.events) for run in runs) < 700
    assert max(size(run) for run in runs) < 400_000
    handed_on = [run.events[0].workflow_execution_started_event_attributes.input.ByteSize() for run in runs]
    assert max(handed_on) < 60_000
