"""Lives whose histories are kept, so that code that can no longer replay them is noticed.

`python -m tests.workflows.recording` records them anew, which a change of the workflow's commands makes necessary once
and a release makes a decision: customers who are under way have such histories.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from runtime.process.exit import exit_now
from runtime.temporal.dev_server import DevServer
from tests.activities.mail_server import MailCatcher
from tests.workflows.building import a_customer, a_playbook, stage
from tests.workflows.customer_workflow import CustomerWorkflow, until
from tests.workflows.playbooks import YEAR
from tests.workflows.servers import serving_mail
from tests.workflows.worker_harness import WorkerHarness, a_worker_harness
from workflows.search_attributes import ALL

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


LIVES: dict[str, Callable[[WorkerHarness, MailCatcher], Awaitable[CustomerWorkflow]]] = {
    live.__name__: live for live in (a_year_and_a_renewal, paused_resumed_and_lost, mail_down_then_up, called_off_in_flight)
}


async def record() -> None:
    HISTORIES.mkdir(exist_ok=True)
    for old in HISTORIES.glob("*.json"):
        old.unlink()
    async with await DevServer.start(None, search_attributes=ALL) as server:
        client = await Client.connect(server.address, data_converter=pydantic_data_converter)
        for name, live in LIVES.items():
            with tempfile.TemporaryDirectory() as home:
                async with serving_mail(MailCatcher()) as mail, a_worker_harness(client, Path(home), smtp_url=mail.url) as harness:
                    for number, run in enumerate(await (await live(harness, mail)).runs(), 1):
                        (HISTORIES / f"{name}.{number}.json").write_text(run.to_json() + "\n")


if __name__ == "__main__":
    logging.getLogger("temporalio.activity").setLevel(logging.CRITICAL)  # the failing mail is meant
    asyncio.run(record())
    sys.stdout.flush()
    exit_now(0)
