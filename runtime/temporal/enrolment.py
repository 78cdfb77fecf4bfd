"""Enrols customers: one workflow each, begun once whatever is asked twice."""

from datetime import UTC, datetime, time
from enum import StrEnum

from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from lifecycle.domain.bounds import cut
from lifecycle.domain.customer import Customer
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.text import inline_markdown
from lifecycle.engine import engine
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.formats import FORMAT
from lifecycle.state.life import Lifecycle
from runtime.temporal.deployment import Deployment
from workflows import search_attributes as by
from workflows.names import TASK_QUEUE, WORKFLOW, id_of

LONGEST_IN_SUMMARY = 150
"""Bytes of a name in a workflow's summary, which the Temporal UI shows as Markdown; Temporal takes 400 of the whole."""


PAUSED_WHY = "enrolled paused; 'resume' lets its touches go"


class Enrolled(StrEnum):
    """What became of one enrolment."""

    NOW = "enrolled"
    ALREADY = "already"


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
    client: Client, customer: Customer, playbook: Playbook, at: datetime, task_queue: str = TASK_QUEUE, *, paused_by: str | None = None
) -> Enrolled:
    """Begin a customer's life on that playbook; it sleeps until `at` if that lies ahead. Where somebody says so, it begins paused.

    One that was enrolled before, even if its life is over, is left as it is. Raises Failure where the server refuses.
    """
    life = engine.begin(customer, playbook.ref, at, playbook.lengths)
    if paused_by is not None:
        engine.begin_paused(life, at, PAUSED_WHY, paused_by)
    try:
        await client.start_workflow(
            WORKFLOW,
            life,
            id=id_of(customer.id),
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,  # a second life would ask for the first one's touch keys
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=summary_of(customer),
            search_attributes=attributes_of(life),
        )
    except WorkflowAlreadyStartedError:
        return Enrolled.ALREADY
    except RPCError as error:
        if "search attribute" in error.message:
            raise Failure(
                f"Namespace '{client.namespace}' lacks a search attribute ({error.message}): 'starter.py setup' registers them, once."
            ) from error
        raise
    return Enrolled.NOW


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
            SearchAttributePair(by.HEALTH_SCORE, life.health.score),
            SearchAttributePair(by.OWNER, by.owner_of(life.customer)),
            SearchAttributePair(by.PLAYBOOK, life.playbook),
            SearchAttributePair(by.CONTRACT_END, datetime.combine(life.contract.end, time(), UTC)),
            SearchAttributePair(by.ANNUAL_VALUE, life.contract.annual_value),
            SearchAttributePair(by.PAUSED, life.plays.paused),
        ]
    )
