"""A worker killed with SIGKILL in the middle of touches, and a server killed in the middle of a life: nothing lost, nothing twice."""

import asyncio
import sys
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.client import Client

from lifecycle.domain.enums import Outcome
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from tests.activities.mail_server import MailCatcher
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import in_order, until
from tests.workflows.harness.playbooks import YEAR
from tests.workflows.harness.servers import TaskEndpoint, serving_mail
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from tests.workflows.harness.workflow_variants import ShortTimeouts
from workflows.showing.search_attributes import ALL

pytestmark = [pytest.mark.server, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
LEASE = 6.0

HELLO = a_playbook(
    stage(
        "onboarding",
        """
write:
  on: handoff.accepted
  if: segment == "mail"
  steps:
    - email: {template: welcome}
    - wait: 1d
    - task: {title: Follow up, due: 1d}
call:
  on: handoff.accepted
  if: segment == "desk"
  steps:
    - task: {title: Call, due: 1d}
    - wait: 1d
    - email: {template: checkin}
""",
    )
)


class HoldingMailServer(MailCatcher):
    """Holds one address's message before it is taken and another's after, until `release`."""

    def __init__(self) -> None:
        super().__init__()
        self.release = asyncio.Event()
        self.held: set[str] = set()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if "before" in address and not self.release.is_set():
            self.held.add("before")
            await self.release.wait()
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if "after" in envelope.rcpt_tos[0] and not self.release.is_set():
            self.held.add("after")
            await self.release.wait()
        return answer


async def a_worker(harness: WorkerHarness, *told: str) -> asyncio.subprocess.Process:
    """A worker process that has begun to work."""
    address = harness.client.service_client.config.target_host
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.workflows.harness.worker_process",
        address,
        harness.task_queue,
        str(harness.settings.home),
        *told,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"ready\n"
    return worker


async def test_a_worker_killed_in_the_middle_of_touches_loses_nothing_and_sends_nothing_twice(client: Client, tmp_path: Path) -> None:
    async with (
        TaskEndpoint() as endpoint,
        serving_mail(HoldingMailServer()) as mail,
        a_worker_harness(client, tmp_path, None, smtp_url=mail.url, tasks_url=endpoint.url, lease=LEASE) as harness,
    ):
        worker = await a_worker(harness, f"smtp_url={mail.url}", f"tasks_url={endpoint.url}", f"lease={LEASE}")
        try:
            posted, before, after = await asyncio.gather(
                harness.enrol(a_customer("posted", segment="desk"), HELLO),
                harness.enrol(a_customer("before", segment="mail"), HELLO),
                harness.enrol(a_customer("after", segment="mail"), HELLO),
            )
            endpoint.hold = True
            lives = (posted, before, after)
            await asyncio.gather(*(life.travel_to(life.at("2038-01-05 14:00")) for life in lives))
            await asyncio.gather(*(life.send(life.event("handoff.accepted", "2038-01-05 14:00")) for life in lives))

            async def all_are_under_way() -> bool:
                return endpoint.reached.is_set() and mail.held == {"before", "after"}

            await until(all_are_under_way)
        finally:
            worker.kill()
            await worker.wait()
        endpoint.hold = False
        endpoint.release.set()
        mail.release.set()
        async with harness.working(ShortTimeouts):
            await asyncio.gather(*(life.live_until("2038-01-08 12:00") for life in lives))
            assert await posted.touches() == ["2038-01-05 14:00 call/1/task", "2038-01-06 14:00 call/1/email-checkin"]
            assert await before.touches() == ["2038-01-05 14:00 write/1/email-welcome", "2038-01-06 14:00 write/1/task"]
            assert await after.touches() == ["2038-01-05 14:00 write/1/email-welcome.unknown", "2038-01-06 14:00 write/1/task"]
            unknown = after.rows(await after.timeline(), Outcome.UNKNOWN)
            assert unknown == ["2038-01-05 14:00 write/1/email-welcome"]

        def key(life: object, step: str) -> str:
            return f"{getattr(life, 'customer').id}/1/{step}"  # noqa: B009

        # The endpoint was asked again, under the same key, which says that it is the same request.
        assert endpoint.keys.count(key(posted, "call/1/task")) == 2
        assert sorted(endpoint.taken) == sorted(
            [
                key(posted, "call/1/task"),
                key(before, "write/1/task"),
                key(after, "write/1/task"),
                key(after, "write/1/email-welcome.unknown"),
            ]
        )
        told = [(str(message["Subject"]), str(message["To"].addresses[0].domain)) for message in mail.messages]
        assert sorted(told) == sorted(
            [
                ("checkin", "posted.example"),
                ("welcome", "before.example"),
                # Received by the server, and nobody said so to the worker: parked for a person, not sent again.
                ("welcome", "after.example"),
            ]
        )
        assert [row.key for row in harness.activities.ledger.with_outcome(Outcome.UNKNOWN)] == [key(after, "write/1/email-welcome")]
        assert harness.sent_twice == (0, 0)


async def test_a_server_killed_in_the_middle_of_a_life_and_started_on_its_file_goes_on_with_it(tmp_path: Path) -> None:
    server = await DevServer.start(tmp_path / "server", search_attributes=ALL)
    try:
        client = await Client.connect(server.address, data_converter=data_converter)
        async with TaskEndpoint() as endpoint, a_worker_harness(client, tmp_path / "home", tasks_url=endpoint.url) as harness:
            life = await harness.enrol(a_customer(), YEAR)
            await life.tell("handoff.accepted", "2038-01-05 14:00")
            await life.live_until("2038-01-08 13:59")
            endpoint.hold = True
            travelling = asyncio.create_task(life.travel_to(life.at("2038-02-01 12:00")))
            await endpoint.reached.wait()  # the task of 8 January, 14:00, is being posted
            port = int(server.address.rpartition(":")[2])
            await server.kill()
            server = await DevServer.start(tmp_path / "server", port=port, search_attributes=ALL)
            endpoint.hold = False
            endpoint.release.set()
            await travelling
            await life.live_until("2038-04-06 12:00")
            assert await life.touches() == [
                "2038-01-04 09:00 welcome/1/email-welcome",
                "2038-01-05 14:00 kickoff/1/meeting-kickoff",
                "2038-01-08 14:00 kickoff/1/email-nudge",
                "2038-01-08 14:00 kickoff/1/task",
                "2038-01-18 10:30 checkin/1/email-checkin",
                "2038-03-29 09:00 survey/1/survey-nps",
            ]
            assert in_order(await life.timeline()) == in_order(life.simulated(life.at("2038-04-06 12:00")).life.log.timeline)
            assert endpoint.taken == [f"{life.customer.id}/1/kickoff/1/task"]
            assert harness.sent_twice == (0, 0)
    finally:
        await server.stop()
