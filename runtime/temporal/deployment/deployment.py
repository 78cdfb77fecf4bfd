"""The builds that serve a task queue, as Temporal's worker deployment keeps them: the one module that knows that API, which is experimental.

Lives are pinned to the build that their run began on. Runs that begin, and runs that continue as new, go to the current build
(a share of them to the ramping one). A build is known from its worker's first question for work on.
"""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from temporalio.api.common.v1 import Payload
from temporalio.api.deployment.v1 import WorkerDeploymentVersion as VersionMessage
from temporalio.api.enums.v1 import EventType, RoutingConfigUpdateState, TaskQueueType, WorkerDeploymentVersionStatus
from temporalio.api.enums.v1 import VersioningBehavior as VersioningOfRun
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
    DescribeWorkerDeploymentVersionResponse,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
    UpdateWorkerDeploymentVersionMetadataRequest,
)
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHandle
from temporalio.common import PinnedVersioningOverride, VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import Failure, Mistake
from runtime.temporal.deployment import taking_over
from runtime.temporal.deployment.lives_query import LivesQuery
from runtime.temporal.deployment.repeating import LONGEST, PAUSE, holds_within, patiently
from runtime.temporal.deployment.routing import Announced, BuildStatus, Formats, Routing, WorkerSeen
from workflows.names import DEPLOYMENT, PROBE, TASK_QUEUE

if TYPE_CHECKING:
    from temporalio.worker import WorkerDeploymentConfig

SEEN_LATELY = timedelta(seconds=70)
"""A worker asks for work at least once a minute: one that has not for this long is gone."""

TAKES_WORK = 10.0
"""Seconds within which a worker that runs takes work that it is given."""

_PATIENCE = 10.0
_ANNOUNCED = "state_formats"
_PROBE_TASK = timedelta(seconds=5)
_NO_SUCH_WORKER = {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND}
# A build that does not know the probe fails it, and so answers too.
_ANSWERED = {EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED}
_BUILD = "TemporalWorkerDeploymentVersion"
_BEHAVIOR = "TemporalWorkflowVersioningBehavior"
_BOTH = {TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY}
_STATUS = {
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: BuildStatus.CURRENT,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: BuildStatus.RAMPING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: BuildStatus.DRAINING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: BuildStatus.DRAINED,
}


class Deployment:
    """The deployment of one task queue; `lives` are the questions about its lives, `takes_work` how long a worker may take to take work.

    Methods raise TemporalFailed's RPCError where the server does not answer.
    """

    def __init__(self, client: Client, task_queue: str = TASK_QUEUE, name: str = DEPLOYMENT) -> None:
        self.client = client
        self.task_queue = task_queue
        self.name = name
        self.takes_work = TAKES_WORK
        self.lives = LivesQuery(task_queue, _BUILD, f"{name}:", _BEHAVIOR)

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

    async def refuse_other_code(self, build: str, code: str) -> None:
        """Raise Mistake if workers of other code, by its hash, have gone by that name. To be asked before a worker joins."""
        told = await self.announced_by(build)
        if told is not None and told.code != code:
            raise Mistake(
                f"Build {build} is other code than the code here: what lives sleep by on one of the two, the other could not read. Name this "
                "one otherwise with EVERGREEN_BUILD_ID, or leave that empty, and its name is made of its code."
            )

    async def announce(self, build: str, formats: Formats, code: str = "") -> None:
        """Wait until the server knows the build's worker, which runs, and tell it the build's formats and the hash of its code.

        Raises Failure after a minute, and Mistake where other code announced itself by that name at the same moment.
        """

        async def known() -> bool:
            # A server that was started anew knows the build at once, and its worker some seconds later.
            return await self._serves(build) and await self.is_served(build)

        if not await holds_within(LONGEST, known):
            raise Failure(f"The Temporal server does not list build {build} of '{self.name}' after {LONGEST:.0f} s: look at its log.")
        told = json.dumps({"writes": formats.writes, "reads": list(formats.reads), "code": code}).encode()
        request = UpdateWorkerDeploymentVersionMetadataRequest(
            namespace=self.client.namespace,
            deployment_version=self._version(build),
            upsert_entries={_ANNOUNCED: Payload(metadata={"encoding": b"json/plain"}, data=told)},
            identity=self.client.identity,
        )
        await patiently(lambda: self.client.workflow_service.update_worker_deployment_version_metadata(request))
        await self.refuse_other_code(build, code)

    async def make_first(self, build: str) -> str:
        """Make the build current if none is, for without one a worker is given nothing; answers which is current then."""
        while (now := await self.routing()).current is None:
            try:
                await self._set_current(build, now.token)
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:  # another worker was quicker, of whatever build
                    raise
                await asyncio.sleep(PAUSE)
        return now.current

    # ---- what an operator does

    async def promote(self, build: str, percentage: float | None = None) -> None:
        """Make the build current, or with `percentage` (above 0, below 100) have it take that share of the runs that begin.

        A build that is made current ends any ramp. Returns when all of the server knows. Raises Mistake for a build that is not known,
        that no worker serves, or that can't read what another build has written, and for a ramp between two of which the current one
        can't read what the other writes; nothing has changed then.
        """
        now = await self.routing()
        await self._check(build, now)
        if percentage is not None:
            await self._check_ramp(build, now)
            await self._route(build, percentage)
        else:
            if now.ramping not in (None, build):
                await self._set_ramp("", 0)
            if now.current != build:
                await self._route(build, None)
        await self.until_settled()

    async def end_ramp(self) -> None:
        """Have no build take a share any more; those whose runs it took stay there until they continue as new, on the current one.

        Raises Mistake where that one can't read what they wrote; nothing has changed then.
        """
        now = await self.routing()
        if now.ramping is not None:
            if now.current is not None and (why := await self.why_unreadable(now.current, now)):
                raise Mistake(f"{why} 'starter.py deploy promote {now.ramping}' ends the ramp the other way.")
            await self._set_ramp("", 0)
            await self.until_settled()

    async def until_settled(self) -> None:
        """Return once every part of the server routes alike: until then a run may be sent where it came from. Gives up after a minute."""

        async def settled() -> bool:
            # Server 1.32 goes on for ever, now and then, about a change that all of its parts know: so they are asked as well.
            now = await self.routing()
            return now.settled or all([await self._routes_as(kind, now) for kind in _BOTH])

        await holds_within(LONGEST, settled)

    async def announced_by(self, build: str) -> Announced | None:
        """What the build's workers told of it; None where none has told anything, or none was ever there."""
        try:
            answer = await self._describe(build)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        told = answer.worker_deployment_version_info.metadata.entries.get(_ANNOUNCED)
        if told is None:
            return None
        read = json.loads(told.data)
        return Announced(Formats(int(read["writes"]), tuple(read["reads"])), read.get("code", ""))

    async def formats_of(self, build: str) -> Formats | None:
        """What the build's worker told of its formats; None for one that told nothing."""
        told = await self.announced_by(build)
        return told.formats if told else None

    async def why_unreadable(self, build: str, now: Routing) -> str | None:
        """Why the build could not take over what the others have written, in a sentence; None if it can."""
        return await taking_over.why_not(self, build, now)

    # ---- who is where

    async def count(self, lives: str) -> int:
        """How many lives answer to that question, as visibility has it, which lags by moments."""
        return (await self.client.count_workflows(lives)).count

    async def lives_on(self, build: str | None) -> int:
        """How many lives run on that build, as visibility has it, which lags by moments."""
        return await self.count(self.lives.on(build))

    async def workers(self) -> list[WorkerSeen]:
        """Who asked for work within the last minute, each once. One that was killed stays for as long."""
        seen: dict[tuple[str | None, str], WorkerSeen] = {}
        for kind in _BOTH:
            for each in (await self._queue(kind)).pollers:
                worker = WorkerSeen(each.deployment_options.build_id or None, each.identity, each.last_access_time.ToDatetime(UTC))
                known = seen.get((worker.build, worker.identity))
                if known is None or known.at < worker.at:
                    seen[worker.build, worker.identity] = worker
        return [each for each in seen.values() if datetime.now(UTC) - each.at < SEEN_LATELY]

    async def sees_asking(self, identity: str) -> bool:
        """Whether the worker of that identity asked of late for both, workflows to go on with and activities to do."""
        lately = datetime.now(UTC) - SEEN_LATELY
        return all(
            [
                any(
                    each.identity == identity and each.last_access_time.ToDatetime(UTC) > lately
                    for each in (await self._queue(kind)).pollers
                )
                for kind in _BOTH
            ]
        )

    async def is_served(self, build: str, patience: float = 0.0) -> bool:
        """Whether a worker of that build asked for work of late. One that only now begins is seen after a moment, so `patience` in seconds."""

        async def served() -> bool:
            return any(each.build == build for each in await self.workers())

        return await holds_within(patience, served)

    async def is_working(self, build: str) -> bool:
        """Whether a worker of that build takes work now: it is given some, a workflow that ends at once. False after `takes_work` seconds.

        That one asked for work within the last minute, as `is_served` has it, shows nothing: it may have ended since.
        """
        asked = datetime.now(UTC)
        try:
            probe = await self.client.start_workflow(
                PROBE,
                id=f"worker-probe/{uuid4()}",
                task_queue=self.task_queue,
                execution_timeout=timedelta(seconds=2 * self.takes_work),
                task_timeout=_PROBE_TASK,
                static_summary=f"shows whether a worker of build {build} takes work",
                versioning_override=PinnedVersioningOverride(WorkerDeploymentVersion(deployment_name=self.name, build_id=build)),
            )
        except RPCError as error:
            if error.status in _NO_SUCH_WORKER:
                return False
            raise
        try:
            async with asyncio.timeout(self.takes_work):
                async for event in probe.fetch_history_events(wait_new_event=True):
                    if event.event_type in _ANSWERED:
                        return True
        except TimeoutError:
            # One that has its hands full takes nothing more, and still asks.
            return any(each.build == build and each.at > asked for each in await self.workers())
        finally:
            await self._end(probe)
        return False

    # ---- how it is asked

    async def _end(self, probe: WorkflowHandle[Any, Any]) -> None:
        try:
            await probe.terminate("it has shown what it was to show")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended by itself
                raise

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
        if not await self.is_working(build):
            raise Mistake(f"No worker of build {build} runs, so its lives would stand still: start one first.")
        if why := await self.why_unreadable(build, now):
            raise Mistake(why)

    async def _check_ramp(self, build: str, now: Routing) -> None:
        """A ramp sends runs both ways: what the ramping build wrote comes back to the current one."""
        if now.current == build:
            raise Mistake(f"Build {build} is current, and takes every run already: a ramp is for one that is not.")
        if now.current is not None and (why := await taking_over.why_not_back(self, build, now.current)):
            raise Mistake(f"{why} Promote it without --ramp.")

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
            await asyncio.sleep(PAUSE)

    async def _routes_as(self, kind: TaskQueueType.ValueType, now: Routing) -> bool:
        known = (await self._queue(kind)).versioning_info
        ramping, percentage = known.ramping_deployment_version.build_id, known.ramping_version_percentage
        return (known.current_deployment_version.build_id, ramping, percentage) == (now.current or "", now.ramping or "", now.percentage)

    async def _queue(self, kind: TaskQueueType.ValueType) -> DescribeTaskQueueResponse:
        return await self.client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(namespace=self.client.namespace, task_queue=TaskQueue(name=self.task_queue), task_queue_type=kind)
        )

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
        await patiently(lambda: self.client.workflow_service.set_worker_deployment_current_version(request))

    async def _set_ramp(self, build: str, percentage: float) -> None:
        request = SetWorkerDeploymentRampingVersionRequest(
            namespace=self.client.namespace,
            deployment_name=self.name,
            build_id=build,
            percentage=percentage,
            identity=self.client.identity,
        )
        await patiently(lambda: self.client.workflow_service.set_worker_deployment_ramping_version(request))

    def _version(self, build: str) -> VersionMessage:
        return VersionMessage(deployment_name=self.name, build_id=build)


def build_shown(described: WorkflowExecutionDescription) -> str | None:
    """The build that the server shows that run under; None before the first task of a life's first run is completed."""
    return described.raw_description.workflow_execution_info.versioning_info.deployment_version.build_id or None


def has_been_cut(described: WorkflowExecutionDescription) -> bool:
    """Whether that run has continued another one and has yet to complete its first task, on whichever build it was sent to."""
    behaves = described.raw_description.workflow_execution_info.versioning_info.behavior
    return behaves == VersioningOfRun.VERSIONING_BEHAVIOR_AUTO_UPGRADE
