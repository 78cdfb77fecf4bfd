"""Lives whose histories are kept, so that code that can no longer replay them is noticed.

`python -m tests.workflows.recording` records them anew, which a change of the workflow's commands makes necessary once
and a release makes a decision: customers who are under way have such histories.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from runtime.process.exit import exit_now
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from tests.activities.mail_server import MailCatcher
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from tests.workflows.harness.playbooks import YEAR
from tests.workflows.harness.servers import SlowMailServer, serving_mail
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from tests.workflows.harness.workflow_variants import ShortTimeouts
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.showing.search_attributes import ALL

HISTORIES = Path(__file__).parent / "histories"

SHORT = a_playbook(
    stage(
        "onboarding",
        """
hello:
  on: handoff.accepted
  steps:
    - email: {template: welcome}
    - wait_for: {event: login, timeout: 3d}
    - task: {title: Call, due: 1d, ladder: [{after: 1d, to: head}]}
      id: call
early:
  at: {day: 6}
  within: 5d
  steps:
    - email: {template: early}
""",
    )
)


async def a_year_and_a_renewal(harness: WorkerHarness, mail: MailCatcher) -> CustomerWorkflow:
    """Events, a change of tier, a renewal: every kind of turn."""
    life = await harness.enrol(a_customer(), YEAR)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    await life.tell("survey.answered", "2038-04-01 11:15", survey="nps", score=4)
    await life.tell("customer.changed", "2038-05-20 11:00", tier="B")
    await life.tell("contract.renewed", "2038-12-01 15:00", reason="it pays for itself")
    await life.live_until("2039-03-01 12:00")
    return life


async def paused_resumed_and_lost(harness: WorkerHarness, mail: MailCatcher) -> CustomerWorkflow:
    """A pause with a window that closes, a resumption, and a natural end."""
    life = await harness.enrol(a_customer(), SHORT)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    await life.live_until("2038-01-06 12:00")
    await life.pause("they move house")
    await life.live_until("2038-01-20 12:00")
    await life.resume()
    await life.tell("customer.churned", "2038-01-25 10:00", kind="natural", reason="closed down")
    await life.live_until("2038-02-20 10:00")
    return life


async def mail_down_then_up(harness: WorkerHarness, mail: MailCatcher) -> CustomerWorkflow:
    """Retries of the activity, and then of the engine."""
    mail.mail = ["451 come back later"] * 6
    life = await harness.enrol(a_customer(), SHORT)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    await life.live_until("2038-01-12 12:00")
    return life


async def called_off_in_flight(harness: WorkerHarness, mail: MailCatcher) -> CustomerWorkflow:
    """A message whose customer churns between two attempts."""
    mail.mail = ["451 come back later"] * 40
    life = await harness.enrol(a_customer(), SHORT)
    await life.travel_to(life.at("2038-01-05 14:00"))
    await life.send(life.event("handoff.accepted", "2038-01-05 14:00"))

    async def was_tried() -> bool:
        return len(mail.mail) < 40

    await until(was_tried)
    await life.send(life.event("customer.churned", await life.now(), kind="choice", reason="budget"))
    await life.wait_until_idle()
    mail.mail.clear()
    await life.live_until("2038-01-10 12:00")
    return life


async def waiting_for_an_event(harness: WorkerHarness, mail: MailCatcher) -> CustomerWorkflow:
    """A life that sleeps, with a play that waits to be answered."""
    life = await harness.enrol(a_customer(), SHORT)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    await life.live_until("2038-01-06 12:00")
    return life


async def in_flight_from_run_to_run(harness: WorkerHarness, mail: MailCatcher) -> CustomerWorkflow:
    """A message on its way when its run continues as new; the next run asks for it again."""
    assert isinstance(mail, SlowMailServer)
    book = a_playbook(
        stage("onboarding", "hello:\n  on: handoff.accepted\n  outlives_stage: true\n  steps:\n    - email: {template: welcome}")
        + stage("growth")
        + stage("renewal")
    )
    life = await harness.enrol(a_customer(), book)
    await life.travel_to(life.at("2038-01-05 14:00"))
    await life.send(life.event("handoff.accepted", "2038-01-05 14:00"))
    await mail.reached.wait()
    await life.send(life.event("contract.amended", await life.now(), end="2038-01-06"))  # so short a term is growth alone

    async def carried_on() -> bool:
        return len(await life.runs()) == 2

    await until(carried_on)
    mail.release.set()
    await life.wait_until_idle()
    await life.live_until("2038-01-05 20:00")
    return life


@dataclass(frozen=True)
class Recording:
    """How a life is lived to be recorded: its story, the mail server it meets, and the workflow where that is not quite the real one."""

    live: Callable[[WorkerHarness, MailCatcher], Awaitable[CustomerWorkflow]]
    mail: type[MailCatcher] = MailCatcher
    workflow: type = CustomerLifecycle


LIVES: dict[str, Callable[[WorkerHarness, MailCatcher], Awaitable[CustomerWorkflow]]] = {
    live.__name__: live for live in (a_year_and_a_renewal, paused_resumed_and_lost, mail_down_then_up, called_off_in_flight)
}

OF_A_RELEASE = [
    *(Recording(live) for live in LIVES.values()),
    Recording(waiting_for_an_event),
    Recording(in_flight_from_run_to_run, SlowMailServer, ShortTimeouts),
]
"""What a release keeps of its histories, to be replayed with its own code."""


async def recorded(recordings: list[Recording]) -> AsyncIterator[tuple[str, str]]:
    """Live these lives on a server; every run's history as JSON, under the name `<life>.<number of the run>`."""
    async with await DevServer.start(None, search_attributes=ALL) as server:
        client = await Client.connect(server.address, data_converter=data_converter)
        for each in recordings:
            with tempfile.TemporaryDirectory() as home:
                async with (
                    serving_mail(each.mail()) as mail,
                    a_worker_harness(client, Path(home), each.workflow, smtp_url=mail.url) as harness,
                ):
                    for number, run in enumerate(await (await each.live(harness, mail)).runs(), 1):
                        yield f"{each.live.__name__}.{number}", run.to_json()


async def record() -> None:
    HISTORIES.mkdir(exist_ok=True)
    for old in HISTORIES.glob("*.json"):
        old.unlink()
    async for name, history in recorded([Recording(live) for live in LIVES.values()]):
        (HISTORIES / f"{name}.json").write_text(history + "\n")


if __name__ == "__main__":
    logging.getLogger("temporalio.activity").setLevel(logging.CRITICAL)  # the failing mail is meant
    asyncio.run(record())
    sys.stdout.flush()
    exit_now(0)
