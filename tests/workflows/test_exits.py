"""What ends a play ends it at once: no timer and no touch of it is left."""

import asyncio

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from lifecycle.domain.enums import Stage
from lifecycle.state.log import EntryKind
from tests.activities.mail_server import MailCatcher
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import kind_of, until
from tests.workflows.harness.servers import serving_mail
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness

CHASE = a_playbook(
    stage(
        "onboarding",
        """
kickoff:
  on: handoff.accepted
  steps:
    - meeting: {template: kickoff}
    - wait_for:
        event: meeting.accepted
        timeout: 20d
        otherwise: [{email: {template: nudge}}]
""",
    )
    + stage(
        "win_back",
        """
goodbye:
  at: {day: 1}
  steps:
    - email: {template: goodbye, category: operational}
""",
    )
)


def most_timers(history: WorkflowHistory) -> int:
    """How many timers were open at most at one time."""
    is_open: set[int] = set()
    most = 0
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            is_open.add(event.event_id)
        is_open.discard(event.timer_fired_event_attributes.started_event_id)
        is_open.discard(event.timer_canceled_event_attributes.started_event_id)
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
            most = max(most, len(is_open))
    return most


async def test_a_churn_in_the_middle_of_a_wait_stops_the_waiting_play_at_once(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), CHASE)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    before = await life.status()
    assert [(row.what, life.clock(row.until)) for row in before.waiting if row.until] == [("kickoff, step wait_for", "2038-01-25 14:00")]
    await life.tell("customer.churned", "2038-01-11 16:00", kind="choice", reason="budget")

    status = await life.status()
    assert (status.stage, status.waiting) == (Stage.WIN_BACK, [])
    assert life.clock(status.wakes_at or before.wakes_at or life.enrolled) == "2038-01-12 09:00"
    onboarding, _ = await life.runs()
    counts = [kind_of(event) for event in onboarding.events]
    # Its last timer is gone with it: what was started was fired or cancelled.
    assert counts.count("TIMER_STARTED") == counts.count("TIMER_FIRED") + counts.count("TIMER_CANCELED")
    assert counts[-1] == "WORKFLOW_EXECUTION_CONTINUED_AS_NEW"
    await life.live_until("2038-03-01 12:00")
    assert await life.touches() == ["2038-01-05 14:00 kickoff/1/meeting-kickoff", "2038-01-12 09:00 goodbye/1/email-goodbye"]
    assert ("2038-01-11 16:00", "kickoff", "ended: the stage onboarding ended") in [
        (life.clock(entry.at), entry.what, entry.why) for entry in await life.timeline()
    ]


async def test_there_is_one_timer_and_it_is_set_anew_only_when_its_time_changes(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), CHASE)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    for day in range(6, 16):
        await life.tell("login", f"2038-01-{day:02} 10:00")
    run = (await life.runs())[-1]
    kinds = [kind_of(event) for event in run.events]
    assert most_timers(run) == 1
    # To the enrolment; to the stage's end; to the wait's end. Ten logins changed nothing of that.
    assert (kinds.count("TIMER_STARTED"), kinds.count("TIMER_FIRED"), kinds.count("TIMER_CANCELED")) == (3, 1, 1)
    await life.tell("meeting.accepted", "2038-01-18 10:00", meeting="kickoff")
    kinds = [kind_of(event) for event in (await life.runs())[-1].events]
    assert (kinds.count("TIMER_STARTED"), kinds.count("TIMER_FIRED"), kinds.count("TIMER_CANCELED")) == (4, 1, 2)


async def test_a_touch_that_has_not_acted_when_its_customer_churns_is_withdrawn(
    client: Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with (
        serving_mail(MailCatcher(mail=["451 come back later"] * 40)) as mail,
        a_worker_harness(client, tmp_path_factory.mktemp("home"), smtp_url=mail.url) as harness,
    ):
        life = await harness.enrol(a_customer(), CHASE)
        await life.travel_to(life.at("2038-01-05 14:00"))
        await life.send(life.event("handoff.accepted", "2038-01-05 14:00"))

        async def was_tried() -> bool:
            return len(mail.mail) < 40

        await until(was_tried)
        await life.send(life.event("customer.churned", await life.now(), kind="choice", reason="budget"))
        await life.wait_until_idle()
        mail.mail.clear()
        await life.live_until("2038-02-01 12:00")
        assert await life.touches() == ["2038-01-06 09:00 goodbye/1/email-goodbye"]
        not_sent = await life.not_sent()
        assert len(not_sent) == 1
        assert not_sent[0].startswith("2038-01-05 14:00 cancelled kickoff/1/meeting-kickoff: ")
        assert [str(message["Subject"]) for message in mail.messages] == ["goodbye"]
        row = harness.activities.ledger.row(f"{life.customer.id}/1/kickoff/1/meeting-kickoff")
        assert row is not None
        assert row.state.value == "withdrawn"


async def test_ten_touches_in_flight_are_all_withdrawn_or_all_sent_never_both(harness: WorkerHarness) -> None:
    plays = "\n".join(
        f"p{number}:\n  on: handoff.accepted\n  steps:\n    - task: {{title: Call, due: 1d}}\n    - wait: 1d\n    - task: {{title: Call again, due: 1d}}\n"
        for number in range(10)
    )
    life = await harness.enrol(a_customer(), a_playbook(stage("onboarding", plays)))
    await life.travel_to(life.at("2038-01-05 14:00"))
    accepted = life.event("handoff.accepted", "2038-01-05 14:00")
    churned = life.event("customer.churned", "2038-01-05 14:00", kind="choice", reason="budget")
    await life.send(accepted)
    await asyncio.gather(life.send(accepted), life.send(churned))
    await life.wait_until_idle()
    touches = [entry for entry in await life.timeline() if entry.kind is EntryKind.TOUCH]
    ends = {entry.key: entry.outcome for entry in touches}
    assert len(touches) == len(ends) == 10
    ledger = {row.key: row.outcome for row in harness.activities.ledger.of_customer(life.customer.id)}
    assert {key: ledger.get(key, outcome) for key, outcome in ends.items()} == ends
    assert harness.sent_twice == (0, 0)
