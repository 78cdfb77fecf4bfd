"""A worker is well while Temporal sees it ask for work and its database answers; what it says is read by a command of the standard library."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.ledger.database.database import open_database
from runtime.health import STALE, say, what_is_wrong
from runtime.saying_health import ASKS_FOR_NOTHING, say_health
from runtime.temporal.deployment.deployment import Deployment
from workflows.probe import WorkerProbe

ROOT = Path(__file__).parents[2]


def asked(file: Path | None) -> tuple[int, str, str]:
    env = {name: value for name, value in os.environ.items() if name != "EVERGREEN_HEALTH_FILE"}
    named = {"EVERGREEN_HEALTH_FILE": str(file)} if file is not None else {}
    done = subprocess.run([sys.executable, "-m", "runtime.health"], cwd=ROOT, env=env | named, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_command_says_what_the_worker_has_said(tmp_path: Path) -> None:
    file = tmp_path / "health"
    nothing = f"No worker has said how it is in {file}: it has not begun to serve, or another file is named there.\n"
    assert asked(file) == (1, nothing, "")
    say(file, "")
    assert asked(file) == (0, "The worker takes work, and its database answers.\n", "")
    say(file, "The database does not answer.")
    assert asked(file) == (1, "The database does not answer.\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["health"]


def test_without_a_file_the_command_says_which_variable_names_it() -> None:
    assert asked(None) == (2, "", "EVERGREEN_HEALTH_FILE names no file: set it for the worker and for this command alike.\n")


def test_a_worker_that_has_said_nothing_for_long_is_not_well(tmp_path: Path) -> None:
    file = tmp_path / "health"
    say(file, "")
    at = json.loads(file.read_text())["at"]
    assert what_is_wrong(file, at + STALE) == ""
    assert what_is_wrong(file, at + STALE + 1) == "The worker has said nothing for 31 seconds: it hangs, or it is gone."


@pytest.mark.parametrize(
    ("text", "kind"), [("", "JSONDecodeError"), ("[]", "TypeError"), ("{}", "KeyError"), ('{"at": "x", "wrong": ""}', "ValueError")]
)
def test_a_file_of_something_else_is_not_taken_for_health(tmp_path: Path, text: str, kind: str) -> None:
    file = tmp_path / "health"
    file.write_text(text)
    assert what_is_wrong(file, 0) == f"What lies in {file} cannot be read ({kind}): a worker that starts writes it anew."


def test_it_reads_with_the_standard_library_alone() -> None:
    seen = "import runtime.health, sys; print([name for name in sys.modules if name.split('.')[0] in ('temporalio', 'pydantic', 'sqlalchemy')])"
    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.server
async def test_a_worker_that_asks_for_no_work_is_not_well_though_all_answers(client: Client, task_queue: str, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    file = tmp_path / "health"
    saying = asyncio.create_task(say_health(file, client, engine, Deployment(client, task_queue)))
    try:
        await said(file, ASKS_FOR_NOTHING)
        async with Worker(client, task_queue=task_queue, workflows=[WorkerProbe], activities=[nothing]):
            await said(file, "")
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)
        engine.dispose()
    assert not file.exists()


@activity.defn
async def nothing() -> None:
    """An activity, so that the worker asks for both."""


async def said(file: Path, wanted: str) -> None:
    async with asyncio.timeout(30):
        while not file.exists() or what_is_wrong(file, time.time()) != wanted:
            await asyncio.sleep(0.1)
