"""Asking for what comes at once, as a rule: what a run needs before it can do anything, and what is to be written without delay."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

AT_ONCE = timedelta(seconds=2)
"""How long the first attempt may take. Until then the run hears nothing; a workflow task is not told to Temporal as lost for five times as long."""

Request = TypeVar("Request")
Given = TypeVar("Given")


async def ask_at_once(activity: Callable[[Any, Request], Awaitable[Given]], request: Request, summary: str) -> Given:
    """As a local activity, which is part of the workflow task; where that fails, as one that is tried until it succeeds."""
    try:
        return await workflow.execute_local_activity_method(
            activity, request, schedule_to_close_timeout=AT_ONCE, retry_policy=RetryPolicy(maximum_attempts=1), summary=summary
        )
    except FailureError as error:  # what failed, or an ActivityError about it, as the SDK has it
        if is_cancelled_exception(error):
            raise
    return await workflow.execute_activity_method(
        activity,
        request,
        start_to_close_timeout=timedelta(seconds=30),
        retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
        summary=summary,
    )
