"""Which customers know a person: every life that goes on is asked, and of those that are over what they ended with is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError, WorkflowQueryFailedError
from temporalio.service import RPCError

from console.customers.asking_many import NOT_ASKED, for_each, nobody_answers
from console.customers.customer_client import CustomerClient
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.engine.erasing import Known, known_of
from lifecycle.state.life import Lifecycle
from runtime.temporal.healing import BY_FORCE
from workflows.messages.messages import Ended
from workflows.names import WORKFLOW, id_of


@dataclass
class Found:
    """Who knows the person: open lives and closed ones, by customer, with what each knows; and who could not be asked, and why."""

    open: dict[str, Known] = field(default_factory=dict)
    closed: dict[str, Known] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Under which names the person is known."""
        return {name for known in (*self.open.values(), *self.closed.values()) for name in known.names}

    @property
    def erased(self) -> list[str]:
        """The customers that know no more than that it has opted out."""
        return sorted(name for name, known in (self.open | self.closed).items() if known.erased and not known.there)


class Run(NamedTuple):
    """One run of a customer's workflow, as the server lists it."""

    customer: str
    id: str
    status: WorkflowExecutionStatus | None
    started: datetime


def to_be_asked(runs: Iterable[Run]) -> list[Run]:
    """The runs with which a life goes on or has ended. What a run that was ended by force knew, the one that took it up by a reset knows.

    Such a run may also be one of a build of which no worker runs any more, so that nobody could answer for it.
    """
    kept = [run for run in runs if run.status is not WorkflowExecutionStatus.CONTINUED_AS_NEW]
    newest: dict[str, datetime] = {}
    for run in kept:
        newest[run.customer] = max(run.started, newest.get(run.customer, run.started))
    return [run for run in kept if run.status not in BY_FORCE or run.started == newest[run.customer]]


async def find_person(client: Client, address: str, *, show: bool) -> Found:
    """Ask all, with a bar where it is shown. Raises RPCError where the server does not answer."""
    found, prefix, answered = Found(), id_of(""), 0
    listed = client.list_workflows(f"WorkflowType = '{WORKFLOW}'")
    runs = to_be_asked([Run(one.id.removeprefix(prefix), one.run_id, one.status, one.start_time) async for one in listed])

    async def ask(run: Run) -> None:
        nonlocal answered
        customer, id, status, _ = run
        if nobody_answers(found.failed, answered):
            found.failed[customer] = NOT_ASKED
            return
        is_open = status is WorkflowExecutionStatus.RUNNING
        try:
            if is_open:
                known = await CustomerClient(client, customer).known_of(address)
            elif status in BY_FORCE:
                known = await client.get_workflow_handle(id_of(customer), run_id=id).query("known_of", address, result_type=Known)
            else:
                known = await _known_at_the_end(client, customer, id, address)
        except (Failure, Mistake, RPCError, WorkflowQueryFailedError) as failure:
            found.failed[customer] = str(failure)
            return
        answered += 1
        if known.there or known.erased:
            (found.open if is_open else found.closed)[customer] = known

    await for_each(runs, ask, doing="asking customers", show=show)
    return found


async def _known_at_the_end(client: Client, customer: str, run: str, address: str) -> Known:
    life = await life_at_the_end(client, customer, run)
    return known_of(life, address) if life is not None else Known()


async def life_at_the_end(client: Client, customer: str, run: str) -> Lifecycle | None:
    """The life with which that closed run ended; None of one that was ended by force, or whose life was too large to be returned."""
    handle = client.get_workflow_handle(id_of(customer), run_id=run, result_type=Ended)
    try:
        ended: Ended = await handle.result(follow_runs=False)
    except (WorkflowFailureError, ValueError, RuntimeError):
        return None
    return ended.life
