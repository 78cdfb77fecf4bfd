"""A worker with all that it needs, for as long as a block lasts: what `worker.py`, `dev`, `demo` and the tests run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.registry import Activities
from activities.registry import build as build_activities
from activities.settings import Settings
from lifecycle.domain.errors import Failure
from lifecycle.domain.time.calendar import preload
from lifecycle.state.formats import FORMAT, READABLE
from runtime.builds.build_id import Build, own_build
from runtime.process.log_context import LogContext
from runtime.publishing import FOLDER, publish_all, read_all, unfinished_in
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.routing import Formats
from runtime.temporal.errors import SearchAttributesRefused
from runtime.temporal.search_attributes import registered
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.names import TASK_QUEUE
from workflows.owner_list import OwnerList
from workflows.portfolio_report import PortfolioReport
from workflows.probe import WorkerProbe
from workflows.showing.details import CurrentDetails
from workflows.showing.search_attributes import ALL

MOST_CACHED = 1500
"""Customers kept in memory between their wakes, at some 100 KB each; the others are replayed when they wake, or are asked or moved."""

LAST_TOUCHES = timedelta(seconds=20)
"""How long a worker that is told to stop lets touches end that have begun."""

LOOK_AGAIN = 5.0
"""Seconds between two looks of a worker at whether its build is current."""

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving(
    client: Client,
    settings: Settings,
    *,
    playbooks: Path = FOLDER,
    task_queue: str = TASK_QUEUE,
    grace: timedelta = LAST_TOUCHES,
    build: Build | None = None,
) -> AsyncIterator[Activities]:
    """Serve the task queue as `build`, by default the settings', until the block ends; touches that have begun then get `grace` to end.

    A deployment's first worker makes its build current. The current build's workers publish the playbooks: another's would make
    theirs the newest for lives that they do not serve. Raises PlaybookFaults for a playbook that does not read, Mistake where workers
    of other code went by the build's name, Failure for a namespace without the search attributes or a server without deployments, and
    SQLAlchemy's errors for a database that cannot be opened. If the worker fails, the block is cancelled and this raises.
    """
    own = build if build is not None else await asyncio.to_thread(own_build, settings)
    await _check_search_attributes(client)
    await asyncio.to_thread(preload)  # else workflow tasks import, and one that takes two seconds counts as deadlocked
    build_id, deployment = own.id, Deployment(client, task_queue)
    await deployment.refuse_other_code(own.id, own.code)
    activities = await asyncio.to_thread(build_activities, settings)
    try:
        is_current = (await deployment.routing()).current in (None, build_id)
        if is_current:
            await _publish(activities, playbooks)
        else:
            await asyncio.to_thread(read_all, playbooks)
        async with Worker(
            client,
            task_queue=task_queue,
            workflows=[CustomerLifecycle, OwnerList, PortfolioReport, WorkerProbe],
            activities=activities.all,
            interceptors=[LogContext(), CurrentDetails()],
            max_cached_workflows=MOST_CACHED,
            graceful_shutdown_timeout=grace,
            deployment_config=deployment.worker_config(build_id),
        ):
            current = await _join(deployment, own)
            _log.info("serving", namespace=client.namespace, task_queue=task_queue, build=build_id, current=current)
            watch = asyncio.create_task(_publish_when_current(deployment, build_id, activities, playbooks, current == build_id))
            try:
                yield activities
            finally:
                watch.cancel()
    finally:
        await activities.close()
        _log.info("served")


async def _join(deployment: Deployment, build: Build) -> str:
    """Have the server know this build; answers which one is current."""
    build_id = build.id
    await deployment.announce(build_id, Formats(FORMAT, READABLE), build.code)
    current = await deployment.make_first(build_id)
    if current != build_id:
        if why := await deployment.why_unreadable(build_id, await deployment.routing()):
            _log.warning("this build can take no lives over", why=why)
        else:
            _log.warning(
                "another build is current: this one gets no new lives until it is promoted",
                build=build_id,
                current=current,
                promote=f"starter.py deploy promote {build_id}",
            )
    return current


async def _publish(activities: Activities, playbooks: Path) -> None:
    for ref in await asyncio.to_thread(publish_all, activities.playbooks, playbooks):
        _log.info("published", playbook=ref)
    for file, places in (await asyncio.to_thread(unfinished_in, playbooks)).items():
        _log.warning("not published: it has places to fill in", file=file, places=places, see="starter.py lint")


async def _publish_when_current(deployment: Deployment, build_id: str, activities: Activities, playbooks: Path, is_current: bool) -> None:
    """Publish each time that this build becomes current; a build that operations went back to has its playbooks back too."""
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        try:
            was_current, is_current = is_current, (await deployment.routing()).current == build_id
        except RPCError as error:  # the server is away for a moment, and the worker waits for it too
            _log.warning("which build is current is not known", why=error.message)
            continue
        if is_current and not was_current:
            _log.info("this build is current now", build=build_id)
            await _publish(activities, playbooks)


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
