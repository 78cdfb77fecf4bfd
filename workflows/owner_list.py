"""The list of what an owner's customers have missed, whom one file has brought in: a task that is asked for until it is done, and then it is over."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from activities.channels import activity_of
from activities.ledger_activities import LedgerActivities
from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt, Record, Touch
from workflows.messages.messages import LetGo
from workflows.names import LET_GO, OWNER_LIST
from workflows.performing.performing import ATTEMPT
from workflows.versioning import on_current_build

PATIENT = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(hours=4))
"""A task system that is down is asked for as long as the list may go."""


@on_current_build(OWNER_LIST)
class OwnerList:
    """Its id is the list's name. It waits for the owner's hours, and under a hold for its release, or until the list is to be given up."""

    @workflow.init
    def __init__(self, touch: Touch) -> None:
        self.touch = touch
        self.released: set[int] = set()

    @workflow.run
    async def run(self, touch: Touch) -> Receipt:
        """Have the task done, once: the ledger knows its key."""
        if touch.at > workflow.now():
            await workflow.sleep(touch.at - workflow.now(), summary="the owner's hours")
        while True:
            receipt = await self._ask()
            if receipt.answer is not Answer.HELD or receipt.held is None:
                break
            try:
                await workflow.wait_condition(
                    partial(self.released.__contains__, receipt.held.hold),
                    timeout=max(timedelta(0), touch.not_after - workflow.now()),
                    timeout_summary=receipt.held.words[:200],
                )
            except TimeoutError:
                break
        if receipt.answer in (Answer.HELD, Answer.RETRY):
            await self._give_up(receipt)
        return receipt

    @workflow.signal(name=LET_GO)
    def let_go(self, released: LetGo) -> None:
        """The hold of that number is released."""
        self.released.add(released.hold)

    async def _ask(self) -> Receipt:
        touch = replace(self.touch, at=max(self.touch.at, workflow.now()))
        try:
            return await workflow.execute_activity_method(
                activity_of(touch.kind),
                touch,
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=max(2 * ATTEMPT, touch.not_after - workflow.now()),
                retry_policy=PATIENT,
                summary="what customers have missed by their late start",
            )
        except ActivityError as error:
            why = str(error.cause or error).partition("\n")[0][:300]
            return Receipt(key=touch.key, answer=Answer.RETRY, why=why)

    async def _give_up(self, receipt: Receipt) -> None:
        touch, held = self.touch, receipt.answer is Answer.HELD
        outcome, why = (
            (Outcome.MISSED, "held until its window was over") if held else (Outcome.FAILED, f"the provider could not: {receipt.why}")
        )
        record = Record(
            key=touch.key, customer=touch.customer, play=touch.play, name=touch.name, kind=touch.kind.value, outcome=outcome,
            at=workflow.now(), why=why,
        )  # fmt: skip
        await workflow.execute_activity_method(
            LedgerActivities.record_touches,
            [record],
            start_to_close_timeout=timedelta(seconds=30),
            summary="write down that the list did not go out",
        )
