"""Workers of older builds beside a newer one: whoever ends by itself is followed by another, and what cannot be started is said."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from activities.settings import Settings
from console.stack import old_workers
from console.stack.old_workers import MOST_RESTARTS, OldWorkers
from console.stack.upgrade import in_prospect
from runtime.builds.archive import KEPT, archive_of, keep_build
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.routing import Announced, Formats, WorkerSeen

SLEEPS = "import os, sys, time\nprint(os.getpid(), file=sys.stderr, flush=True)\ntime.sleep(600)\n"
ENDS = "import os, sys\nprint(os.getpid(), file=sys.stderr, flush=True)\n"


class Serving:
    """A deployment that sees a worker of each build at once, and knows the hash of its code."""

    def __init__(self) -> None:
        config = SimpleNamespace(target_host="127.0.0.1:1")
        self.client = SimpleNamespace(namespace="default", service_client=SimpleNamespace(config=config))
        self.code = ""

    async def workers(self) -> list[WorkerSeen]:
        return [WorkerSeen("old", "someone", datetime.now(UTC))]

    async def announced_by(self, build: str) -> Announced | None:
        return Announced(Formats(1, (1,)), self.code)


@pytest.fixture
def deployment() -> Serving:
    return Serving()


@pytest.fixture
async def workers(deployment: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OldWorkers]:
    monkeypatch.setattr(old_workers, "_LOOK_AGAIN", 0.01)
    async with OldWorkers(cast(Deployment, deployment), Settings(home=tmp_path)) as made:
        yield made


def keep(home: Path, worker: str) -> Path:
    """The archive of a build `old` whose worker is that."""
    for folder in KEPT[:-1]:
        (home / "code" / folder).mkdir(parents=True, exist_ok=True)
        (home / "code" / folder / "some.py").write_text("")
    (home / "code" / "worker.py").write_text(worker)
    return keep_build(home, "old", home / "code")


def begun(home: Path) -> list[int]:
    """The process ids of those that were started, first to last."""
    log = home / "builds" / "old.log"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


async def until(question: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not question():
            await asyncio.sleep(0.01)


async def test_one_that_is_killed_is_followed_by_another(workers: OldWorkers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path, SLEEPS)
    await workers.start("old")
    await until(lambda: len(begun(tmp_path)) == 1)
    os.kill(begun(tmp_path)[0], signal.SIGKILL)
    await until(lambda: len(begun(tmp_path)) == 2)
    assert capsys.readouterr().err == (
        f"The worker of build old has ended by itself: another one is started. {tmp_path / 'builds' / 'old.log'} says why.\n"
    )
    await workers.stop("old")
    assert workers.builds == []
    with pytest.raises(ProcessLookupError):
        os.kill(begun(tmp_path)[1], 0)


async def test_one_that_ends_again_and_again_is_given_up_and_it_is_said_what_to_do(
    workers: OldWorkers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path, ENDS)
    await workers.start("old")
    said: list[str] = []

    def is_given_up() -> bool:
        said.append(capsys.readouterr().err)
        return "no other is started" in "".join(said)

    await until(is_given_up)
    assert len(begun(tmp_path)) == MOST_RESTARTS + 1
    assert "The lives that are on it stay there until 'make dev' is begun again, or that build's worker.py runs." in "".join(said)


async def remove(archive: Path) -> None:
    archive.rename(archive.with_name("away"))


async def damage(archive: Path) -> None:
    (archive / "worker.py").write_text("")


@pytest.mark.parametrize(("what", "fault"), [(remove, "is gone"), (damage, "is damaged (worker.py is not as it was kept)")])
async def test_where_the_code_is_not_as_it_was_kept_there_is_no_worker_and_that_is_said(
    what: Callable[[Path], Awaitable[None]], fault: str, workers: OldWorkers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = keep(tmp_path, SLEEPS)
    await what(archive)
    await workers.start("old")
    assert capsys.readouterr().err == (
        f"{archive_of(tmp_path, 'old')} {fault}, so build old has no worker here: check its code out beside this one, and run its worker.py.\n"
    )
    assert (workers.builds, begun(tmp_path)) == ([], [])


async def test_code_that_is_not_that_of_the_builds_lives_gets_no_worker(
    workers: OldWorkers, deployment: Serving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path, SLEEPS)
    deployment.code = "b2"
    await workers.start("old")
    assert "holds other code than that build's workers had, so build old has no worker here" in capsys.readouterr().err
    assert begun(tmp_path) == []


@pytest.mark.parametrize(
    ("startable", "as_made", "said"),
    [
        (True, True, ": a worker of it is started from builds/old, and they move to build new"),
        (True, False, ": a worker of it is started from builds/old, and those whose histories it can read move to build new"),
        (False, False, ", and move to build new only where a worker of build old runs"),
    ],
)
def test_no_worker_and_no_move_is_promised_that_may_not_come(startable: bool, as_made: bool, said: str) -> None:
    assert in_prospect("old", "new", Path("builds/old"), startable=startable, as_made=as_made) == said
