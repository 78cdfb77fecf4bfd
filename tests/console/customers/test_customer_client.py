"""A client of one customer's workflow: nobody there, nobody answers, and the names of the handlers."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client

from activities.registry import Activities
from console.customers.customer_client import CustomerClient
from console.files.customers.customers_file import read_customers
from lifecycle.domain.errors import Failure
from runtime.temporal.enrolment import enrol
from tests.console.command_line import HEADER, ran, row
from tests.console.commands.enrolled import begins
from workflows.customer_lifecycle import CustomerLifecycle

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


@pytest.mark.parametrize(
    "words",
    [["status"], ["timeline"], ["event", "login"], ["pause"], ["resume"], ["skip", "hello"], ["run-now", "hello"], ["fast-forward", "3d"]],
    ids=lambda words: words[0],
)
async def test_an_unknown_customer_is_a_mistake(words: list[str]) -> None:
    answer = await ran(words[0], "nobody", *words[1:])
    assert (answer.status, answer.out, answer.err) == (2, "", "There is no customer 'nobody': 'starter.py list' shows who is enrolled.\n")


async def test_a_customer_for_whom_no_worker_answers_is_a_failure(client: Client, served: Activities) -> None:
    [one], _ = read_customers("\n".join([HEADER, row("lonely", **begins())]), served.playbooks.newest("brief").playbook)
    await enrol(client, one.customer, served.playbooks.newest("brief").playbook, datetime.now(UTC), task_queue="nobody's")
    lonely = CustomerClient(client, "lonely", patience=timedelta(seconds=1))
    for ask in (lonely.status, lonely.resume):
        with pytest.raises(Failure, match=r"No worker answers for lonely: start one with 'python worker\.py', or all with 'make dev'\."):
            await ask()


def test_callers_and_workflow_use_the_same_names() -> None:
    for name in ("status", "timeline", "tell", "pause", "resume", "skip", "run_now", "remove"):
        assert hasattr(CustomerLifecycle, name)
