"""An operator's command to a life that is on a build which reads no `by`: it is understood all the same."""

from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from console.customers.customer_client import CustomerClient
from lifecycle.domain.model import Frozen

pytestmark = pytest.mark.server


class OlderPause(Frozen):
    why: str = ""


class OlderSkip(Frozen):
    play: str
    why: str = ""


class OlderRunNow(Frozen):
    play: str


@workflow.defn(name="OlderLifecycle")
class OlderLifecycle:
    """The commands as release 0.1.0 takes them."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def pause(self, command: OlderPause) -> str:
        return f"paused: {command.why}"

    @pause.validator
    def _check_pause(self, command: OlderPause) -> None:
        pass

    @workflow.update
    async def resume(self) -> str:
        return "resumed"

    @resume.validator
    def _check_resume(self) -> None:
        pass

    @workflow.update
    async def skip(self, command: OlderSkip) -> str:
        return f"skipped {command.play}: {command.why}"

    @workflow.update
    async def run_now(self, command: OlderRunNow) -> str:
        return f"runs {command.play}"


async def test_commands_are_given_to_an_older_build_without_the_name_that_it_does_not_read(client: Client) -> None:
    queue, name = f"older-{uuid4()}", f"older-{uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[OlderLifecycle], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(OlderLifecycle.run, id=f"customer/{name}", task_queue=queue)
        customer = CustomerClient(client, name)
        try:
            assert await customer.pause("merger", "Kim Lee") == "paused: merger"
            assert await customer.resume("all done", "Kim Lee") == "resumed"
            assert await customer.skip("hello", "they know us", "Kim Lee") == "skipped hello: they know us"
            assert await customer.run_now("hello", "they asked", "Kim Lee") == "runs hello"
        finally:
            await handle.terminate()
