"""What a customer's earlier lives left behind: asked for when a life begins, and written down for the one after it."""

from datetime import timedelta

from temporalio import workflow

from activities.ledger.lives import RecallLives, RememberLife
from activities.ledger_activities import LedgerActivities
from lifecycle.domain.record import RecordLines
from lifecycle.engine import earlier_lives
from lifecycle.state.life import Lifecycle
from workflows.performing.asking_at_once import ask_at_once
from workflows.performing.recording import RecordKeeper


async def recall(life: Lifecycle) -> None:
    """Make what is known from before part of a life that has just begun; nothing for one that has recalled it, or is of an older build."""
    if life.progress.recalls:
        asked = RecallLives(customer=life.customer.id, life=_this_life(), last=earlier_lives.last_known(life))
        summary = f"what is known of {asked.customer} from before"
        earlier_lives.recall(life, await ask_at_once(LedgerActivities.recall_lives, asked, summary))


async def remember(life: Lifecycle, keeper: RecordKeeper, lines: RecordLines | None) -> None:
    """Write down what the life leaves behind as it stands, until nothing of that is new; lines of the record go along."""
    while (remains := earlier_lives.to_remember(life)) is not None:
        mark = earlier_lives.mark_of(life)
        told = RememberLife(
            customer=life.customer.id, life=_this_life(), remains=remains, last=earlier_lives.last_known(life), carries=lines
        )
        with keeper.carrying(life, lines):
            await workflow.execute_activity_method(
                LedgerActivities.remember_life,
                told,
                start_to_close_timeout=timedelta(seconds=30),
                summary="remember the customer's life for one after it",
            )
        life.progress.remembered, lines = mark, None


def _this_life() -> str:
    return workflow.info().first_execution_run_id
