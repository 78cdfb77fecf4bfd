"""A worker with all that it needs, for as long as a block lasts: what `worker.py`, `dev`, `demo` and the tests run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import Activities, build
from activities.settings import Settings
from lifecycle.domain.calendar import preload
from lifecycle.domain.errors import Failure
from runtime.process.log_context import LogContext
from runtime.publishing import FOLDER, publish_all
from runtime.temporal.errors import SearchAttributesRefused
from runtime.temporal.search_attributes import registered
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.names import TASK_QUEUE
from workflows.sandbox import sandboxed
from workflows.search_attributes import ALL

MOST_CACHED = 500
"""Customers kept in memory between their wakes, at some 100 KB each; the others are replayed when they wake."""

LAST_TOUCHES = timedelta(seconds=20)
"""How long a worker that is told to stop lets touches end that have begun."""

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving(
    client: Client, settings: Settings, *, playbooks: Path = FOLDER, task_queue: str = TASK_QUEUE, grace: timedelta = LAST_TOUCHES
) -> AsyncIterator[Activities]:
    """Publish the playbooks and serve the task queue until the block ends; touches that have begun then get `grace` to end.

    Raises PlaybookFaults for a playbook that does not read, Failure for a namespace without the search attributes,
    and SQLAlchemy's errors for a database that cannot be opened. If the worker fails, the block is cancelled and this raises.
    """
    await _check_search_attributes(client)
    await asyncio.to_thread(preload)  # else workflow tasks import, and one that takes two seconds counts as deadlocked
    activities = await asyncio.to_thread(build, settings)
    try:
        for ref in await asyncio.to_thread(publish_all, activities.playbooks, playbooks):
            _log.info("published", playbook=ref)
        async with Worker(
            client,
            task_queue=task_queue,
            workflows=[CustomerLifecycle],
            activities=activities.all,
            workflow_runner=sandboxed(),
            interceptors=[LogContext()],
            max_cached_workflows=MOST_CACHED,
            graceful_shutdown_timeout=grace,
        ):
            _log.info("serving", namespace=client.namespace, task_queue=task_queue)
            yield activities
    finally:
        await activities.close()
        _log.info("served")


async def _check_search_attributes(client: Client) -> None:
    """Without them every workflow task would fail: better to say so once."""
    try:
        known = await registered(client)
    except SearchAttributesRefused as refused:  # a key that may work but not look; then the server knows best
        _log.warning("search attributes not checked", why=str(refused))
        return
    missing = [key.name for key in ALL if key.name not in known]
    if missing:
        raise Failure(
            f"Namespace '{client.namespace}' has no search attributes {', '.join(missing)}: 'starter.py setup' registers them, once."
        )
