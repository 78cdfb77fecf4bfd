"""Pausing and resuming, and coming late: never a burst."""

import pytest
from temporalio.client import WorkflowUpdateFailedError

from console.customers.customer_client import CustomerClient
from lifecycle.domain.enums import Outcome, Stage
from lifecycle.domain.why import Cause
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import refusal
from tests.workflows.harness.playbooks import STANDARD, YEAR
from tests.workflows.harness.worker_harness import WorkerHarness
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import Pause, Resume

QUARTER = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 1}
  steps:
    - email: {template: welcome}
early:
  at: {day: 10}
  within: 10d
  steps:
    - email: {template: early}
call:
  at: {day: 14}
  within: 5d
  steps:
    - task: {title: Call, due: 1d}
late:
  at: {day: 40}
  within: 14d
  steps:
    - email: {template: late}
after:
  at: {day: 60}
  steps:
    - email: {template: checkin}
""",
    )
    + stage("win_back", "goodbye:\n  at: {day: 1}\n  steps:\n    - email: {template: goodbye, category: operational}")
)


async def test_after_a_pause_of_forty_days_only_what_is_inside_its_window_goes(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), QUARTER)
    await life.live_until("2038-01-08 12:00")
    assert await life.pause("they move house") == f"{life.customer.id} is paused"
    await life.live_until("2038-02-17 12:00")
    status = await life.status()
    assert (status.paused, status.paused_why) == (True, "they move house")
    assert await life.touches() == ["2038-01-05 09:00 welcome/1/email-welcome"]
    assert await life.resume() == f"{life.customer.id} is resumed"
    await life.live_until("2038-03-15 12:00")

    assert await life.touches() == [
        "2038-01-05 09:00 welcome/1/email-welcome",
        "2038-02-17 12:00 late/1/email-late",
        "2038-03-05 09:00 after/1/email-checkin",
    ]
    assert await life.not_sent() == [
        "2038-01-14 09:00 delayed early/1/email-early: paused",
        "2038-01-18 09:00 delayed call/1/task: paused",
        "2038-01-23 09:00 missed call/1/task: paused until its window was over",
        "2038-01-24 09:00 missed early/1/email-early: paused until its window was over",
        "2038-02-13 09:00 delayed late/1/email-late: paused",
    ]


async def test_the_timeline_says_who_gave_a_command_and_an_older_client_may_give_none(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), QUARTER)
    operator = CustomerClient(harness.client, life.customer.id)
    await operator.pause("merger", "Kim Lee")
    await operator.resume("all done", "Ben Okoro")
    await operator.skip("early", "they know us", "Kim Lee")
    await operator.run_now("call", "they asked", "Kim Lee")
    await life.pause()
    assert (await life.status()).paused_by == ""
    await life.resume()

    commands = [entry for entry in await life.timeline() if entry.cause is Cause.OPERATOR]
    assert [(entry.what, entry.by, entry.why.partition(" planned for ")[0]) for entry in commands] == [
        ("paused", "Kim Lee", "merger"),
        ("resumed", "Ben Okoro", "all done"),
        ("play early", "Kim Lee", "they know us; it was"),
        ("run now: call", "Kim Lee", "it was"),
        ("paused", "", ""),
        ("resumed", "", ""),
    ]


async def test_a_touch_says_to_whom_it_went_and_with_which_subject(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), QUARTER)
    await life.live_until("2038-01-18 12:00")

    sent = [entry for entry in await life.timeline() if entry.outcome is Outcome.SENT]
    people = [(person.role.value, person.name, person.email) for person in life.customer.contacts]
    role, name, address = people[0]
    assert [(entry.what, entry.to, entry.subject) for entry in sent] == [
        ("email welcome", f"{role} {name} <{address}>", "welcome"),
        ("email early", f"{role} {name} <{address}>", "early"),
        ("task task", "csm", "Call"),
    ]


async def test_a_churn_during_a_pause_is_a_churn(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), QUARTER)
    await life.live_until("2038-01-08 12:00")
    await life.pause()
    await life.live_until("2038-01-14 12:00")
    await life.tell("customer.churned", "2038-01-15 10:00", kind="choice", reason="budget")
    status = await life.status()
    assert (status.stage, status.paused, status.waiting) == (Stage.WIN_BACK, True, [])
    assert [begun.stage for begun in await life.initial_states()] == [Stage.ONBOARDING, Stage.WIN_BACK]
    assert [begun.plays.paused for begun in await life.initial_states()] == [False, True]
    assert (await life.not_sent())[-1].startswith("2038-01-15 10:00 cancelled early/1/email-early: the stage onboarding ended")


async def test_pausing_twice_and_resuming_what_is_not_paused_are_refused_with_a_sentence(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), QUARTER)
    before = len((await life.runs())[-1].events)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.resume()
    assert refusal(refused.value) == f"{life.customer.id} is not paused"
    await life.pause("they asked")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.pause("again")
    assert refusal(refused.value) == f"{life.customer.id} is paused already: they asked"
    accepted = [e for e in (await life.runs())[-1].events[before:] if e.HasField("workflow_execution_update_accepted_event_attributes")]
    assert len(accepted) == 1


async def test_a_late_enrolment_bursts_nothing_and_tells_the_owner_what_it_has_missed(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), YEAR, "2038-02-20 11:00")
    assert await life.touches() == []
    assert await life.not_sent() == [
        "2038-01-04 09:00 missed welcome/1/*: was due 2038-01-04 08:00 UTC, its window of 3d is over",
        "2038-01-18 10:30 missed checkin/1/*: was due 2038-01-18 09:30 UTC, its window of 3d is over",
    ]
    await life.live_until("2038-04-01 12:00")
    assert await life.touches() == ["2038-02-22 09:00 catch_up/1/list", "2038-03-29 09:00 survey/1/survey-nps"]


async def test_a_late_enrolment_on_the_standard_playbook_sends_at_most_two_emails_in_its_first_week(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), STANDARD, "2038-02-18 11:00")
    await life.live_until("2038-02-25 11:00")
    assert sum(row.split()[2].rpartition("/")[2].startswith(("email-", "survey-")) for row in await life.touches()) <= 2
    assert len([row for row in await life.not_sent() if " missed " in row]) >= 4


async def test_a_command_given_again_under_its_id_is_answered_as_before_and_not_done_again(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), QUARTER)
    pause = Pause(why="merger", id="c-1")
    first = await life.handle.execute_update(CustomerLifecycle.pause, pause)
    assert await life.handle.execute_update(CustomerLifecycle.pause, pause) == first
    await life.handle.execute_update(CustomerLifecycle.resume, Resume(id="c-2"))
    assert await life.handle.execute_update(CustomerLifecycle.pause, pause) == first
    assert not (await life.status()).paused
