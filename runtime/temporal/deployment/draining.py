"""Moves the lives of old builds to the current one, in portions. All that it needs to know is in Temporal, so it may be killed and begun again."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import Failure, Mistake
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.routing import Routing
from runtime.temporal.deployment.staying import Stayed, why_they_stay
from workflows.names import MOVE_TO_CURRENT_BUILD

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
_LAST_COUNT = 2.0


@dataclass(frozen=True)
class DrainProgress:
    """How many lives were on old builds at the beginning, and how many are."""

    total: int
    left: int


@dataclass(frozen=True)
class Drained:
    """What a drain led to.

    `left` counts the lives that the current build has not had a task of, and `stayed` says of the first twenty of them why. `earlier`
    is how many the caller had counted and the drain found moved already.
    """

    current: str
    moved: int
    left: int
    seconds: float
    stayed: list[Stayed] = field(default_factory=list)
    earlier: int = 0


async def drain(
    deployment: Deployment,
    build: str | None = None,
    *,
    rate: float = RATE,
    patience: timedelta = PATIENCE,
    report: Callable[[DrainProgress], None] = lambda progress: None,
    counted: int = 0,
) -> Drained:
    """Ask every life on `build`, or on any build but the current one, to move there, and return when none is left or none moves.

    At most `rate` a second are asked. A life has moved when the current build has completed a task of it. `counted` is how many the
    caller saw there before, if that is more: some may have moved since. Raises Mistake where there is nowhere to go: no current build,
    a ramp under way, `build` is the current one or not known, or the current one can't read what others have written; and Failure
    where no worker of the current build runs. No life has been asked then.
    """
    await deployment.until_settled()
    now = await deployment.routing()
    builds, current = _old_builds(now, build), str(now.current)
    draining = _Drain(deployment, builds, current, deployment.lives.not_begun_on(current) if build is None else deployment.lives.on(build))
    if await draining.count_left():
        if why := await deployment.why_unreadable(current, now):
            raise Mistake(why)
        if not await deployment.is_working(current):
            raise Failure(
                f"No worker of build {current} runs, the current one, and a life that is cut for it would stand still: start one first."
            )
    return await draining.run(1 / rate, patience.total_seconds(), report, counted)


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
    def __init__(self, deployment: Deployment, builds: list[str | None], current: str, left: str) -> None:
        """`builds` are those whose lives are asked; `left` is the question for the lives that have not moved."""
        self.deployment = deployment
        self.builds = builds
        self.current = current
        self.left = left
        self.asked: dict[str, tuple[float, int]] = {}
        self.next_ask = 0.0

    async def count_left(self) -> int:
        """How many have not moved."""
        return await self.deployment.count(self.left)

    async def run(self, gap: float, patience: float, report: Callable[[DrainProgress], None], counted: int) -> Drained:
        """Ask them, one every `gap` seconds at most, until none is left or none has moved for `patience` seconds.

        Cancelled, it reports once more how many are left.
        """
        began = moved_last = time.monotonic()
        left = await self.count_left()
        total, earlier = left, max(0, counted - left)
        # No more than are asked in some seconds: else a slow one would go without a report for minutes.
        most = min(PORTION, max(1, int(_PORTION_TIME / gap)))

        def tell(now: int) -> None:
            report(DrainProgress(max(total, now), now))

        tell(left)
        listed = self._to_ask()
        sure = idle = False
        try:
            while left or not sure:
                sure = not left  # visibility lags by moments, so none left is believed the second time
                portion = [each async for each in _first(listed, most)] if left else []
                if portion and idle and not await self.deployment.is_working(self.current):
                    break  # or all would be cut, and stand still
                if portion:
                    await self._ask_all(portion, gap)
                else:
                    await asyncio.sleep(_PAUSE)
                    listed = self._to_ask()
                before, left = left, await self._until_moved(left - len(portion) + most // 2, tell)
                idle = left >= before
                if not idle or portion:
                    moved_last = time.monotonic()
                waited = time.monotonic() - moved_last
                if left and (waited > patience or (waited > _NO_WORKER and not await self._anyone_serves())):
                    break
        except asyncio.CancelledError:
            with suppress(RPCError, TimeoutError):
                async with asyncio.timeout(_LAST_COUNT):
                    tell(await self.count_left())
            raise
        stayed = await self._stayed() if left else []
        return Drained(self.current, max(0, total - left), left, time.monotonic() - began, stayed, earlier)

    async def _until_moved(self, most: int, report: Callable[[int], None]) -> int:
        """Wait until at most that many are left, so that portions overlap, or some seconds; answers how many are."""
        until = time.monotonic() + _PORTION_TIME
        while True:
            left = await self.count_left()
            report(left)
            if left <= max(most, 0) or time.monotonic() > until:
                return left
            await asyncio.sleep(_PAUSE)

    async def _anyone_serves(self) -> bool:
        """Whether a build that still has lives has a worker that takes work. Those of no build are served by the current one's."""
        served = {each.build for each in await self.deployment.workers()}
        with_lives = [build for build in self.builds if await self.deployment.lives_on(build)]
        for build in with_lives:
            # One that has ended is still seen for a minute.
            if build is None or (build in served and await self.deployment.is_working(build)):
                return True
        return not with_lives

    async def _to_ask(self) -> AsyncIterator[str]:
        """The lives on old builds; one that was asked only lately, or twice, is passed over: it will go when it can."""
        for build in self.builds:
            async for found in self.deployment.client.list_workflows(self.deployment.lives.uncut_on(build), page_size=_PAGE):
                first, times = self.asked.get(found.id, (0.0, 0))
                if times == 0 or (times == 1 and time.monotonic() - first > ASK_AGAIN):
                    yield found.id

    async def _ask_all(self, lives: list[str], gap: float) -> None:
        queue = iter(lives)

        async def ask() -> None:
            for each in queue:
                await self._ask(each, gap)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_AT_ONCE, len(lives))):
                    group.create_task(ask())
        except ExceptionGroup as faults:  # all say the same: the first is enough
            raise faults.exceptions[0] from None

    async def _ask(self, workflow_id: str, gap: float) -> None:
        now = time.monotonic()
        self.next_ask = max(self.next_ask, now) + gap
        await asyncio.sleep(self.next_ask - gap - now)
        try:
            await self.deployment.client.get_workflow_handle(workflow_id).signal(MOVE_TO_CURRENT_BUILD)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # its life has ended meanwhile
                raise
        first, times = self.asked.get(workflow_id, (time.monotonic(), 0))
        self.asked[workflow_id] = first, times + 1

    async def _stayed(self) -> list[Stayed]:
        listed = self.deployment.client.list_workflows(self.left, limit=LONGEST_LIST)
        return await why_they_stay(self.deployment, [each.id async for each in listed], self.current)


async def _first(lives: AsyncIterator[str], count: int) -> AsyncIterator[str]:
    for _ in range(count):
        try:
            yield await anext(lives)
        except StopAsyncIteration:
            return


def lives_in_words(count: int) -> str:
    """So many lives: 1 life, 1,200 lives."""
    return f"{count:,} {'life' if count == 1 else 'lives'}"


def failure_of(drained: Drained) -> Failure | None:
    """What a command that ends with lives left complains of; None where none is left."""
    if not drained.left:
        return None
    lines = [f"{each.customer} is still on {f'build {each.build}' if each.build else 'no build'}: {each.why}." for each in drained.stayed]
    if (more := drained.left - len(drained.stayed)) > 0:
        lines.append(f"So {'is' if more == 1 else 'are'} {more} more.")
    lines.append(f"{lives_in_words(drained.left)} {'has' if drained.left == 1 else 'have'} not moved. {_what_to_do(drained)}")
    return Failure("\n".join(lines))


def _what_to_do(drained: Drained) -> str:
    needed = sorted({each.needs for each in drained.stayed if each.needs})
    if not needed:
        return "Keep the workers of the old builds running: what was asked goes by itself when it can."
    return (
        f"Start a worker of build {' and of build '.join(needed)}, and what was asked goes by itself; then drain again for the others. "
        "'make dev' starts those whose code it kept; elsewhere it is 'python worker.py' with that build's code."
    )
