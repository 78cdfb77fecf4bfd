"""What a customer's earlier lives left behind: asked for when a life begins, and written down for the one after it."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

from activities.ledger.lives import RecallLives, RememberLife
from activities.ledger_activities import LedgerActivities
from lifecycle.domain.earlier_lives import EarlierLives
from lifecycle.engine import earlier_lives
from lifecycle.state.life import Lifecycle

AT_ONCE = timedelta(seconds=2)
"""How long the first attempt may take, which is part of the run's first workflow task."""


async def recall(life: Lifecycle) -> None:
    """Make what is known from before part of a life that has just begun; nothing for one that has recalled it, or is of an older build."""
    if life.progress.recalls:
        earlier_lives.recall(life, await _earlier(RecallLives(customer=life.customer.id, life=_this_life())))


async def remember(life: Lifecycle) -> None:
    """Write down what the life leaves behind as it stands, until nothing of that is new."""
    while (remains := earlier_lives.to_remember(life)) is not None:
        mark = earlier_lives.mark_of(life)
        await workflow.execute_activity_method(
            LedgerActivities.remember_life,
            RememberLife(customer=life.customer.id, life=_this_life(), remains=remains),
            start_to_close_timeout=timedelta(seconds=30),
            summary="remember the customer's life for one after it",
        )
        life.progress.remembered = mark


def _this_life() -> str:
    return workflow.info().first_execution_run_id


async def _earlier(asked: RecallLives) -> EarlierLives:
    """As a local activity; where that fails, as one that is tried until it succeeds."""
    summary = f"what is known of {asked.customer} from before"
    try:
        return await workflow.execute_local_activity_method(
            LedgerActivities.recall_lives,
            asked,
            schedule_to_close_timeout=AT_ONCE,
            retry_policy=RetryPolicy(maximum_attempts=1),
            summary=summary,
        )
    except FailureError as error:
        if is_cancelled_exception(error):
            raise
    return await workflow.execute_activity_method(
        LedgerActivities.recall_lives,
        asked,
        start_to_close_timeout=timedelta(seconds=30),
        retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
        summary=summary,
    )
