"""What the Temporal UI shows of a customer: current details in words, and search attributes for lists and counts.

Search attributes are brought up to date at each wake, the details when somebody asks for them (`details.py`): they take a look ahead
over the whole stage, and most wakes, as those of a replay, nobody looks at.
"""

from datetime import UTC, datetime, time
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from lifecycle.engine.session import Session
from lifecycle.explain.lookahead import Foreseen
from lifecycle.explain.status import in_markdown, status_of
from workflows.showing import search_attributes as by


def values_of(session: Session, following: Foreseen | None) -> dict[SearchAttributeKey[Any], object]:
    """The value of every search attribute; None where it has none. `following` is the next touch."""
    life = session.life
    return {
        by.STAGE: life.stage.value,
        by.TIER: life.customer.tier.value,
        by.HEALTH: life.health.band.value,
        by.HEALTH_SCORE: life.health.score if life.health.is_known else None,
        by.OWNER: by.owner_of(life.customer),
        by.PLAYBOOK: life.playbook,
        by.CONTRACT_END: datetime.combine(life.contract.end, time(), UTC),
        by.NEXT_TOUCH_AT: following.at if following is not None else None,
        by.ANNUAL_VALUE: life.contract.annual_value,
        by.PAUSED: life.plays.paused,
    }


def show(session: Session, following: Foreseen | None) -> None:
    """Bring the search attributes up to date; only what changed costs an event of the history."""
    shown = workflow.info().typed_search_attributes
    changes: list[SearchAttributeUpdate[Any]] = []
    for key, value in values_of(session, following).items():
        if shown.get(key) != value:
            changes.append(key.value_unset() if value is None else key.value_set(value))
    if changes:
        workflow.upsert_search_attributes(changes)


def details_of(session: Session, now: datetime) -> str:
    """The current details at that moment, in Markdown."""
    return in_markdown(status_of(session, now))
