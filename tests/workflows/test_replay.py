"""Histories recorded once replay on today's code: a customer who is under way is not stranded by an edit of ours."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from lifecycle.domain.time.calendar import preload
from runtime.temporal.converter import data_converter
from tests.activities.mail_server import MailCatcher
from tests.workflows.harness.worker_harness import WorkerHarness
from tests.workflows.recording import HISTORIES, LIVES, a_year_and_a_renewal
from workflows.customer_lifecycle import CustomerLifecycle

RECORDED = sorted(HISTORIES.glob("*.json"))


def replayer() -> Replayer:
    preload()  # as a worker does: a workflow task that imports for two seconds counts as deadlocked
    return Replayer(workflows=[CustomerLifecycle], data_converter=data_converter)


@pytest.mark.slow
@pytest.mark.parametrize("recorded", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_run_replays(recorded: Path) -> None:
    await replayer().replay_workflow(WorkflowHistory.from_json("customer/recorded", recorded.read_text()))


def test_every_life_that_is_kept_was_recorded() -> None:
    assert {path.name.partition(".")[0] for path in RECORDED} == set(LIVES)
    assert sum(path.stat().st_size for path in RECORDED) < 1_500_000


async def test_a_life_just_lived_replays_run_by_run(harness: WorkerHarness) -> None:
    life = await a_year_and_a_renewal(harness, MailCatcher())
    for run in await life.runs():
        await replayer().replay_workflow(run)
