"""The builds that serve a task queue, as Temporal's worker deployment keeps them: the one module that knows that API, which is experimental.

Lives are pinned to the build that their run began on. Runs that begin, and runs that continue as new, go to the current build
(a share of them to the ramping one). A build is known from its worker's first question for work on.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from temporalio.api.common.v1 import Payload
from temporalio.api.deployment.v1 import WorkerDeploymentVersion as VersionMessage
from temporalio.api.enums.v1 import RoutingConfigUpdateState, TaskQueueType, WorkerDeploymentVersionStatus
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
    DescribeWorkerDeploymentVersionResponse,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
    UpdateWorkerDeploymentVersionMetadataRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import Failure, Mistake
from workflows.names import DEPLOYMENT, TASK_QUEUE, WORKFLOW

if TYPE_CHECKING:
    from temporalio.worker import WorkerDeploymentConfig

SEEN_LATELY = timedelta(seconds=70)
"""A worker asks for work at least once a minute: one that has not for this long is gone."""

LONGEST = 60.0
"""Seconds until a server that does not do what it took counts as failed."""

_PAUSE = 0.05
_PATIENCE = 10.0
_PAUSE_OF_BUSY = 0.5
# The server keeps a deployment in a workflow of its own, which takes ten changes at a time.
_BUSY = {RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.ABORTED}
_FORMATS = "state_formats"
_BOTH = {TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY}


class BuildStatus(StrEnum):
    """What the server does with a build."""

    NEW = "new"
    CURRENT = "current"
    RAMPING = "ramping"
    DRAINING = "draining"
    DRAINED = "drained"


_STATUS = {
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: BuildStatus.CURRENT,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: BuildStatus.RAMPING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: BuildStatus.DRAINING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: BuildStatus.DRAINED,
}


@dataclass(frozen=True)
class Routing:
    """Where runs go that begin: `current`, and `percentage` of them to `ramping`; `statuses` has every build known, newest first.

    `settled` says whether the server has carried the last change to all of its parts.
    """

    current: str | None = None
    ramping: str | None = None
    percentage: float = 0.0
    statuses: dict[str, BuildStatus] | None = None
    settled: bool = True
    token: bytes = b""

    @property
    def builds(self) -> list[str]:
        """Every build known, newest first."""
        return list(self.statuses or {})


@dataclass(frozen=True)
class Formats:
    """The formats of a life's state that a build writes and reads."""

    writes: int
    reads: tuple[int, ...]


@dataclass(frozen=True)
class WorkerSeen:
    """A worker that asked for work of late; `build` is None for one without versions."""

    build: str | None
    identity: str
    at: datetime


class Deployment:
    """The deployment of one task queue. Methods raise TemporalFailed's RPCError where the server does not answer."""

    def __init__(self, client: Client, task_queue: str = TASK_QUEUE, name: str = DEPLOYMENT) -> None:
        self.client = client
        self.task_queue = task_queue
        self.name = name

    def worker_config(self, build: str) -> "WorkerDeploymentConfig":
        """What a worker of that build is given; its lives are pinned to it."""
        from temporalio.worker import WorkerDeploymentConfig  # a tenth of a second, which commands have no use for

        return WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name=self.name, build_id=build),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.PINNED,
        )

    async def routing(self) -> Routing:
        """How things stand; empty where no worker with a build was ever there."""
        try:
            answer = await self.client.workflow_service.describe_worker_deployment(
                DescribeWorkerDeploymentRequest(namespace=self.client.namespace, deployment_name=self.name),
                retry=True,  # the server refuses who asks while others ask, as workers do that start together
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Routing()
            if error.status is RPCStatusCode.UNIMPLEMENTED:
                raise Failure(
                    "This Temporal server knows no worker deployments, by which lives move from build to build: it has to be 1.31 or newer."
                ) from error
            raise
        info = answer.worker_deployment_info
        config = info.routing_config
        summaries = sorted(info.version_summaries, key=lambda each: each.create_time.ToNanoseconds(), reverse=True)
        return Routing(
            current=config.current_deployment_version.build_id or None,
            ramping=config.ramping_deployment_version.build_id or None,
            percentage=config.ramping_version_percentage,
            statuses={each.deployment_version.build_id: _STATUS.get(each.status, BuildStatus.NEW) for each in summaries},
            settled=info.routing_config_update_state != RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS,
            token=answer.conflict_token,
        )

    # ---- what a worker does

    async def announce(self, build: str, formats: Formats) -> None:
        """Wait until the server knows the build's worker, which runs, and tell it the build's formats. Raises Failure after a minute."""

        async def known() -> bool:
            # A server that was started anew knows the build at once, and its worker some seconds later.
            return await self._serves(build) and await self.is_served(build)

        if not await _holds_within(LONGEST, known):
            raise Failure(f"The Temporal server does not list build {build} of '{self.name}' after {LONGEST:.0f} s: look at its log.")
        told = json.dumps({"writes": formats.writes, "reads": list(formats.reads)}).encode()
        request = UpdateWorkerDeploymentVersionMetadataRequest(
            namespace=self.client.namespace,
            deployment_version=self._version(build),
            upsert_entries={_FORMATS: Payload(metadata={"encoding": b"json/plain"}, data=told)},
            identity=self.client.identity,
        )
        await _patiently(lambda: self.client.workflow_service.update_worker_deployment_version_metadata(request))

    async def make_first(self, build: str) -> str:
        """Make the build current if none is, for without one a worker is given nothing; answers which is current then."""
        while (now := await self.routing()).current is None:
            try:
                await self._set_current(build, now.token)
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:  # another worker was quicker, of whatever build
                    raise
                await asyncio.sleep(_PAUSE)
        return now.current

    # ---- what an operator does

    async def promote(self, build: str, percentage: float | None = None) -> None:
        """Make the build current, or with `percentage` (above 0, below 100) have it take that share of the runs that begin.

        Returns when all of the server knows. Raises Mistake for a build that is not known, that no worker serves, or that can't
        read what another build writes; nothing has changed then.
        """
        now = await self.routing()
        await self._check(build, now)
        if percentage is not None and now.current == build:
            raise Mistake(f"Build {build} is current, and takes every run already: a ramp is for one that is not.")
        if percentage is not None or now.current != build:
            await self._route(build, percentage)
        await self.until_settled()

    async def end_ramp(self) -> None:
        """Have no build take a share any more; those whose runs it took stay there until they continue as new."""
        now = await self.routing()
        if now.ramping is not None:
            await self._set_ramp("", 0)
            await self.until_settled()

    async def until_settled(self) -> None:
        """Return once every part of the server routes alike: until then a run may be sent where it came from. Gives up after a minute."""

        async def settled() -> bool:
            return (await self.routing()).settled

        await _holds_within(LONGEST, settled)

    async def formats_of(self, build: str) -> Formats | None:
        """What the build's worker told of its formats; None for one that told nothing."""
        answer = await self._describe(build)
        told = answer.worker_deployment_version_info.metadata.entries.get(_FORMATS)
        if told is None:
            return None
        read = json.loads(told.data)
        return Formats(int(read["writes"]), tuple(read["reads"]))

    async def why_unreadable(self, build: str, now: Routing) -> str | None:
        """Why the build could not take over what the others write, in a sentence; None if it can."""
        own = await self.formats_of(build)
        if own is None:
            return f"Build {build} has not said which formats of a life it reads: start a worker of it."
        for other in now.builds:
            if other == build or (other != now.current and not await self.lives_on(other)):
                continue
            theirs = await self.formats_of(other)
            if theirs is None:
                return f"Build {other}, which has lives, has not said in which format it writes them: start a worker of it once."
            if theirs.writes not in own.reads:
                known = " and ".join(str(each) for each in own.reads)
                return (
                    f"Build {build} reads lives of format {known}, and build {other} writes format {theirs.writes}: "
                    "those lives would stand still. Take a build that reads it."
                )
        return None

    # ---- who is where

    def lives(self, build: str | None) -> str:
        """The question in Temporal's list language for the running lives of that build; None asks for those of no build yet."""
        on = f"= '{self.name}:{build}'" if build is not None else "IS NULL"
        return (
            f"WorkflowType = '{WORKFLOW}' AND TaskQueue = '{self.task_queue}' AND ExecutionStatus = 'Running' "
            f"AND TemporalWorkerDeploymentVersion {on}"
        )

    async def lives_on(self, build: str | None) -> int:
        """How many lives run on that build, as visibility has it, which lags by moments."""
        return (await self.client.count_workflows(self.lives(build))).count

    async def workers(self) -> list[WorkerSeen]:
        """Who asked for work within the last minute, each once. One that was killed stays for as long."""
        seen: dict[tuple[str | None, str], WorkerSeen] = {}
        for kind in _BOTH:
            answer = await self.client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(namespace=self.client.namespace, task_queue=TaskQueue(name=self.task_queue), task_queue_type=kind)
            )
            for each in answer.pollers:
                worker = WorkerSeen(each.deployment_options.build_id or None, each.identity, each.last_access_time.ToDatetime(UTC))
                known = seen.get((worker.build, worker.identity))
                if known is None or known.at < worker.at:
                    seen[worker.build, worker.identity] = worker
        return [each for each in seen.values() if datetime.now(UTC) - each.at < SEEN_LATELY]

    async def is_served(self, build: str, patience: float = 0.0) -> bool:
        """Whether a worker of that build asked for work of late. One that only now begins is seen after a moment, so `patience` in seconds."""

        async def served() -> bool:
            return any(each.build == build for each in await self.workers())

        return await _holds_within(patience, served)

    # ---- how it is asked

    async def _serves(self, build: str) -> bool:
        try:
            answer = await self._describe(build)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        queues = answer.worker_deployment_version_info.task_queue_infos
        return {each.type for each in queues if each.name == self.task_queue} >= _BOTH

    async def _check(self, build: str, now: Routing) -> None:
        if build not in now.builds:
            raise Mistake(
                f"Deployment '{self.name}' has no build {build}: start a worker of it first; 'starter.py deploy status' lists them."
            )
        if not await self.is_served(build, _PATIENCE):
            raise Mistake(f"No worker of build {build} runs, so its lives would stand still: start one first.")
        if why := await self.why_unreadable(build, now):
            raise Mistake(why)

    async def _route(self, build: str, percentage: float | None) -> None:
        """Make the build current, or give it that share; again, for a while, where the server refuses, as it does while a worker is entered."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return await (self._set_current(build) if percentage is None else self._set_ramp(build, percentage))
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                if time.monotonic() > until:
                    raise Failure(f"The Temporal server does not promote build {build}: {error.message}.") from error
            await asyncio.sleep(_PAUSE)

    async def _describe(self, build: str) -> DescribeWorkerDeploymentVersionResponse:
        return await self.client.workflow_service.describe_worker_deployment_version(
            DescribeWorkerDeploymentVersionRequest(namespace=self.client.namespace, deployment_version=self._version(build)),
            retry=True,
        )

    async def _set_current(self, build: str, token: bytes = b"") -> None:
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=self.client.namespace,
            deployment_name=self.name,
            build_id=build,
            conflict_token=token,
            identity=self.client.identity,
        )
        await _patiently(lambda: self.client.workflow_service.set_worker_deployment_current_version(request))

    async def _set_ramp(self, build: str, percentage: float) -> None:
        request = SetWorkerDeploymentRampingVersionRequest(
            namespace=self.client.namespace,
            deployment_name=self.name,
            build_id=build,
            percentage=percentage,
            identity=self.client.identity,
        )
        await _patiently(lambda: self.client.workflow_service.set_worker_deployment_ramping_version(request))

    def _version(self, build: str) -> VersionMessage:
        return VersionMessage(deployment_name=self.name, build_id=build)


async def _holds_within(seconds: float, question: Callable[[], Awaitable[bool]]) -> bool:
    """Ask until it holds, once at least; False if it still does not after that many seconds."""
    until = time.monotonic() + seconds
    while not await question():
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(_PAUSE)
    return True


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
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
