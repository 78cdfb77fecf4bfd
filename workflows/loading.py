"""The part of the playbook that a run lives by: asked for when the run begins, so that it stands in that run's history."""

from datetime import timedelta
from functools import lru_cache

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

from activities.playbook_activities import LoadPlaybook, PlaybookActivities
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import Program, compile_playbook
from lifecycle.state.life import Lifecycle

AT_ONCE = timedelta(seconds=2)
"""How long the first attempt may take. Until then the run hears nothing; a workflow task is not told to Temporal as lost for five times as long."""

MOST_SHARED = 256
"""Playbooks, each cut to a stage and a tier, that a process keeps for all of its runs."""


async def load_program(life: Lifecycle) -> Program:
    """The stage's part of the playbook, the newest at a stage's beginning and otherwise the one that the customer is on.

    It is one program for all runs of the process whose history has the same bytes. Waits for a playbook that is not published.
    """
    request = LoadPlaybook(
        playbook=life.playbook,
        newest=life.progress.stage_is_new,
        stage=life.stage,
        tier=life.customer.tier,
        running=sorted({run.play for run in life.plays.runs.values()}),
    )
    document = await _document(request)
    return compile_playbook(_playbook_of(document.payload.data), life.stage, life.customer.tier)


async def _document(request: LoadPlaybook) -> RawValue:
    """As a local activity, which is part of the run's first workflow task; where that fails, as one that is tried until it succeeds."""
    summary = f"playbook {request.playbook} for {request.stage.value}"
    try:
        return await workflow.execute_local_activity_method(
            PlaybookActivities.load_playbook,
            request,
            schedule_to_close_timeout=AT_ONCE,
            retry_policy=RetryPolicy(maximum_attempts=1),
            summary=summary,
        )
    except FailureError as error:  # what failed, or an ActivityError about it, as the SDK has it
        if is_cancelled_exception(error):
            raise
    return await workflow.execute_activity_method(
        PlaybookActivities.load_playbook,
        request,
        start_to_close_timeout=timedelta(seconds=30),
        retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
        summary=summary,
    )


@lru_cache(maxsize=MOST_SHARED)
def _playbook_of(document: bytes) -> Playbook:
    return Playbook.model_validate_json(document)
