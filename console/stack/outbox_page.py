"""Keeps the outbox's page up to date while a stack is up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from activities.transports.outbox_page import OutboxPage

SECONDS = 5.0
"""How old the page is at most."""

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def keeping_page(outbox: Path, seconds: float = SECONDS) -> AsyncIterator[Path]:
    """The page's path, made at once, looked after every so many `seconds`, and once more at the end."""
    page = OutboxPage(outbox)
    await _refresh(page)
    task = asyncio.create_task(_keep(page, seconds))
    try:
        yield page.page
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await _refresh(page)


async def _keep(page: OutboxPage, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await _refresh(page)


async def _refresh(page: OutboxPage) -> None:
    try:
        await asyncio.to_thread(page.refresh)
    except OSError as error:  # a full disk or a folder taken away: the page is older, and nothing else is
        _log.warning("the outbox's page is not up to date", why=type(error).__name__)
