"""What becomes of an event that somebody sent."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from gateway.http.json_answers import without_empty


class Status(IntEnum):
    """The HTTP status of one event."""

    ACCEPTED = 202
    FORBIDDEN = 403
    UNKNOWN = 404
    CONFLICT = 409
    INVALID = 422
    TOO_MANY = 429
    UNAVAILABLE = 503


RETRIABLE = frozenset({Status.UNAVAILABLE, Status.TOO_MANY})
"""The event was not accepted now, and may be when it is sent again."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one event: its status, a sentence unless it was accepted, and the name of the wrong field, if one is wrong."""

    status: Status
    detail: str = ""
    field: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the event is stored: nothing can lose it any more."""
        return self.status is Status.ACCEPTED

    def as_json(self) -> dict[str, Any]:
        """The result as one line of an answer."""
        return {"status": self.status.value} | without_empty(detail=self.detail, field=self.field)


ACCEPTED = Result(Status.ACCEPTED)
ID_CONFLICT = Result(Status.CONFLICT, "This 'id' was told before with other content: give this event an id of its own.", "id")
