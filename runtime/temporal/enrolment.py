"""Enrols customers: one workflow each, begun once whatever is asked twice."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from lifecycle.domain.bounds import cut
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.texts.text import inline_markdown
from lifecycle.engine import engine
from lifecycle.engine.earlier_lives import know, was_removed, what_remains
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.formats import FORMAT
from lifecycle.state.life import Lifecycle
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.healing import ended_by_force
from workflows.messages.after_the_end import ended
from workflows.names import TASK_QUEUE, WORKFLOW, id_of
from workflows.showing import search_attributes as by

LONGEST_IN_SUMMARY = 150
"""Bytes of a name in a workflow's summary, which the Temporal UI shows as Markdown; Temporal takes 400 of the whole."""


BATCH, BROUGHT_IN = "batch", "brought_in"
"""In the memo of a life that a file has brought in: what stands for the file's content, and when that was. Its later runs have it too."""

PAUSED_WHY = "enrolled paused; 'resume' lets its touches go"


class Enrolled(StrEnum):
    """What became of one enrolment. AGAIN: a customer of before begins a new life; OVER: its life is over, and this is the contract that it had."""

    NOW = "enrolled"
    AGAIN = "again"
    ALREADY = "already"
    OVER = "over"
    ENDED_BY_FORCE = "ended by force"

    @property
    def is_new(self) -> bool:
        """Whether a life began by it."""
        return self is Enrolled.NOW or self is Enrolled.AGAIN


async def check_format(client: Client) -> None:
    """Raise Mistake if a build that begins new customers' lives can't read what the code here writes: they would stand still."""
    deployment = Deployment(client)
    now = await deployment.routing()
    for build in (now.current, now.ramping):
        formats = await deployment.formats_of(build) if build is not None else None
        if formats is not None and FORMAT not in formats.reads:
            known = " and ".join(str(each) for each in formats.reads)
            raise Mistake(
                f"New customers begin on build {build}, which reads lives of format {known}, and the code here writes format {FORMAT}: "
                "enrol them with that build's code, or promote a newer build first."
            )


async def enrol(
    client: Client,
    customer: Customer,
    playbook: Playbook,
    at: datetime,
    task_queue: str = TASK_QUEUE,
    *,
    paused_by: str | None = None,
    batch: str = "",
) -> Enrolled:
    """Begin a customer's life on that playbook; it sleeps until `at` if that lies ahead. Where somebody says so, it begins paused.

    `batch` stands for the content of the file that brings it in, which tells its owner what it has missed: the life does not.
    One whose life goes on is left as it is, and so is one whose life is over unless this is a new contract, which began after its last.
    Raises Failure where the server refuses.
    """
    life = engine.begin(customer, playbook.ref, at, playbook.lengths, listed=bool(batch))
    if paused_by is not None:
        engine.begin_paused(life, at, PAUSED_WHY, paused_by)
    memo = {BATCH: batch, BROUGHT_IN: at.isoformat()} if batch else None
    if await _start(client, life, task_queue, WorkflowIDReusePolicy.REJECT_DUPLICATE, memo):
        return Enrolled.NOW
    last = await _last_life(client, customer.id)
    if last is None:
        return Enrolled.ALREADY if await ended_by_force(client, customer.id) is None else Enrolled.ENDED_BY_FORCE
    if not last.is_followed_by(customer.contract):
        return Enrolled.OVER
    if last.remains is not None:
        know(life, last.remains)
    return Enrolled.AGAIN if await _start(client, life, task_queue, WorkflowIDReusePolicy.ALLOW_DUPLICATE, memo) else Enrolled.ALREADY


async def brought_in_at(client: Client, customer: str, batch: str) -> datetime | None:
    """When a file of that content has brought the customer in (UTC); None where another one has, or none."""
    described = await client.get_workflow_handle(id_of(customer)).describe()
    memo = await described.memo()
    return datetime.fromisoformat(str(memo[BROUGHT_IN])) if memo.get(BATCH) == batch and BROUGHT_IN in memo else None


async def begin_life(client: Client, life: Lifecycle, task_queue: str = TASK_QUEUE) -> bool:
    """Begin that life, whatever workflows of the customer are over; False where one runs. Raises Failure where the server refuses."""
    return await _start(client, life, task_queue, WorkflowIDReusePolicy.ALLOW_DUPLICATE)


class _LastLife(NamedTuple):
    """A life that is over: when the contract began and ended that it had last, as far as that is known, and what it left behind."""

    start: date | None
    end: date | None
    remains: EarlierLives | None = None
    was_a_mistake: bool = False

    def is_followed_by(self, contract: Contract) -> bool:
        """Whether that contract is a new one, and not once more the one that it had; after a life begun by mistake any is."""
        if self.was_a_mistake:
            return True
        if self.start is not None:
            return contract.start > self.start
        return self.end is not None and contract.end > self.end


async def _last_life(client: Client, customer: str) -> _LastLife | None:
    """The customer's last life; None while one goes on, or was ended by force."""
    described = await client.get_workflow_handle(id_of(customer)).describe()
    if described.status is not WorkflowExecutionStatus.COMPLETED:
        return None
    returned = await ended(client, customer)
    if returned is not None and returned.life is not None:
        contract = returned.life.contract
        return _LastLife(contract.start, contract.end, what_remains(returned.life), was_removed(returned.life))
    # Of a build whose last words say less: what the server shows of it.
    shown = described.typed_search_attributes.get(by.CONTRACT_END)
    return _LastLife(None, shown.date() if shown is not None else None)


async def _start(
    client: Client, life: Lifecycle, task_queue: str, reuse: WorkflowIDReusePolicy, memo: Mapping[str, str] | None = None
) -> bool:
    """Begin the life's workflow; False where one of its id runs, or is there already and may not be followed by another."""
    customer = life.customer
    try:
        await client.start_workflow(
            WORKFLOW,
            life,
            id=id_of(customer.id),
            task_queue=task_queue,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=summary_of(customer),
            memo=memo,
            search_attributes=attributes_of(life),
        )
    except WorkflowAlreadyStartedError:
        return False
    except RPCError as error:
        if "search attribute" in error.message:
            raise Failure(
                f"Namespace '{client.namespace}' lacks a search attribute ({error.message}): 'starter.py setup' registers them, once."
            ) from error
        raise
    return True


def summary_of(customer: Customer) -> str:
    """What the Temporal UI says of the workflow, as Markdown in which the name is text."""
    return f"{inline_markdown(cut(customer.name, LONGEST_IN_SUMMARY))}, tier {customer.tier.value}"


def attributes_of(life: Lifecycle) -> TypedSearchAttributes:
    """What can be known before the first wake, so that a customer is listed at once."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(by.STAGE, life.stage.value),
            SearchAttributePair(by.TIER, life.customer.tier.value),
            SearchAttributePair(by.HEALTH, life.health.band.value),
            SearchAttributePair(by.OWNER, by.owner_of(life.customer)),
            SearchAttributePair(by.PLAYBOOK, life.playbook),
            SearchAttributePair(by.CONTRACT_END, datetime.combine(life.contract.end, time(), UTC)),
            SearchAttributePair(by.ANNUAL_VALUE, life.contract.annual_value),
            SearchAttributePair(by.PAUSED, life.plays.paused),
        ]
    )
