"""A workflow and an activity that log, for the tests of the logs."""

from datetime import UTC, datetime, timedelta

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    import structlog

    from lifecycle.domain.enums import TouchKind
    from lifecycle.domain.touch import Touch

log = structlog.get_logger("talkers")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@activity.defn
async def speak(touch: Touch) -> None:
    """Log by structlog and by the SDK's logger."""
    log.info("spoke", to="ada@example.com")
    activity.logger.warning("spoke again")


@workflow.defn
class Talker:
    """Logs before and after an activity and a timer."""

    @workflow.run
    async def run(self) -> None:
        """Ends after a timer of a moment."""
        workflow.logger.info("began")
        touch = Touch(
            key="acme/1/welcome/1/1",
            kind=TouchKind.EMAIL,
            name="welcome",
            customer="acme",
            term=1,
            counts_for="onboarding",
            playbook="standard",
            play="welcome",
            at=NOON,
            due=NOON,
            not_after=NOON,
            timezone="UTC",
            country="DE",
        )
        await workflow.execute_activity(speak, touch, start_to_close_timeout=timedelta(seconds=10))
        workflow.logger.info("asked grace@example.com", extra={"plays": ["welcome"]})
        await workflow.sleep(0.01)
        workflow.logger.info("over")


PROGRAM = """
import asyncio, sys
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from runtime.temporal.converter import data_converter
from temporalio.worker import Worker
from runtime.process import logs
from runtime.process.log_context import LogContext
from runtime.process.exit import run_and_exit
from tests.runtime.process.talkers import Talker, speak

async def main() -> None:
    logs.configure()
    client = await Client.connect(sys.argv[1], data_converter=data_converter)
    queue = sys.argv[2]
    # No cached workflows: each task replays the history from the start.
    async with Worker(
        client, task_queue=queue, workflows=[Talker], activities=[speak], interceptors=[LogContext()], max_cached_workflows=0,
        workflow_failure_exception_types=[Exception],
    ):
        stage = TypedSearchAttributes([SearchAttributePair(SearchAttributeKey.for_keyword("Stage"), "onboarding")])
        await client.execute_workflow(Talker.run, id=f"customer/{queue}", task_queue=queue, search_attributes=stage)

run_and_exit(main)
"""
