"""From run to run: nothing is lost in the instant of continue-as-new, and where a life is cut changes nothing."""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from temporalio.client import Client, RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError

from lifecycle.domain.enums import Stage
from lifecycle.facts.events import Event
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, in_order, until
from tests.workflows.harness.playbooks import YEAR
from tests.workflows.harness.servers import SlowMailServer, serving_mail
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from tests.workflows.harness.workflow_variants import AlwaysContinuesAsNew, ShortTimeouts
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import Tell

# EVERGREEN_RACES=120 for a long look: a minute on two cores.
RACES = int(os.environ.get("EVERGREEN_RACES", "6"))
TICKET = "ticket:\n  on: ticket.opened\n  key: event.ticket\n  outlives_stage: true\n  steps:\n    - task: {title: Answer, due: 1d}"
TURNING = a_playbook(stage("onboarding", TICKET) + stage("growth", TICKET.replace("ticket:\n  on", "desk:\n  on")) + stage("renewal"))


async def tell_until_answered(life: CustomerWorkflow, event: Event) -> None:
    """Tell it as a caller does who wants it known: again, under the same id, until there is an answer."""
    while True:
        try:
            await life.send(event)
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError):
            continue
        except WorkflowUpdateFailedError as failure:
            if "Refused" in str(failure.cause):
                raise
            continue
        return


async def race(harness: WorkerHarness, number: int) -> tuple[CustomerWorkflow, list[str]]:
    """Eight tickets, by signal and by update in turn, around the instant at which a thirty-day term turns to growth."""
    life = await harness.enrol(a_customer(days=30), TURNING)
    await life.live_until("2038-01-13 23:59")
    turn = life.at("2038-01-14 00:00")
    travelling = asyncio.create_task(life.travel_to(life.at("2038-01-14 00:05")))
    told: list[asyncio.Task[None]] = []
    tickets = [f"T{one}" for one in range(8)]
    for one, ticket in enumerate(tickets):
        event = life.event("ticket.opened", turn, ticket=ticket)
        if one % 2:
            told.append(asyncio.create_task(tell_until_answered(life, event)))
        else:
            told.append(asyncio.create_task(life.handle.signal("event", Tell(events=[event]))))
        await asyncio.sleep((number * 7 + one * 13) % 29 / 1000)  # spread over the turn, differently each time
    await asyncio.gather(travelling, *told)
    await life.wait_until_idle()
    return life, tickets


@pytest.mark.slow
async def test_no_event_is_lost_or_doubled_in_the_instant_of_continue_as_new(harness: WorkerHarness) -> None:
    for start in range(0, RACES, 3):
        for life, tickets in await asyncio.gather(*(race(harness, number) for number in range(start, min(start + 3, RACES)))):
            await life.live_until("2038-01-16 12:00")
            sent = Counter(row.split()[2].split("/")[1].partition(".")[0] for row in await life.touches())
            assert sent == Counter(tickets)
            assert [begun.stage for begun in await life.initial_states()][:2] == [Stage.ONBOARDING, Stage.GROWTH]
    assert harness.sent_twice == (0, 0)


async def test_an_event_sent_before_the_first_run_has_begun_is_taken_in(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), YEAR, travel=False)
    await life.handle.signal("event", Tell(events=[life.event("handoff.completed", await life.now(), goal="early bird")]))
    await life.live_until("2038-01-04 12:00")
    assert (await life.status()).desired_outcome == "early bird"
    assert await life.touches() == ["2038-01-04 09:00 welcome/1/email-welcome"]


@pytest.mark.slow
@pytest.mark.parametrize("fill", ["\U0001f33f", "\x01"], ids=["four bytes", "an escape of six"])
async def test_a_life_that_is_told_a_great_many_events_in_large_characters_goes_on_from_run_to_run(
    harness: WorkerHarness, fill: str
) -> None:
    """As many as once made a state of 3.7 MB, which Temporal refuses."""
    life = await harness.enrol(a_customer(), TURNING)
    await life.live_until("2038-01-05 10:00")
    start, later = life.at("2038-01-05 09:59"), life.at("2038-01-05 10:00")
    told = [
        life.event("survey.answered", start, id=f"{number}{fill * 190}", survey=f"s{number:0>60}", score=3, comment=fill * 500)
        for number in range(819)
    ]
    told += [life.event("login", start, id=f"login-{number}{fill * 190}") for number in range(819)]
    for first in range(0, len(told), 200):
        await life.handle.signal("event", Tell(events=told[first : first + 200]))
    await life.handle.signal("event", Tell(events=[life.event("customer.churned", later, kind="choice", reason=fill * 500)]))

    async def turned() -> bool:
        return len(await life.initial_states()) > 1

    await until(turned)
    await life.wait_until_idle()
    carried = (await life.initial_states())[-1]
    assert len(carried.model_dump_json().encode()) < 600_000
    assert (await life.status()).stage is Stage.WIN_BACK
    known = await life.handle.query(CustomerLifecycle.known, [told[0].id, told[818].id, told[-1].id, f"never{fill * 190}"])
    assert known == {event.id: event.digest() for event in (told[0], told[818], told[-1])}, "whatever their ids are made of"


async def live_a_year(harness: WorkerHarness) -> CustomerWorkflow:
    life = await harness.enrol(a_customer(), YEAR)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    await life.tell("login", "2038-01-06 10:00")
    await life.tell("meeting.accepted", "2038-01-07 10:00", meeting="kickoff")
    await life.tell("survey.answered", "2038-04-01 11:15", survey="nps", score=4)
    await life.tell("customer.changed", "2038-05-20 11:00", tier="B")
    await life.tell("contract.renewed", "2038-12-01 15:00", reason="it pays for itself")
    await life.live_until("2039-03-01 12:00")
    return life


@pytest.mark.slow
async def test_continuing_as_new_after_every_event_and_wake_leaves_the_timeline_unchanged(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, AlwaysContinuesAsNew) as harness:
        life = await live_a_year(harness)
        runs = len(await life.initial_states())
        assert runs > 20
        assert in_order(await life.timeline()) == in_order(life.simulated(life.at("2039-03-01 12:00")).life.log.timeline)
        assert harness.sent_twice == (0, 0)


async def test_a_touch_in_flight_when_its_stage_ends_is_asked_for_again_by_the_next_run_and_happens_once(
    client: Client, tmp_path: Path
) -> None:
    book = a_playbook(
        stage("onboarding", "hello:\n  on: handoff.accepted\n  outlives_stage: true\n  steps:\n    - email: {template: welcome}")
        + stage("growth")
        + stage("renewal")
    )
    async with (
        serving_mail(SlowMailServer()) as mail,
        a_worker_harness(client, tmp_path, ShortTimeouts, smtp_url=mail.url, lease=10.0) as harness,
    ):
        life = await harness.enrol(a_customer(), book)
        await life.travel_to(life.at("2038-01-05 14:00"))
        await life.send(life.event("handoff.accepted", "2038-01-05 14:00"))
        await mail.reached.wait()
        # So short a term is growth alone: this run ends at once, with the message on its way.
        await life.send(life.event("contract.amended", await life.now(), end="2038-01-06"))

        async def carried_on() -> bool:
            return len(await life.initial_states()) == 2

        await until(carried_on)
        mail.release.set()
        await life.wait_until_idle()
        begun = (await life.initial_states())[-1]
        assert (begun.stage, list(begun.plays.in_flight)) == (Stage.GROWTH, [f"{life.customer.id}/1/hello/1/email-welcome"])
        await life.live_until("2038-01-05 20:00")
        assert (await life.touches())[:1] == ["2038-01-05 14:00 hello/1/email-welcome"]
        assert [str(message["Subject"]) for message in mail.messages] == ["welcome"]
        assert harness.sent_twice == (0, 0)
