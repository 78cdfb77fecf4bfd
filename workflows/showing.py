"""What the Temporal UI shows of a customer: current details in words, and search attributes for lists and counts."""

from datetime import UTC, datetime, time
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from lifecycle.engine.session import Session
from lifecycle.explain.status import Status, in_markdown, status_of
from workflows import search_attributes as by


def values_of(session: Session, status: Status) -> dict[SearchAttributeKey[Any], object]:
    """The value of every search attribute; None where it has none."""
    life = session.life
    return {
        by.STAGE: life.stage.value,
        by.TIER: life.customer.tier.value,
        by.HEALTH: life.health.band.value,
        by.HEALTH_SCORE: life.health.score,
        by.OWNER: life.customer.owner.name,
        by.PLAYBOOK: life.playbook,
        by.CONTRACT_END: datetime.combine(life.contract.end, time(), UTC),
        by.NEXT_TOUCH_AT: status.next_touch_at,
        by.ANNUAL_VALUE: life.contract.annual_value,
        by.PAUSED: life.plays.paused,
    }


def show(session: Session, now: datetime) -> None:
    """Bring the UI up to date; only what changed costs an event of the history."""
    status = status_of(session, now)
    workflow.set_current_details(in_markdown(status))
    shown = workflow.info().typed_search_attributes
    changes: list[SearchAttributeUpdate[Any]] = []
    for key, value in values_of(session, status).items():
        if shown.get(key) != value:
            changes.append(key.value_unset() if value is None else key.value_set(value))
    if changes:
        workflow.upsert_search_attributes(changes)
