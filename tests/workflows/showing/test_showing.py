"""What an engineer reads in the Temporal UI, without any code."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.temporal.converter import data_converter
from tests.workflows.harness.building import a_customer
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from tests.workflows.harness.playbooks import YEAR
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from workflows.showing import search_attributes as by


async def words(payload: Payload) -> str:
    """A summary as the UI shows it; empty where there is none."""
    if not payload.data:
        return ""
    text: str = (await data_converter.decode([payload], [str]))[0]
    return text


async def summaries(life: CustomerWorkflow, kind: EventType.ValueType) -> list[str]:
    return [await words(event.user_metadata.summary) for event in await life.events(kind)]


async def test_the_summary_the_details_the_timers_and_the_activities_say_what_goes_on(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), YEAR)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    assert await (await life.handle.describe()).static_summary() == "Acme Ltd"
    metadata = await life.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    details = metadata.current_details
    assert details.startswith("**Acme Ltd**, tier A: onboarding, day 1 of 90, term 1 to 2039-01-04")
    assert (
        "Sleeps until **Fri 08 Jan 2038 14:00**, because play kickoff, step wait_for: waits for meeting.accepted, at most 3bd." in details
    )
    assert "| Mon 18 Jan 2038 10:30 | checkin |" in details
    assert "| Tue 05 Jan 2038 14:00 | meeting kickoff to champion Ana Silva \\<ana@acme.example\\>, sponsor " in details
    assert '| email welcome to champion Ana Silva \\<ana@acme.example\\>, "welcome" | sent |' in details
    assert metadata.definition.type == "CustomerLifecycle"
    assert {one.name for one in metadata.definition.update_definitions} >= {"tell", "pause", "resume", "skip", "run_now"}
    assert await summaries(life, EventType.EVENT_TYPE_TIMER_STARTED) == [
        "the customer is enrolled then",
        "play welcome is due",
        "play checkin is due",
        "play kickoff, step wait_for: waits for meeting.accepted, at most 3bd",
    ]
    assert await summaries(life, EventType.EVENT_TYPE_MARKER_RECORDED) == [
        f"what is known of {life.customer.id} from before",
        f"playbook {life.playbook.ref} for onboarding",
        "1 line for the record",
    ]
    assert await summaries(life, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED) == [
        "email welcome (play welcome)",
        "meeting kickoff (play kickoff)",
    ]


async def details_of(life: CustomerWorkflow) -> str:
    """The current details; asked again where the question went to a worker that is gone."""
    found: list[str] = []

    async def are_answered() -> bool:
        try:
            answer = await life.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata, rpc_timeout=timedelta(seconds=5))
        except RPCError:
            return False
        found.append(answer.current_details)
        return True

    await until(are_answered)
    return found[-1]


async def test_the_details_are_there_for_whoever_looks_when_the_run_has_to_be_replayed_for_it(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, None) as harness:
        async with harness.working():
            life = await harness.enrol(a_customer(), YEAR)
            before = await details_of(life)
        async with harness.working():
            after = await details_of(life)
    assert before.startswith("**Acme Ltd**, tier A: onboarding, day 0 of 90")
    assert after == before


async def test_search_attributes_say_where_the_customer_stands(harness: WorkerHarness, client: Client) -> None:
    life = await harness.enrol(a_customer(), YEAR)

    async def shown() -> dict[str, object]:
        return {pair.key.name: pair.value for pair in (await life.handle.describe()).typed_search_attributes if pair.key in by.ALL}

    assert await shown() == {
        "Stage": "onboarding",
        "Tier": "A",
        "Health": "unknown",
        "Owner": "Kim Lee",
        "Playbook": life.playbook.ref,
        "ContractEnd": datetime(2039, 1, 4, tzinfo=UTC),
        "NextTouchAt": life.at("2038-01-04 09:00"),
        "AnnualValue": 60_000.0,
        "Paused": False,
    }
    await life.pause("a fire")
    await life.tell("customer.changed", "2038-04-01 12:00", tier="B", owner_name="Max Roy")
    assert {key: value for key, value in (await shown()).items() if key in ("Tier", "Owner", "Paused")} == {
        "Tier": "B",
        "Owner": "Max Roy",
        "Paused": True,
    }
    await life.resume()
    await life.live_until("2038-04-10 12:00")
    values = await shown()
    assert (values["Stage"], values["Paused"], values["NextTouchAt"]) == ("growth", False, life.at("2038-06-04 09:00"))
    await life.tell("contract.amended", "2038-04-11 12:00", end="2038-12-04", annual_value=48_000)
    values = await shown()
    assert (values["ContractEnd"], values["AnnualValue"]) == (datetime(2038, 12, 4, tzinfo=UTC), 48_000.0)

    async def is_listed() -> bool:
        found = [
            one.id
            async for one in client.list_workflows("Stage = 'growth' AND Tier = 'B' AND Owner = 'Max Roy' AND ExecutionStatus = 'Running'")
        ]
        return found == [life.handle.id]

    await until(is_listed)


async def test_only_what_changed_is_upserted(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), YEAR)
    before = (await life.counts())["UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"]
    for day in range(5, 10):
        await life.tell("order.placed", f"2038-01-{day:02} 21:00", order=f"O{day}")
    upserts = (await life.events(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES))[before:]
    changed = [sorted(event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields) for event in upserts]
    # Only the welcome of the first day moved anything: when the next touch is.
    assert changed == [["NextTouchAt"]]
