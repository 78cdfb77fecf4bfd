"""The part of the playbook that a run lives by: asked for when the run begins, so that it stands in that run's history."""

from functools import lru_cache

from activities.playbook_activities import LoadPlaybook, PlaybookActivities
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import Program, compile_playbook
from lifecycle.state.life import Lifecycle
from workflows.performing.asking_at_once import ask_at_once

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
    document = await ask_at_once(PlaybookActivities.load_playbook, request, f"playbook {request.playbook} for {request.stage.value}")
    return compile_playbook(_playbook_of(document.payload.data), life.stage, life.customer.tier)


@lru_cache(maxsize=MOST_SHARED)
def _playbook_of(document: bytes) -> Playbook:
    return Playbook.model_validate_json(document)
