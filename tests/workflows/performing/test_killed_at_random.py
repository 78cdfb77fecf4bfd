"""Workers killed with SIGKILL at any moment, over a mail server that fails at every point: each touch is confirmed, or known to be unknown."""

import asyncio
import hashlib
import random
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.ledger.record.writing import RecordWriting
from console.commands.record_rebuild import MARK, rebuild
from lifecycle.domain.enums import Outcome
from tests.activities.cutting_mail_server import HANG_UP, CuttingMailServer, Fault, Point
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from tests.workflows.harness.records import lines_missing, whole
from tests.workflows.harness.servers import TaskEndpoint
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from tests.workflows.harness.workflow_variants import HastyTimeouts
from tests.workflows.performing.test_crashes import a_worker
from workflows.performing import performing

pytestmark = [pytest.mark.server, pytest.mark.slow]

LEASE = 2.5
KILLS = 3
CUSTOMERS = 6

LETTERS = a_playbook(
    stage(
        "onboarding",
        """
letters:
  at: {day: 0}
  within: 5d
  steps:
    - email: {template: welcome, category: operational}
    - wait: 1d
    - email: {template: checkin, category: operational}
    - wait: 1d
    - email: {template: news, category: operational}
""",
    )
)
STEPS = ("email-welcome", "email-checkin", "email-news")


def a_fault(number: int) -> Fault | None:
    """What goes wrong in that conversation, the same at every run: half of them go well."""
    chance = hashlib.blake2b(f"conversation {number}".encode(), digest_size=2).digest()
    points = (*Point, Point.DOT)
    if chance[0] % 2:
        return None
    return Fault(points[chance[1] % len(points)], HANG_UP if chance[1] % 3 else "451 4.3.0 not now")


async def kill_workers(harness: WorkerHarness, mail: CuttingMailServer, *told: str) -> None:
    """Keep one worker working, and kill it again and again, in the middle of some conversation."""
    chance = random.Random(9)
    for _ in range(KILLS):
        worker = await a_worker(harness, *told)
        conversations = mail.conversations + chance.randint(1, 4)

        async def talks(enough: int = conversations) -> bool:
            return mail.conversations >= enough

        await until(talks)
        await asyncio.sleep(chance.uniform(0, 0.25))
        worker.kill()
        await worker.wait()


async def test_each_touch_is_confirmed_or_unknown_with_a_task_and_a_row_in_the_list_and_none_twice(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The workflow's own change of it reaches the tests that follow.
    monkeypatch.setattr(performing, "ATTEMPT", performing.ATTEMPT)
    async with (
        TaskEndpoint() as tasks,
        CuttingMailServer(a_fault, thinks=0.05) as mail,
        a_worker_harness(client, tmp_path, None, smtp_url=mail.url, tasks_url=tasks.url, lease=LEASE) as harness,
    ):
        # Enrolled before the day on which their first letter is due.
        lives = await asyncio.gather(
            *(harness.enrol(a_customer(f"c{number}"), LETTERS, travel=False, at="2038-01-03 08:00") for number in range(CUSTOMERS))
        )
        killing = asyncio.create_task(
            kill_workers(harness, mail, "hasty=1", f"smtp_url={mail.url}", f"tasks_url={tasks.url}", f"lease={LEASE}")
        )
        travelling = [asyncio.create_task(life.travel_to(life.at("2038-01-06 23:00"))) for life in lives]
        await killing
        async with harness.working(HastyTimeouts):
            await asyncio.gather(*travelling)
            await asyncio.gather(*(life.live_until("2038-01-07 12:00") for life in lives))
            became = {key: outcome for life in lives for key, outcome in (await outcomes(life)).items()}
            shown = {key for life in lives for key in (await life.status()).unknown}
            missing = {life.customer.id: await lines_missing(harness.activities.engine, life) for life in lives}
            names, engine = [life.customer.id for life in lives], harness.activities.engine
            written = {name: whole(engine, name) for name in names}
            anew = await rebuild(client, RecordWriting(engine), names, tmp_path / MARK, show=False)
        assert set().union(*missing.values()) == set(), "no line of the record is lost"
        assert (anew.asked, anew.failed) == (CUSTOMERS, {})
        for name in names:
            _, facts, tasks_asked = whole(engine, name)
            assert tasks_asked == written[name][2], "made anew, the tasks are what was written"
            assert [line for line in written[name][1] if line not in facts] == [], "and what was written of what happened stands"

        keys = {f"{life.customer.id}/1/letters/1/{step}" for life in lives for step in STEPS}
        rows = {key: harness.activities.ledger.row(key) for key in keys}
        assert {key: row and row.outcome for key, row in rows.items()} == became, "workflow and ledger say the same"
        assert set(became.values()) <= {Outcome.SENT, Outcome.UNKNOWN}
        arrived = Counter(str(message_from_bytes(content)["Message-ID"]) for content in mail.messages)
        sent = [row.reference for row in rows.values() if row is not None and row.outcome is Outcome.SENT]
        assert len(sent) == len(set(sent))
        assert {reference: arrived[reference] for reference in sent} == dict.fromkeys(sent, 1), "what is confirmed has arrived, once"
        assert set(arrived.values()) == {1}, "and nothing has arrived twice"
        unknown = {key for key, outcome in became.items() if outcome is Outcome.UNKNOWN}
        assert {row.key for row in harness.activities.ledger.with_outcome(Outcome.UNKNOWN)} == unknown
        assert shown == unknown
        assert {key.removesuffix(".unknown") for key in tasks.taken} == unknown, "of each the owner is asked"
        assert harness.sent_twice == (0, 0)
        assert 0 < len(unknown) < len(keys)


async def outcomes(life: CustomerWorkflow) -> dict[str, Outcome | None]:
    """What the workflow says became of each letter in the end."""
    entries = await life.timeline()
    return {entry.key: entry.outcome for entry in entries if entry.key.endswith(STEPS)}
