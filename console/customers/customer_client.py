"""A client of one customer's workflow, patient: between two runs of its chain it may not answer for a moment.

Handlers go by their names: importing the workflow would bring every activity's library into each short command.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import QueryRejectCondition
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from console.terminal.output import answer_in_words
from lifecycle.domain.enums import Resolution
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.model import Frozen
from lifecycle.engine.erasing import Known
from lifecycle.explain.record import Recorded, recorded_of, row_of
from lifecycle.explain.status import Status
from lifecycle.facts.events import Event
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry
from runtime.temporal.healing import BY_FORCE, ended_by_force
from workflows.messages.after_the_end import ended
from workflows.messages.messages import Answered, Ended, Erase, KnownCustomer, Pause, Remove, Resolve, Resume, RunNow, Skip, Tell
from workflows.names import id_of

PATIENCE = timedelta(seconds=20)
ONE_TRY = timedelta(seconds=10)
"""A query may first go to a worker that is gone; the server notices within seconds, and the next try finds another."""

_PAUSE = 0.05
_LOOK_AFTER = 0.3
_TAKES_WORK = 1.0
_TAKES_NO_SIGNALS = 1
"""The state format of the last release whose lives drop a signal that they have no handler for."""

_UNKNOWN = "not found for ID"
_OVER = "already completed"
# What is answered in the moment between two runs, or while the server or a worker starts.
_PASSING = {
    RPCStatusCode.NOT_FOUND,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.ABORTED,
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.RESOURCE_EXHAUSTED,
}
_SILENT = {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}

_MISREAD = ("RuntimeError", "TypeError")
"""How a workflow fails an update whose message it cannot read, or takes no message for: nothing has changed then."""

T = TypeVar("T")


class NotUnderstood(Failure):
    """The build that the life is on knows no such message."""


class NoWorker(Failure):
    """No worker runs that the life could answer by; `keeps` says whether its build takes signals of every name."""

    def __init__(self, message: str, *, keeps: bool) -> None:
        super().__init__(message)
        self.keeps = keeps


class NothingRuns(Mistake):
    """The customer has no workflow that could be told anything: nobody of that id was enrolled, or its life is over."""


class EndedByForce(Mistake):
    """The customer's workflow was ended at the Temporal server, and its life may be taken up again."""


class CustomerClient:
    """One customer's workflow, as callers meet it.

    Each method raises Mistake for a customer that is not there or an answer of no, and Failure when no worker answers. One that is
    `watchful`, for a person who waits, looks after a moment whether a worker runs at all; where none does it raises NoWorker, and commands
    and events are kept, as signals, until one does.
    """

    def __init__(self, client: Client, customer: str, patience: timedelta = PATIENCE, *, watchful: bool = False) -> None:
        self.customer = customer
        self._client = client
        self._watchful = watchful
        self._handle = client.get_workflow_handle(id_of(customer))
        self._patience = patience.total_seconds()
        self._one_try = min(ONE_TRY, patience)

    async def status(self) -> Status:
        """Where the customer stands; also when its life is over."""
        return await self._ask("status", Status, lambda ended: ended.status)

    async def timeline(self) -> list[Entry]:
        """What happened and what was done, oldest first; also when its life is over."""
        return await self._ask("timeline", list[Entry], lambda ended: ended.life.log.timeline if ended.life else None)

    async def whole(self) -> Lifecycle:
        """The whole life as it stands, or as it was when it ended."""
        return await self._ask("whole", Lifecycle, lambda ended: ended.life)

    async def recorded(self) -> Recorded:
        """What the record should say of the customer, as its life stands or stood when it ended."""

        def of_the_end(ended: Ended) -> Recorded | None:
            life = ended.life
            return None if life is None else recorded_of(life, row_of(life, life.progress.decided_until), life.progress.decided_until)

        return await self._ask("recorded", Recorded, of_the_end)

    async def known_of(self, address: str) -> Known:
        """What the life knows of the person with that address; it has to go on."""

        async def call() -> Known:
            told: Known = await self._handle.query("known_of", address, result_type=Known, rpc_timeout=self._one_try)
            return told

        return await self._watched(self._retry(call))

    async def erase(self, address: str, why: str, by: str = "") -> str:
        """Take a person out of the life, as `by` says. It is never kept for later, for the address would stand in a history."""
        return await self._update("erase", Erase(address=address, why=why, by=by, id=str(uuid4())), str)

    async def known(self) -> KnownCustomer:
        """The customer as its life knows it, while that goes on."""
        return await self._ask("customer", KnownCustomer, lambda ended: None)

    async def tell(self, *events: Event) -> list[Answered]:
        """Tell events; all are taken in, or none is."""
        return await self._update("tell", Tell(events=list(events)), list[Answered])

    async def pause(self, why: str, by: str = "") -> str:
        """Hold every touch back, as `by` says."""
        return await self._command("pause", Pause(why=why, by=by), "why")

    async def resume(self, why: str = "", by: str = "") -> str:
        """Let touches go again, as `by` says."""
        return await self._command("resume", Resume(why=why, by=by))

    async def skip(self, play: str, why: str, by: str = "") -> str:
        """Drop a play's next planned occurrence, as `by` says."""
        return await self._command("skip", Skip(play=play, why=why, by=by), "play", "why")

    async def run_now(self, play: str, why: str = "", by: str = "") -> str:
        """Take a play's planned occurrence forward, as `by` says."""
        return await self._command("run_now", RunNow(play=play, why=why, by=by), "play")

    async def remove(self, why: str, by: str = "") -> str:
        """End a life that should not have been begun, without a farewell, as `by` says."""
        return await self._command("remove", Remove(why=why, by=by), "why")

    async def resolve(self, key: str, resolution: Resolution, by: str) -> str:
        """Take a person's word on an unknown touch. Raises NothingRuns where there is no workflow to take it."""
        return await self._update("resolve", Resolve(key=key, resolution=resolution, by=by), str)

    async def now(self) -> datetime:
        """What the customer's own clock shows: the virtual time, if it was ever moved."""
        from runtime.temporal.errors import TimeTravelFailed
        from runtime.temporal.time_travel import TimeTravel

        try:
            now = await TimeTravel(self._client).now(self._handle.id)
        except TimeTravelFailed as error:
            raise self._unknown() from error
        if now is None:
            raise await self._over()
        return now

    async def _ask(self, name: str, answer: type[T], of_the_end: Callable[[Ended], T | None]) -> T:
        """A query's answer; when the life is over, by what its workflow returned, for no worker of its last build may run any more."""

        async def call() -> T:
            try:
                open_only = QueryRejectCondition.NOT_OPEN
                told: T = await self._handle.query(name, result_type=answer, reject_condition=open_only, rpc_timeout=self._one_try)
                return told
            except WorkflowQueryRejectedError as error:
                if error.status in BY_FORCE:
                    raise await self._over() from error
                if error.status is not WorkflowExecutionStatus.CONTINUED_AS_NEW:
                    returned = await ended(self._client, self.customer)
                    if returned is not None and (last := of_the_end(returned)) is not None:
                        return last
            last_told: T = await self._handle.query(name, result_type=answer, rpc_timeout=self._one_try)
            return last_told

        return await self._watched(self._retry(call))

    async def _command(self, name: str, command: Frozen, *older: str) -> str:
        """Give an operator's command; a life on a build up to 0.1.0, which reads the `older` fields alone, is given those."""
        said = command.model_dump(exclude_defaults=True) | {"id": str(uuid4())}
        try:
            return await self._update(name, said, str)
        except NotUnderstood:
            return await self._update(name, {field: value for field, value in said.items() if field in older}, str)
        except NoWorker as none:
            if not none.keeps:
                raise
            await self._handle.signal(name, said)  # under the same id: should the update come through after all, it is done once
            return self.kept("the command")

    async def tell_or_keep(self, *events: Event) -> list[Answered] | None:
        """Tell events as `tell` does; None where no worker runs, and Temporal keeps them until one does.

        What cannot be true of the customer then is refused in the timeline.
        """
        try:
            return await self.tell(*events)
        except NoWorker as none:
            if not none.keeps:
                raise
            await self._handle.signal("event", Tell(events=list(events)))
            return None

    def kept(self, what: str) -> str:
        """What to say where no worker runs and something was kept."""
        return (
            f"{self.customer} cannot answer now, for no worker runs: Temporal keeps {what}, and it is done when one does "
            "('python worker.py', or all with 'make dev')"
        )

    async def _update(self, name: str, message: Frozen | dict[str, str], answer: type[T]) -> T:
        # One id for all tries: a try that came through without an answer is not done a second time.
        name_of_try, args = str(uuid4()), [message] if message else []

        async def call() -> T:
            given: T = await self._handle.execute_update(name, args=args, id=name_of_try, result_type=answer, rpc_timeout=self._one_try)
            return given

        return await self._watched(self._retry(call))

    async def _watched(self, work: Coroutine[Any, Any, T]) -> T:
        """The answer. Raises NoWorker where none has come after a moment and no worker runs, if this client is watchful."""
        if not self._watchful:
            return await work
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=_LOOK_AFTER)
            if not task.done() and (none := await self._no_worker()) is not None and not task.done():
                raise none
            return await task
        finally:
            task.cancel()

    async def _no_worker(self) -> NoWorker | None:
        from runtime.temporal.deployment.deployment import Deployment, build_shown

        described, deployment = await self._handle.describe(), Deployment(self._client)
        deployment.takes_work = _TAKES_WORK
        build = build_shown(described) or (await deployment.routing()).current
        if build is None:
            return None if await deployment.workers() else NoWorker(str(self._silent()), keeps=True)
        if await deployment.is_working(build):
            return None
        formats = await deployment.formats_of(build)
        return NoWorker(str(self._silent()), keeps=formats is not None and formats.writes > _TAKES_NO_SIGNALS)

    async def _retry(self, call: Callable[[], Awaitable[T]]) -> T:
        until = time.monotonic() + self._patience
        while True:
            try:
                return await call()
            except WorkflowUpdateFailedError as error:
                cause = error.cause
                if isinstance(cause, ApplicationError) and cause.type == "Refused":
                    raise Mistake(answer_in_words(cause.message, self.customer)) from error
                if isinstance(cause, ApplicationError) and cause.type in _MISREAD:
                    raise NotUnderstood(f"{self.customer} does not understand this command: {cause.message}") from error
                fault: Exception = error
                words = str(cause)
            except WorkflowQueryFailedError as error:  # the run has only just begun
                fault, words = error, str(error)
            except WorkflowUpdateRPCTimeoutOrCancelledError as error:
                fault, words = error, ""
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND and _UNKNOWN in error.message:
                    raise self._unknown() from error
                if error.status is RPCStatusCode.NOT_FOUND and _OVER in error.message:
                    raise await self._over() from error
                if error.status not in _PASSING | _SILENT:
                    raise
                fault, words = error, "" if error.status in _SILENT or "no poller" in error.message else error.message
            if time.monotonic() > until:
                if not words:
                    raise self._silent() from fault
                raise Failure(f"{self.customer} gives no answer ({words}): see its workflow in the Temporal UI.") from fault
            await asyncio.sleep(_PAUSE)

    def _unknown(self) -> Mistake:
        return NothingRuns(f"There is no customer '{self.customer}': 'starter.py list' shows who is enrolled.")

    async def _over(self) -> Mistake:
        if (ending := await ended_by_force(self._client, self.customer)) is not None:
            return EndedByForce(ending.sentence(self.customer))
        return NothingRuns(
            f"The life of {self.customer} is over, so nothing more can be told or moved: 'starter.py status' says how it ended."
        )

    def _silent(self) -> Failure:
        return Failure(f"No worker answers for {self.customer}: start one with 'python worker.py', or all with 'make dev'.")
