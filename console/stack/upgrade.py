"""An upgrade on one machine: lives that an older build left in the database move to the build that runs now.

Nothing is noted: which builds have lives, and which is current, is what the server says. So it may be killed at any moment, and
the next start does what is left of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from activities.settings import Settings
from console.stack.draining import drain_with_bar, in_words
from console.stack.old_workers import OldWorkers
from console.terminal.output import err, out
from lifecycle.domain.errors import Failure
from runtime.builds.archive import archive_of, other_packages, remove_unused
from runtime.process.sentences import complain
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.draining import PATIENCE, RATE, failure_of, lives_in_words


@asynccontextmanager
async def upgrading(client: Client, settings: Settings, build: str) -> AsyncIterator[None]:
    """Move lives of other builds to this one; their workers run as long as they have lives, or the block.

    This build's worker has to run. Raises Failure where it can't read what another build wrote; nothing has changed then.
    """
    deployment = Deployment(client)
    async with OldWorkers(deployment, settings) as workers:
        await _upgrade(deployment, build, settings, workers)
        yield


async def _upgrade(deployment: Deployment, build: str, settings: Settings, workers: OldWorkers) -> None:
    now = await deployment.routing()
    if why := await deployment.why_unreadable(build, now):
        raise Failure(why)
    old = {each: lives for each in now.builds if each != build and (lives := await deployment.lives_on(each))}
    for each, lives in old.items():
        _tell(
            f"{lives_in_words(lives)} {'is' if lives == 1 else 'are'} on build {each}{await _what_comes(each, build, settings, workers, lives)}."
        )
        await workers.start(each)
    if now.current != build or now.ramping is not None:
        await deployment.promote(build)
    if old:
        drained = await drain_with_bar(deployment, None, RATE, PATIENCE, show=err.is_terminal, counted=sum(old.values()))
        _tell(in_words(drained, None))
        if failure := failure_of(drained):
            complain(str(failure))
    used = {build, *[each for each in old if await deployment.lives_on(each)]}
    for each in workers.builds:
        if each not in used:
            await workers.stop(each)
    await asyncio.to_thread(remove_unused, settings.home, used)


async def _what_comes(old: str, build: str, settings: Settings, workers: OldWorkers, lives: int) -> str:
    folder = archive_of(settings.home, old)
    fault = await workers.fault_of(old)
    as_made = fault is None and not other_packages(folder)
    return in_prospect(old, build, folder, lives, startable=fault is None, as_made=as_made)


def in_prospect(old: str, build: str, folder: Path, lives: int = 2, *, startable: bool, as_made: bool) -> str:
    """What becomes of so many lives of build `old`, as the end of a sentence, before its worker is started from `folder`.

    It is `startable` if its code is there as it was kept, and `as_made` if the packages here are those that it was made with.
    """
    if not startable:
        return f", and {'moves' if lives == 1 else 'move'} to build {build} only where a worker of build {old} runs"
    own = "it moves" if lives == 1 else "they move"
    who = own if as_made else "those whose histories it can read move"
    return f": a worker of it is started from {folder}, and {who} to build {build}"


def _tell(text: str) -> None:
    out.print(text, soft_wrap=True, markup=False)
