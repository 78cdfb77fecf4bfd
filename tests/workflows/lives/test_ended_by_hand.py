"""What the server's own cancel, terminate and reset mean to a life, and what `remove` and `heal` do."""

from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowUpdateFailedError

from console.customers.customer_client import CustomerClient, EndedByForce
from gateway.intake.signalling import NOT_HEALED, Signals
from lifecycle.domain.enums import Outcome
from lifecycle.domain.errors import Mistake
from lifecycle.engine.operators import CANCELLED
from lifecycle.state.log import EntryKind
from runtime.temporal.enrolment import Enrolled, enrol
from runtime.temporal.healing import heal
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import refusal
from tests.workflows.harness.servers import TaskEndpoint
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from workflows.messages.messages import Remove

PLAYS = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 1}
  steps:
    - email: {template: welcome}
    - wait_for: {event: login, timeout: 20d}
    - task: {title: Call, due: 1d}
answer:
  on: ticket.opened
  steps:
    - task: {title: Answer, due: 1d, level: 1}
late:
  at: {day: 30}
  within: 5d
  steps:
    - email: {template: late}
""",
    )
    + stage("farewell", "goodbye:\n  at: {day: 0}\n  steps:\n    - email: {template: goodbye, category: operational}")
)
WELCOME = "2038-01-05 09:00 welcome/1/email-welcome"


async def test_a_cancelled_workflow_ends_its_life_without_a_word_to_anybody(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), PLAYS)
    await life.live_until("2038-01-06 12:00")
    await life.handle.cancel()
    ended = await life.result()
    assert (ended.why, ended.customer) == (CANCELLED, life.customer.id)
    assert await life.touches() == [WELCOME]
    said = [(entry.kind, entry.what, entry.why) for entry in await life.timeline() if entry.kind is not EntryKind.TOUCH]
    assert said == [
        (EntryKind.STAGE, "onboarding", "enrolled"),
        (EntryKind.OPERATOR, CANCELLED, "nothing more goes out"),
        (EntryKind.PLAY, "welcome", f"ended: the customer is closed: {CANCELLED}"),
        (EntryKind.STAGE, "closed", f"{CANCELLED}; onboarding's exit test met"),
    ]
    rows = harness.activities.ledger.of_customer(life.customer.id)
    assert [(row.play, row.outcome) for row in rows] == [("welcome", Outcome.SENT), ("late", Outcome.SKIPPED)]
    status = await CustomerClient(harness.client, life.customer.id).status()
    assert status.closed == CANCELLED


async def test_a_touch_in_flight_is_called_off_or_told_as_it_was_when_the_workflow_is_cancelled(client: Client, tmp_path: Path) -> None:
    async with TaskEndpoint() as endpoint, a_worker_harness(client, tmp_path, tasks_url=endpoint.url) as harness:
        life = await harness.enrol(a_customer(), PLAYS)
        endpoint.hold = True
        await life.send(life.event("ticket.opened", await life.now(), ticket="T1"))
        await endpoint.reached.wait()
        await life.handle.cancel()
        endpoint.release.set()
        ended = await life.result()
        assert ended.why == CANCELLED
        assert len(endpoint.keys) == 1
        [row] = [row for row in harness.activities.ledger.of_customer(life.customer.id) if row.play == "answer"]
        assert row.outcome is Outcome.SENT


async def test_a_life_that_has_not_begun_is_cancelled_too(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), PLAYS, "2038-01-04 08:00", travel=False)
    await life.handle.cancel()
    assert (await life.result()).why == CANCELLED


async def test_a_life_enrolled_by_mistake_is_removed_without_a_farewell(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), PLAYS)
    await life.live_until("2038-01-06 12:00")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.handle.execute_update("remove", Remove(why=" "))
    assert refusal(refused.value) == f"say why {life.customer.id} is removed"
    said = await CustomerClient(harness.client, life.customer.id).remove("a test account", "Kim Lee")
    assert said == f"{life.customer.id} is removed; the same id can be enrolled again"
    assert (await life.result()).why == "removed: a test account"
    assert await life.touches() == [WELCOME]
    [line] = [entry for entry in await life.timeline() if entry.kind is EntryKind.OPERATOR]
    assert (line.what, line.why, line.by) == ("removed", "a test account", "Kim Lee")


async def test_a_terminated_life_says_so_to_everybody_and_is_healed_where_it_stood(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), PLAYS)
    await life.live_until("2038-01-06 12:00")
    before = await life.timeline()
    with pytest.raises(Mistake, match="runs, so there is nothing to heal"):
        await heal(harness.client, life.customer.id, "by Kim")
    await life.handle.terminate("by mistake")

    customer = CustomerClient(harness.client, life.customer.id)
    says = f"The workflow of {life.customer.id} was terminated at the Temporal server on "
    login = life.event("login", "2038-01-06 12:00")
    for asked in (customer.status(), customer.timeline(), customer.tell(login), customer.pause("x"), customer.now()):
        with pytest.raises(EndedByForce) as answer:
            await asked
        assert str(answer.value).startswith(says)
        assert f"'starter.py heal {life.customer.id}'" in str(answer.value)
    assert await Signals(harness.client, 5.0).tell(life.customer.id, [login]) == [NOT_HEALED]
    assert await enrol(harness.client, life.customer, life.playbook, life.enrolled) is Enrolled.ENDED_BY_FORCE

    assert await heal(harness.client, life.customer.id, "by Kim") == (
        f"The life of {life.customer.id}, whose workflow was terminated, goes on where it stood."
    )
    await life.wait_until_idle()
    assert await life.timeline() == before
    await life.tell("login", "2038-01-07 10:00")
    await life.live_until("2038-02-04 12:00")
    assert await life.touches() == [WELCOME, "2038-01-07 10:00 welcome/1/task", "2038-02-03 09:00 late/1/email-late"]
    assert harness.sent_twice == (0, 0)


async def test_of_a_life_that_is_over_or_unknown_there_is_nothing_to_heal(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), PLAYS)
    await life.handle.cancel()
    await life.result()
    with pytest.raises(Mistake, match="is over, and was not ended by force"):
        await heal(harness.client, life.customer.id, "by Kim")
    with pytest.raises(Mistake, match="There is no workflow of a customer 'nobody-17'"):
        await heal(harness.client, "nobody-17", "by Kim")


async def test_of_a_run_that_is_reset_to_its_beginning_the_ledger_answers_what_was_done(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), PLAYS)
    await life.live_until("2038-01-06 12:00")
    [first, *_] = await life.events(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    described = await life.handle.describe()
    await harness.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace="default",
            workflow_execution=WorkflowExecution(workflow_id=life.handle.id, run_id=described.run_id),
            reason="looked into",
            workflow_task_finish_event_id=first.event_id,
            request_id="reset-1",
        )
    )
    await life.live_until("2038-02-04 12:00")
    await life.wait_until_idle()
    assert [line.partition(" ")[2].partition(" ")[2] for line in await life.touches()] == [
        "welcome/1/email-welcome",
        "welcome/1/task",
        "late/1/email-late",
    ]
    assert harness.sent_twice == (0, 0)
    assert len(harness.activities.ledger.of_customer(life.customer.id)) == 3
