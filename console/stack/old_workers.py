"""Workers of older builds, run from the code that was kept of them while a newer build takes their lives over."""

import asyncio
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from temporalio.service import RPCError

from activities.settings import Settings
from runtime.builds.archive import archive_of, fault_of, note_of, other_packages
from runtime.builds.build_worker import BuildWorker, worker_environment
from runtime.process.sentences import complain
from runtime.temporal.deployment.deployment import Deployment

LONGEST_START = 60.0
MOST_RESTARTS = 3
"""How often a worker that ends by itself is followed by another."""

_LOOK_AGAIN = 0.2


class OldWorkers:
    """A worker a build. One that ends by itself is followed by another, a few times; all are ended with the block."""

    def __init__(self, deployment: Deployment, settings: Settings) -> None:
        self.deployment = deployment
        self.settings = settings
        self._workers: dict[str, BuildWorker] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End them all."""
        await asyncio.gather(*(self.stop(build) for build in self.builds))

    @property
    def builds(self) -> list[str]:
        """The builds that have a worker."""
        return list(self._workers)

    async def start(self, build: str) -> None:
        """Start a worker of that build and wait until it is there; where there can be none, say so: its lives stay where they are."""
        folder = archive_of(self.settings.home, build)
        if fault := await self.fault_of(build):
            complain(f"{folder} {fault}, so build {build} has no worker here: check its code out beside this one, and run its worker.py.")
            return
        if others := other_packages(folder):
            complain(
                f"Build {build} runs with other packages than it was made with, and may not read its lives' histories: {', '.join(others)}."
            )
        if not await self._begin(build, folder):
            complain(f"The worker of build {build} did not come up: {self._log(build)} says why. Its lives stay on it meanwhile.")
        elif build in self._workers:
            self._watches[build] = asyncio.create_task(self._watch(build, folder))

    async def stop(self, build: str) -> None:
        """Let the touches of that build's worker that have begun end, and then end it."""
        worker, watch = self._workers.pop(build), self._watches.pop(build, None)
        if watch is not None:
            await watch
        await asyncio.to_thread(worker.stop)

    async def fault_of(self, build: str) -> str | None:
        """Why no worker of that build can be started here, as the end of a sentence about its archive's folder; None if one can."""
        folder = archive_of(self.settings.home, build)
        if fault := await asyncio.to_thread(fault_of, folder):
            return fault
        note, told = note_of(folder), await self.deployment.announced_by(build)
        if note is not None and told is not None and told.code not in ("", note.code):
            return "holds other code than that build's workers had"
        return None

    async def _begin(self, build: str, folder: Path) -> bool:
        """Start it; whether it asks for work within a minute."""
        begun = time.time()
        env = worker_environment(self.deployment.client, self.settings)
        worker = self._workers[build] = BuildWorker.start(folder, build, env, self._log(build))
        until = time.monotonic() + LONGEST_START
        while worker.running and self._workers.get(build) is worker and time.monotonic() < until:
            if await self._asks_since(build, begun):
                return True
            await asyncio.sleep(_LOOK_AGAIN)
        return False

    async def _asks_since(self, build: str, moment: float) -> bool:
        try:
            return any(each.build == build and each.at.timestamp() > moment for each in await self.deployment.workers())
        except RPCError:  # the server is away for a moment, and the worker waits for it too
            return False

    async def _watch(self, build: str, folder: Path) -> None:
        for _ in range(MOST_RESTARTS):
            if not await self._has_ended(build):
                return
            complain(f"The worker of build {build} has ended by itself: another one is started. {self._log(build)} says why.")
            await self._begin(build, folder)
        if await self._has_ended(build):
            complain(
                f"The worker of build {build} has ended {MOST_RESTARTS + 1} times, and no other is started: {self._log(build)} says why. "
                "The lives that are on it stay there until 'make dev' is begun again, or that build's worker.py runs."
            )

    async def _has_ended(self, build: str) -> bool:
        """Wait until its worker has ended by itself; False when it is to end."""
        while worker := self._workers.get(build):
            if not worker.running:
                return True
            await asyncio.sleep(_LOOK_AGAIN)
        return False

    def _log(self, build: str) -> Path:
        return self.settings.home / "builds" / f"{build}.log"
