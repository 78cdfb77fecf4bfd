"""Reads of the database, in threads of their own: so many at once and so long, that no reader keeps events from being taken in."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


class NotRead(Exception):
    """It could not be read now: one sentence, and asked again later it may be."""


class BoundedReads:
    """At most `at_once` reads at a time, each answered within `seconds` from when it is asked for. A context manager."""

    def __init__(self, at_once: int, seconds: float) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="reads")
        self._free = asyncio.Semaphore(at_once)
        self._seconds = seconds

    def __enter__(self) -> "BoundedReads":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def read(self, read: Callable[[], Result]) -> Result:
        """What `read` returns, which is called in a thread. Raises NotRead where it takes too long or the database fails."""
        started = False
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
                running = asyncio.get_running_loop().run_in_executor(self._threads, read)
                running.add_done_callback(self._ended)
                started = True
                return await asyncio.shield(running)
        except TimeoutError:
            _log.warning("not read in time", started=started)
            why = "The database takes too long" if started else "Too many are reading"
            raise NotRead(f"{why}: ask again, for fewer rows if it stays so.") from None
        except SQLAlchemyError as failed:
            _log.warning("not read", why=type(failed).__name__)
            raise NotRead("The database does not answer: ask again.") from None

    def _ended(self, running: "asyncio.Future[Result]") -> None:
        """Only now is its place free: a thread goes on when nobody waits for it any more."""
        self._free.release()
        if not running.cancelled():
            running.exception()  # looked at, or asyncio complains of one that nobody waited for
