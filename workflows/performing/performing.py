"""Asking for touches: which activity does which, how often it is tried, and what its failure means."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from activities.channels import activity_of
from activities.ledger.resolutions import IN_WORDS, Resolved, ResolveTouch
from activities.ledger_activities import LedgerActivities
from lifecycle.domain.record import RecordLines
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import Answer, Receipt, Touch

ATTEMPT = timedelta(seconds=60)
"""How long one attempt at a touch may take."""

QUICK_TRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=4)
"""A hiccup is retried at once; a provider that stays down is asked again by the engine, which looks at the touch anew each time."""


def ask(touch: Touch, now: datetime, attempt: timedelta, lines: RecordLines | None) -> workflow.ActivityHandle[Receipt]:
    """Begin to perform a touch, each attempt for so long at most; it is not begun after `touch.not_after`. The lines go along into the record."""
    return workflow.start_activity_method(
        activity_of(touch.kind),
        touch if lines is None else replace(touch, carries=lines),
        start_to_close_timeout=attempt,
        schedule_to_close_timeout=max(2 * attempt, touch.not_after - now),
        retry_policy=QUICK_TRIES,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=f"{touch.kind.value} {touch.name} (play {touch.play})",
    )


async def receipt_of(touch: Touch, handle: workflow.ActivityHandle[Receipt], attempt: timedelta, called_off: Callable[[], bool]) -> Receipt:
    """What the touch led to; a failure, or a hold, means that it may be asked for again, unless it was called off."""
    try:
        receipt = await handle
        return await withdraw(touch, attempt) if receipt.answer is Answer.HELD and called_off() else receipt
    except ActivityError as error:
        if called_off():
            return await withdraw(touch, attempt)
        cause = error.cause or error
        return Receipt(key=touch.key, answer=Answer.RETRY, why=str(cause).partition("\n")[0][:300])


async def resolve_in_ledger(said: ResolveTouch) -> Resolved:
    """Have the ledger take a person's word, within a minute. Raises ActivityError where it cannot; then it may be said again."""
    return await workflow.execute_activity_method(
        LedgerActivities.resolve_touch,
        said,
        start_to_close_timeout=timedelta(seconds=10),
        schedule_to_close_timeout=ATTEMPT,
        summary=f"{said.key}: {IN_WORDS[said.resolution]}, says {one_line(said.by)}"[:200],
    )


async def withdraw(touch: Touch, attempt: timedelta) -> Receipt:
    """See to it that the touch never acts, or learn that it did."""
    return await workflow.execute_activity_method(
        LedgerActivities.withdraw_touch,
        touch,
        start_to_close_timeout=attempt,
        summary=f"call off {touch.kind.value} {touch.name} (play {touch.play})",
    )
