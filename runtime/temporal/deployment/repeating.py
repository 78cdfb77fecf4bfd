"""Asking the server again, until something holds or it takes a change."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from temporalio.service import RPCError, RPCStatusCode

LONGEST = 60.0
"""Seconds until a server that does not do what it took counts as failed."""

PAUSE = 0.05
_PAUSE_OF_BUSY = 0.5
# The server keeps a deployment in a workflow of its own, which takes ten changes at a time.
_BUSY = {RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.ABORTED}


async def holds_within(seconds: float, question: Callable[[], Awaitable[bool]]) -> bool:
    """Ask until it holds, once at least; False if it still does not after that many seconds."""
    until = time.monotonic() + seconds
    while not await question():
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(PAUSE)
    return True


async def patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call that changes the deployment; again, for a minute, while the server has its hands full with the workers that begin."""
    until = time.monotonic() + LONGEST
    while True:
        try:
            await call()
            return
        except RPCError as error:
            if error.status not in _BUSY or time.monotonic() > until:
                raise
        await asyncio.sleep(_PAUSE_OF_BUSY)
