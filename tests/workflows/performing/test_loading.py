"""How a run gets its playbook: within its first workflow task where it can, and otherwise when it can."""

import asyncio
import threading
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from activities.ledger.failures import NotNow
from activities.ledger.published.playbook_store import PublishedPlaybook
from lifecycle.domain.enums import Stage, Tier
from lifecycle.playbook.program import compile_playbook
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, kind_of, until
from tests.workflows.harness.worker_harness import WorkerHarness
from workflows.performing import asking_at_once, loading

LATE = a_playbook(stage("onboarding", "late:\n  at: {day: 30}\n  within: 5d\n  steps:\n    - email: {template: late}"))
WELCOME = a_playbook(
    stage("onboarding", "welcome:\n  on: handoff.accepted\n  within: 5d\n  steps:\n    - email: {template: welcome}") + stage("growth")
)


def kinds(history: WorkflowHistory) -> list[str]:
    return [kind_of(event) for event in history.events]


async def sleeps(life: CustomerWorkflow) -> list[str]:
    """The kinds of event in the history of a run that has come to its first sleep."""

    async def has_a_timer() -> bool:
        return "TIMER_STARTED" in kinds((await life.runs())[-1])

    await until(has_a_timer)
    return kinds((await life.runs())[-1])


async def test_a_run_that_begins_costs_one_workflow_task_and_no_activity(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), LATE, travel=False)
    assert await sleeps(life) == [
        "WORKFLOW_EXECUTION_STARTED",
        "WORKFLOW_TASK_SCHEDULED",
        "WORKFLOW_TASK_STARTED",
        "WORKFLOW_TASK_COMPLETED",
        "MARKER_RECORDED",  # what is known of the customer from before
        "MARKER_RECORDED",  # its playbook
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
        "TIMER_STARTED",
        "MARKER_RECORDED",  # how it stands, for the record
    ]


async def test_a_playbook_that_is_not_published_is_waited_for_as_an_activity(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, published = harness.activities.playbooks, False
    get = store.get

    def not_yet(ref: str) -> PublishedPlaybook:
        if not published:
            raise NotNow("no playbook is published")
        return get(ref)

    monkeypatch.setattr(store, "get", not_yet)
    life = await harness.enrol(a_customer(), WELCOME, travel=False)

    async def waits() -> bool:
        return [each.activity_type.name for each in (await life.handle.describe()).raw_description.pending_activities] == ["load_playbook"]

    await until(waits)
    assert kinds((await life.runs())[-1])[-2:] == ["MARKER_RECORDED", "ACTIVITY_TASK_SCHEDULED"]  # no workflow task is under way meanwhile
    update = asyncio.create_task(life.pause("they move house"))
    published = True
    assert (await update).endswith("is paused")
    asked = [event.activity_task_scheduled_event_attributes for event in await life.events(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)]
    assert [each.activity_type.name for each in asked].count("load_playbook") == 1
    assert (await life.status()).paused


async def test_a_database_that_does_not_answer_at_once_holds_up_no_workflow_task(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, may_answer, asked = harness.activities.playbooks, threading.Event(), 0
    get = store.get

    def late(ref: str) -> PublishedPlaybook:
        nonlocal asked
        asked += 1
        may_answer.wait()
        return get(ref)

    monkeypatch.setattr(store, "get", late)
    monkeypatch.setattr(asking_at_once, "AT_ONCE", timedelta(milliseconds=50))
    life = await harness.enrol(a_customer(), LATE, travel=False)

    async def asked_again() -> bool:
        return asked == 2

    await until(asked_again)
    assert not (await life.handle.describe()).raw_description.HasField("pending_workflow_task")
    may_answer.set()
    found = await sleeps(life)
    assert (found.count("MARKER_RECORDED"), found.count("ACTIVITY_TASK_COMPLETED")) == (3, 1)


def test_runs_whose_history_has_the_same_bytes_share_one_program() -> None:
    def as_written() -> bytes:
        return LATE[0].trimmed(Stage.ONBOARDING, Tier.A, []).model_dump_json(exclude_none=True).encode()

    def program(document: bytes) -> object:
        return compile_playbook(loading._playbook_of(document), Stage.ONBOARDING, Tier.A)

    other = WELCOME[0].trimmed(Stage.ONBOARDING, Tier.A, []).model_dump_json(exclude_none=True).encode()
    assert as_written() is not as_written()
    assert program(as_written()) is program(as_written())
    assert program(other) is not program(as_written())
