"""Telling events: once each, or refused with a sentence, and then nothing has changed."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from lifecycle.domain.enums import Category, Role
from lifecycle.domain.people.customer import Contact
from lifecycle.facts.events import Event
from lifecycle.state.log import EntryKind
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, kind_of, refusal
from tests.workflows.harness.worker_harness import WorkerHarness
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import Tell

ANSWERING = a_playbook(
    stage(
        "onboarding",
        """
ticket:
  on: ticket.opened
  key: event.ticket
  steps:
    - task: {title: Answer, due: 1d}
""",
    )
)


@pytest.fixture
async def life(harness: WorkerHarness) -> CustomerWorkflow:
    lived = await harness.enrol(a_customer(), ANSWERING)
    await lived.live_until("2038-01-05 10:00")
    return lived


async def signal(life: CustomerWorkflow, *events: Event) -> None:
    await life.handle.signal("event", Tell(events=list(events)))


async def test_the_same_event_twice_is_answered_as_before_and_has_one_effect(life: CustomerWorkflow) -> None:
    event = life.event("ticket.opened", "2038-01-05 10:00", id="desk-17", ticket="T1")
    assert [(answer.id, answer.repeated) for answer in await life.send(event)] == [("desk-17", False)]
    assert [(answer.id, answer.repeated) for answer in await life.send(event)] == [("desk-17", True)]
    later = event.model_copy(update={"at": event.at + timedelta(minutes=5)})
    assert [answer.repeated for answer in await life.send(later)] == [True]
    await signal(life, event)
    await life.wait_until_idle()
    await life.live_until("2038-04-10 12:00")  # into growth: known outlives stages and runs
    assert [answer.repeated for answer in await life.send(event)] == [True]
    assert await life.touches() == ["2038-01-05 10:00 ticket/T1.1/task"]
    assert [entry.what for entry in await life.timeline() if entry.kind is EntryKind.EVENT] == ["ticket.opened"]


async def test_the_same_id_with_other_content_is_refused_with_a_sentence(life: CustomerWorkflow) -> None:
    await life.send(life.event("ticket.opened", "2038-01-05 10:00", id="desk-17", ticket="T1"))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.send(life.event("ticket.opened", "2038-01-05 10:00", id="desk-17", ticket="T2"))
    assert refusal(refused.value) == "event id 'desk-17' was told before with other content; give this event an id of its own"
    await life.wait_until_idle()
    assert await life.touches() == ["2038-01-05 10:00 ticket/T1.1/task"]


async def test_a_batch_in_which_one_event_is_refused_is_not_taken_in_at_all(life: CustomerWorkflow) -> None:
    good = life.event("ticket.opened", "2038-01-05 10:00", ticket="T1")
    bad = life.event("milestone.reached", "2038-01-05 10:00", milestone="moon")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.send(good, bad)
    assert "has no milestone 'moon'" in refusal(refused.value)
    await life.wait_until_idle()
    assert await life.touches() == []
    assert [answer.repeated for answer in await life.send(good)] == [False]


def raw(type_name: str, **data: Any) -> dict[str, Any]:
    return {"id": "broken", "type": type_name, "at": "2038-01-05T09:00:00Z", "data": data}


BROKEN = {
    "an unknown type": (raw("ticket.openned", ticket="T1"), "'ticket.openned' is no event type; did you mean ticket.opened?"),
    "a missing field": (raw("ticket.opened"), "ticket.opened needs 'ticket'"),
    "an unknown field": (raw("ticket.opened", ticket="T1", levle=1), "ticket.opened has no field 'levle'; did you mean level?"),
    "a level out of range": (raw("ticket.opened", ticket="T1", level=9), "ticket.opened: 'level' "),
    "a churn without a reason": (raw("customer.churned", kind="choice"), "customer.churned needs 'reason'"),
    "an unknown milestone": (raw("milestone.reached", milestone="moon"), "has no milestone 'moon'"),
    "an address that no message can carry": (
        raw("contact.added", name="Ana", email="a..b@acme.example"),
        "contact.added: 'email' is no email",
    ),
    "an unknown contact": (raw("contact.left", email="nobody@acme.example"), "has no contact with that address"),
    "a fact before the contract": (raw("login") | {"happened": "2037-12-01T09:00:00Z"}, "before"),
    "an event of tomorrow": (raw("login") | {"at": "2038-01-06T09:00:00Z"}, "over an hour ahead of"),
    "a contract that ends before it starts": (raw("contract.amended", end="2037-01-01"), "before its start on 2038-01-04"),
    "a contract that is not lost": (raw("customer.won_back", reason="a new budget"), "so it can't be won back"),
    "a moment without a zone": (raw("login") | {"at": "2038-01-05T09:00:00"}, ""),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_event_is_refused_and_the_history_is_as_it_was(life: CustomerWorkflow, case: str) -> None:
    broken, sentence = BROKEN[case]
    before = [event.event_id for event in (await life.runs())[-1].events]
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.handle.execute_update("tell", {"events": [broken]})
    assert sentence in refusal(refused.value)
    after = (await life.runs())[-1].events
    assert [event.event_id for event in after] == before
    assert not any("UPDATE_ACCEPTED" in kind_of(event) for event in after)


async def test_a_signal_that_cannot_be_read_harms_nobody_and_one_that_is_refused_says_why(life: CustomerWorkflow) -> None:
    await life.handle.signal("event", {"events": [raw("ticket.openned", ticket="T1")]})
    await signal(life, life.event("milestone.reached", "2038-01-05 10:00", milestone="moon"))
    assert (await life.send(life.event("ticket.opened", "2038-01-05 10:00", ticket="T1")))[0].repeated is False
    await life.wait_until_idle()
    refused = [entry.why for entry in await life.timeline() if entry.kind is EntryKind.EVENT and "moon" in entry.why]
    assert len(refused) == 1
    assert await life.touches() == ["2038-01-05 10:00 ticket/T1.1/task"]


async def test_an_event_told_for_half_an_hour_ahead_is_taken_in_at_its_moment(life: CustomerWorkflow) -> None:
    await life.send(life.event("ticket.opened", "2038-01-05 10:30", ticket="T1"))
    await life.wait_until_idle()
    assert await life.touches() == []
    status = await life.status()
    assert (life.clock(status.wakes_at or life.enrolled), status.wakes_because) == ("2038-01-05 10:30", "ticket.opened is told for then")
    await life.live_until("2038-01-05 11:00")
    assert await life.touches() == ["2038-01-05 10:30 ticket/T1.1/task"]


async def test_addresses_of_every_script_are_one_within_a_workflow(harness: WorkerHarness) -> None:
    ana = Contact(name="Ana Silva", email="ana@straße.example", role=Role.CHAMPION)
    life = await harness.enrol(a_customer("sharp", contacts=[ana]), ANSWERING)
    await life.live_until("2038-01-05 10:00")
    await life.tell("contact.opted_out", "2038-01-05 10:00", email="Ana@xn--strae-oqa.example", category="offer")
    await life.tell("contact.added", "2038-01-05 10:00", name="Bo Berg", email="bo@σας.example")
    refused = [await life.handle.query(CustomerLifecycle.refused, email) for email in ("ana@STRAßE.example", "ana@strasse.example")]
    assert refused == [[Category.OFFER], []]
    with pytest.raises(WorkflowUpdateFailedError):
        await life.handle.execute_update("tell", {"events": [raw("contact.added", name="Ana", email="ana@☃.example")]})
