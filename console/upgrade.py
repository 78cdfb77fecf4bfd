"""An upgrade on one machine: lives that an older build left in the database move to the build that runs now.

Nothing is noted: which builds have lives, and which is current, is what the server says. So it may be killed at any moment, and
the next start does what is left of it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from activities.settings import Settings
from console.commands.deploy_drain import drain_with_bar, in_words
from console.output import err, out
from lifecycle.domain.errors import Failure
from runtime.builds.archive import archive_of, keep_build, other_packages, remove_unused
from runtime.builds.build_id import own_build_id
from runtime.builds.build_worker import BuildWorker, worker_environment
from runtime.process.sentences import complain
from runtime.temporal.deployment import Deployment
from runtime.temporal.draining import PATIENCE, RATE, failure_of

LONGEST_START = 60.0
_PAUSE = 0.2


@asynccontextmanager
async def upgrading(client: Client, settings: Settings) -> AsyncIterator[None]:
    """Keep this build for later, and move lives of other builds to it; their workers run as long as they have lives, or the block.

    This build's worker has to run. Raises Mistake where it can't read what another build wrote; nothing has changed then.
    """
    home, build = settings.home, await asyncio.to_thread(own_build_id, settings)
    await asyncio.to_thread(keep_build, home, build)
    deployment = Deployment(client)
    workers: dict[str, BuildWorker] = {}
    try:
        await _upgrade(deployment, build, home, settings, workers)
        yield
    finally:
        await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in workers.values()))


async def _upgrade(deployment: Deployment, build: str, home: Path, settings: Settings, workers: dict[str, BuildWorker]) -> None:
    now = await deployment.routing()
    if why := await deployment.why_unreadable(build, now):
        raise Failure(why)
    old = {each: lives for each in now.builds if each != build and (lives := await deployment.lives_on(each))}
    for each, lives in old.items():
        _tell(
            f"{lives} lives are on build {each}: a worker of it is started from {archive_of(home, each)}, and they move to build {build}."
        )
        await _start_worker(deployment, each, home, settings, workers)
    if now.current != build or now.ramping is not None:
        await deployment.promote(build)
        await deployment.end_ramp()
    if old:
        drained = await drain_with_bar(deployment, None, RATE, PATIENCE, show=err.is_terminal)
        _tell(in_words(drained, None))
        if failure := failure_of(drained):
            complain(str(failure))
        for each in list(workers):
            if not await deployment.lives_on(each):
                await asyncio.to_thread(workers.pop(each).stop)
    await asyncio.to_thread(remove_unused, home, {build, *workers})


async def _start_worker(deployment: Deployment, build: str, home: Path, settings: Settings, workers: dict[str, BuildWorker]) -> None:
    """Start a worker of that build from its archive, and wait until it is there; without one its lives are left where they are."""
    folder = archive_of(home, build)
    if not folder.is_dir():
        complain(f"{folder} is gone, so build {build} has no worker here: check its code out beside this one, and run its worker.py.")
        return
    if others := other_packages(folder):
        complain(
            f"Build {build} runs with other packages than it was made with, and may not read its lives' histories: {', '.join(others)}."
        )
    log = home / "builds" / f"{build}.log"
    worker = workers[build] = await asyncio.to_thread(
        BuildWorker.start, folder, build, worker_environment(deployment.client, settings), log
    )
    until, begun = time.monotonic() + LONGEST_START, time.time()
    while worker.running and time.monotonic() < until:
        if any(each.build == build and each.at.timestamp() > begun for each in await deployment.workers()):
            return
        await asyncio.sleep(_PAUSE)
    complain(f"The worker of build {build} did not come up: {log} says why. Its lives stay on it meanwhile.")


def _tell(text: str) -> None:
    out.print(text, soft_wrap=True, markup=False)
