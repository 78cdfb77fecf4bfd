"""Ending in good order on SIGTERM or Ctrl-C, whatever is under way."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from runtime.process.sentences import complain


@contextmanager
def saying_how_far(how_far: Callable[[], str]) -> Iterator[None]:
    """Complain of `how_far` where the block, of a coroutine, is cancelled, as Ctrl-C does; and let it be cancelled."""
    try:
        yield
    except asyncio.CancelledError:
        complain(how_far())
        raise


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run `work`; on SIGTERM or Ctrl-C it is cancelled, its clean-up runs to its end, and this returns.

    A second signal no longer waits for the clean-up: it ends the process as it would without this.
    """
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped:
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
