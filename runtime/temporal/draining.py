"""Moves the lives of old builds to the current one, in portions. All that it needs to know is in Temporal, so it may be killed and begun again."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import Failure, Mistake
from runtime.temporal.deployment import Deployment, Routing
from workflows.names import MOVE_TO_CURRENT_BUILD, NOT_MOVED_BECAUSE, id_of

RATE = 60.0
"""Lives a second that are asked to move, at most."""

PORTION = 100
"""Lives that were asked and have not moved yet, at most: each is read from its history by the old build's workers."""

PATIENCE = timedelta(seconds=60)
"""How long nothing may move before it gives up. Touches in flight get thirty seconds to settle."""

ASK_AGAIN = 15.0
"""Seconds after which a life that has not moved is asked once more: the server may not have told it of the new build."""

LONGEST_LIST = 20

_NO_WORKER = 5.0
_AT_ONCE = 10
_PAUSE = 0.5
_PAGE = 500
_PORTION_TIME = 5.0
_QUERY = timedelta(seconds=5)


@dataclass(frozen=True)
class DrainProgress:
    """How many lives were on old builds at the beginning, and how many are."""

    total: int
    left: int


@dataclass(frozen=True)
class Stayed:
    """A life that could not be moved yet, and why."""

    customer: str
    build: str | None
    why: str


@dataclass(frozen=True)
class Drained:
    """What a drain led to. `left` counts what is still on old builds; `stayed` says of the first twenty of them why."""

    current: str
    moved: int
    left: int
    seconds: float
    stayed: list[Stayed] = field(default_factory=list)


async def drain(
    deployment: Deployment,
    build: str | None = None,
    *,
    rate: float = RATE,
    patience: timedelta = PATIENCE,
    report: Callable[[DrainProgress], None] = lambda progress: None,
) -> Drained:
    """Ask every life on `build`, or on any build but the current one, to move there, and return when none is left or none moves.

    At most `rate` a second are asked. Raises Mistake where there is nowhere to go: no current build, a ramp under way, or
    `build` is the current one or not known.
    """
    await deployment.until_settled()
    now = await deployment.routing()
    builds = _old_builds(now, build)
    return await _Drain(deployment, builds, rate, patience, report).run(str(now.current))


def _old_builds(now: Routing, build: str | None) -> list[str | None]:
    if now.current is None:
        raise Mistake("No build is current, so lives have nowhere to go: a deployment's first worker makes its build current.")
    if now.ramping is not None:
        raise Mistake(
            f"Build {now.ramping} is ramping, and lives would be sent to either: 'starter.py deploy promote {now.ramping}' ends the ramp."
        )
    if build == now.current:
        raise Mistake(f"Build {build} is the current one, where the lives of others go to: promote another first.")
    if build is not None and build not in now.builds:
        raise Mistake(f"No build {build} is known: 'starter.py deploy status' lists them.")
    # Lives of no build began before there were builds, and get the current one with their next task.
    return [build] if build is not None else [*(each for each in now.builds if each != now.current), None]


class _Drain:
    def __init__(
        self,
        deployment: Deployment,
        builds: list[str | None],
        rate: float,
        patience: timedelta,
        report: Callable[[DrainProgress], None],
    ) -> None:
        self.deployment = deployment
        self.builds = builds
        self.gap = 1 / rate
        self.patience = patience.total_seconds()
        self.report = report
        self.asked: dict[str, tuple[float, int]] = {}
        self.next_ask = 0.0

    async def run(self, current: str) -> Drained:
        began = moved_last = time.monotonic()
        total = left = await self._left()
        self.report(DrainProgress(total, left))
        listed = self._to_ask()
        sure = False
        while left or not sure:
            sure = not left  # visibility lags by moments, so none left is believed the second time
            portion = [each async for each in _first(listed, PORTION)] if left else []
            if portion:
                await self._ask_all(portion)
            else:
                await asyncio.sleep(_PAUSE)
                listed = self._to_ask()
            before, left = left, await self._until_moved(left - len(portion) + PORTION // 2, total)
            if left < before or portion:
                moved_last = time.monotonic()
            waited = time.monotonic() - moved_last
            if left and (waited > self.patience or (waited > _NO_WORKER and not await self._anyone_serves())):
                break
        stayed = await self._stayed() if left else []
        return Drained(current, max(0, total - left), left, time.monotonic() - began, stayed)

    async def _left(self) -> int:
        return sum([await self.deployment.lives_on(build) for build in self.builds])

    async def _until_moved(self, most: int, total: int) -> int:
        """Wait until at most that many are left, so that portions overlap, or some seconds; answers how many are."""
        until = time.monotonic() + _PORTION_TIME
        while True:
            left = await self._left()
            self.report(DrainProgress(max(total, left), left))
            if left <= max(most, 0) or time.monotonic() > until:
                return left
            await asyncio.sleep(_PAUSE)

    async def _anyone_serves(self) -> bool:
        """Whether a build that still has lives has a worker. Those of no build are served by the current one's."""
        served = {each.build for each in await self.deployment.workers()}
        with_lives = [build for build in self.builds if await self.deployment.lives_on(build)]
        return not with_lives or any(build is None or build in served for build in with_lives)

    async def _to_ask(self) -> AsyncIterator[str]:
        """The lives on old builds; one that was asked only lately, or twice, is passed over: it will go when it can."""
        for build in self.builds:
            async for found in self.deployment.client.list_workflows(self.deployment.lives(build), page_size=_PAGE):
                first, times = self.asked.get(found.id, (0.0, 0))
                if times == 0 or (times == 1 and time.monotonic() - first > ASK_AGAIN):
                    yield found.id

    async def _ask_all(self, lives: list[str]) -> None:
        queue = iter(lives)

        async def ask() -> None:
            for each in queue:
                await self._ask(each)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(_AT_ONCE, len(lives))):
                group.create_task(ask())

    async def _ask(self, workflow_id: str) -> None:
        now = time.monotonic()
        self.next_ask = max(self.next_ask, now) + self.gap
        await asyncio.sleep(self.next_ask - self.gap - now)
        try:
            await self.deployment.client.get_workflow_handle(workflow_id).signal(MOVE_TO_CURRENT_BUILD)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # its life has ended meanwhile
                raise
        first, times = self.asked.get(workflow_id, (time.monotonic(), 0))
        self.asked[workflow_id] = first, times + 1

    async def _stayed(self) -> list[Stayed]:
        served = {each.build for each in await self.deployment.workers()}
        found = [
            (each.id, build)
            for build in self.builds
            async for each in self.deployment.client.list_workflows(self.deployment.lives(build), limit=LONGEST_LIST)
        ][:LONGEST_LIST]
        whys = await asyncio.gather(*(self._why(id, build, build is None or build in served) for id, build in found))
        return [Stayed(id.removeprefix(id_of("")), build, why) for (id, build), why in zip(found, whys, strict=True)]

    async def _why(self, workflow_id: str, build: str | None, served: bool) -> str:
        if not served:
            return f"no worker of build {build} runs"
        handle = self.deployment.client.get_workflow_handle(workflow_id)
        seen = (await handle.describe()).raw_description
        if (attempt := seen.pending_workflow_task.attempt) > 1:
            return f"its workflow task fails (attempt {attempt}): see the workflow in the Temporal UI"
        try:
            why: str = await handle.query(NOT_MOVED_BECAUSE, result_type=str, rpc_timeout=_QUERY)
        except WorkflowQueryFailedError:
            return f"build {build} does not know how to move a life"
        except RPCError:
            return "no worker answers for it"
        return why or "it is about to move"


async def _first(lives: AsyncIterator[str], count: int) -> AsyncIterator[str]:
    for _ in range(count):
        try:
            yield await anext(lives)
        except StopAsyncIteration:
            return


def failure_of(drained: Drained) -> Failure | None:
    """What a command that ends with lives left complains of; None where none is left."""
    if not drained.left:
        return None
    lines = [f"{each.customer} is still on {f'build {each.build}' if each.build else 'no build'}: {each.why}." for each in drained.stayed]
    if (more := drained.left - len(drained.stayed)) > 0:
        lines.append(f"So are {more} more.")
    lines.append(f"{drained.left} lives are left on old builds, so keep their workers running; what was asked goes by itself when it can.")
    return Failure("\n".join(lines))
