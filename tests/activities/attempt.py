"""A worker's attempts in processes of their own, so that they can be killed.

`python -m tests.activities.attempt serve` reads lines of `HOME WHERE KIND [setting=value ...]`, makes each attempt in a
process that kills itself with SIGKILL at the point that WHERE names, and prints that process's exit status.
`python -m tests.activities.attempt race HOME [setting=value ...]` waits for a line, attempts the keys of the race, and
prints how each was answered.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from activities.ledger.failures import UnderWay
from activities.ledger.once import perform_once
from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Request, Transport
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Touch
from tests.activities.building import a_task, a_touch, opened, perform

BEFORE_MARK, BEFORE_ACT, BEFORE_CONFIRM = "before-mark", "before-act", "before-confirm"
KEYS = [f"acme/1/race/{number}/call" for number in range(15)]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingTransport:
    """A transport whose process is killed at one point."""

    def __init__(self, inner: Transport, where: str) -> None:
        self.inner = inner
        self.where = where

    def destination(self, touch: Touch) -> str:
        return self.inner.destination(touch)

    async def prepare(self, touch: Touch) -> Request:
        return await self.inner.prepare(touch)

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        return await self.inner.find_earlier_attempt(touch)

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        if self.where == BEFORE_MARK:
            die()

        async def mark_and_die() -> None:
            await mark()
            die()

        done = await self.inner.act(touch, request, mark_and_die if self.where == BEFORE_ACT else mark)
        die()
        return done


async def attempt(home: str, where: str, kind: str, *settings: str) -> None:
    activities = opened(Path(home), **settings_of(settings))
    touch = a_touch() if kind == TouchKind.EMAIL else a_task()
    await perform_once(activities.ledger, touch, DyingTransport(activities.channels[touch.kind].transport, where))


async def race(home: str, *settings: str) -> None:
    activities = opened(Path(home), **settings_of(settings))
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)

    async def one(key: str) -> str:
        try:
            return (await perform(activities, a_task(key))).answer.value
        except UnderWay:
            return "under way"

    say(*await asyncio.gather(*map(one, KEYS)))
    await activities.close()


def say(*lines: object) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def settings_of(told: tuple[str, ...]) -> dict[str, str]:
    return dict(one.split("=", 1) for one in told)


def serve() -> None:
    # A fork of a process that has read every module and started no thread yet: a hundredth of a start from nothing.
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(attempt(*line.split()))
            os._exit(0)
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        asyncio.run(race(*sys.argv[2:]))
