"""The record's lines: what happened to a customer, as the ledger's database keeps it for lists and reports.

The engine writes a line where it writes the timeline's, and an activity carries it into the database; `state/record.py` has those that are
still to go. A line says what was, never what it means: reports are made of them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from lifecycle.domain.model import Instant, Scalar


class FactKind(StrEnum):
    """What a line tells of that is no event, or more than the event says. Of other events the line has the event's type."""

    ENROLLED = "enrolled"
    STAGE = "stage"
    TERM = "term"
    MILESTONE = "milestone"
    OVERDUE = "milestone.overdue"
    RENEWED = "renewed"
    LOST = "lost"
    USAGE = "usage"
    HEALTH = "health"
    INTERVENTION = "intervention"
    PLAYBOOK = "playbook"
    TASK_ASKED = "task.asked"
    TASK_SNOOZED = "task.snoozed"
    TASK_DONE = "task.done"
    TASK_DROPPED = "task.dropped"
    OPERATOR = "operator"


AT_ONCE = frozenset((FactKind.RENEWED, FactKind.LOST, FactKind.TASK_ASKED, FactKind.TASK_SNOOZED, FactKind.TASK_DONE, FactKind.OPERATOR))
"""What a person waits for: it is written at once. So is an event that says so of itself (`EventData.awaited`)."""


def _nothing(value: object) -> bool:
    return not value


@dataclass(slots=True, kw_only=True)
class Fact:
    """One line: what was at that moment (UTC), by whom, and what else is known of it. `number` counts a life's lines.

    `kind` is one of `FactKind` or an event's type, `what` the stage, milestone, survey, task or the like that it is about. One that a person
    waits for is `urgent`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    number: int
    at: Instant
    kind: str
    what: Annotated[str, Field(exclude_if=_nothing)] = ""
    by: Annotated[str, Field(exclude_if=_nothing)] = ""
    data: Annotated[dict[str, Scalar], Field(exclude_if=_nothing)] = field(default_factory=dict)
    urgent: Annotated[bool, Field(exclude_if=_nothing)] = False


@dataclass(slots=True, kw_only=True)
class RecordLines:
    """What an activity carries into the record of a customer besides what it does.

    `life` says which life of the customer it is. `version` counts the states of its row: an older one never covers a newer one. `values` are
    those columns of the row that may differ from what is written, as of that moment (UTC).
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    life: int
    as_of: Instant
    version: int
    facts: Annotated[list[Fact], Field(exclude_if=_nothing)] = field(default_factory=list)
    values: Annotated[dict[str, Scalar], Field(exclude_if=_nothing)] = field(default_factory=dict)


class TaskState(StrEnum):
    """What has become of a task: it is open, done, or pointless by now."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


def task_columns(fact: Fact) -> tuple[str, dict[str, object]] | None:
    """Of which task a line tells, by its touch key, and which columns of its row it says; None for a line that is of no task.

    Each kind of line has columns of its own, and of two of a kind the later stands: so the order in which they are written decides nothing.
    """
    key, data = fact.data.get("task"), fact.data
    if not isinstance(key, str):
        return None
    match fact.kind:
        case FactKind.TASK_ASKED:
            due = data.get("due")
            return key, {
                "name": fact.what,
                "play": data.get("play", ""),
                "owner": data.get("owner", ""),
                "role": data.get("role", ""),
                "title": data.get("title", ""),
                "asked_at": fact.at,
                "due_at": datetime.fromisoformat(due) if isinstance(due, str) else None,
            }
        case FactKind.TASK_SNOOZED:
            until = data.get("until")
            return key, {"snoozed_until": datetime.fromisoformat(until) if isinstance(until, str) else None, "snoozed_by": fact.by}
        case FactKind.TASK_DONE | FactKind.TASK_DROPPED:
            state = TaskState.DONE if fact.kind == FactKind.TASK_DONE else TaskState.DROPPED
            said = {"closed_by": fact.by, "note": data.get("note", "") or data.get("why", ""), "late_hours": data.get("late")}
            return key, {"closed_at": fact.at, "closed_as": state.value, **said}
        case _:
            return None
