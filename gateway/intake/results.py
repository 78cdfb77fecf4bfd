"""What becomes of an event that somebody told, and how that is said over HTTP."""

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from starlette.responses import JSONResponse

RETRY_AFTER = 5
"""Seconds after which a caller may ask again."""


class Status(IntEnum):
    """The HTTP status of one event."""

    ACCEPTED = 202
    FORBIDDEN = 403
    UNKNOWN = 404
    CONFLICT = 409
    INVALID = 422
    TOO_MANY = 429
    UNAVAILABLE = 503


TITLES = {
    400: "Malformed request",
    401: "Unknown caller",
    403: "Not allowed",
    404: "Unknown customer",
    405: "Method not allowed",
    408: "Too slow",
    409: "Not taken in",
    413: "Too large",
    415: "Unknown content type",
    422: "Invalid event",
    429: "Too many events",
    500: "Our mistake",
    503: "Not now",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one event: its status, a sentence where it was not taken in, and the field that is wrong, if one is."""

    status: Status
    detail: str = ""
    field: str = ""

    @property
    def taken(self) -> bool:
        """Whether it is taken in: nothing can lose it any more."""
        return self.status is Status.ACCEPTED

    def said(self) -> dict[str, Any]:
        """The fate as JSON, for one event of several."""
        return {"status": self.status.value} | _words(self.detail, self.field)


ACCEPTED = Fate(Status.ACCEPTED)
CLASH = Fate(Status.CONFLICT, "This 'id' was told before with other content: give this event an id of its own.", "id")


class Said(JSONResponse):
    """JSON in ASCII: an answer may repeat what was sent, and half a character, which JSON can spell, UTF-8 cannot write."""

    def render(self, content: Any) -> bytes:
        """The content as JSON."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def problem(status: int, detail: str = "", field: str = "", *, title: str = "", retry_after: int | None = None) -> Said:
    """An error as RFC 9457 has it."""
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"type": "about:blank", "title": title or TITLES.get(status, "Error"), "status": status} | _words(detail, field)
    return Said(body, status, headers, media_type="application/problem+json")


def answer(fate: Fate, told: dict[str, Any]) -> Said:
    """What became of a single event; `told` names it."""
    if fate.taken:
        return Said(told | fate.said(), fate.status)
    retry = RETRY_AFTER if fate.status in (Status.UNAVAILABLE, Status.TOO_MANY) else None
    return problem(fate.status, fate.detail, fate.field, retry_after=retry)


def answers(fates: list[tuple[dict[str, Any], Fate]]) -> Said:
    """What became of each event of a batch. 202: all are taken in. 503: some can't be now, and the same batch may be sent again,
    for what was taken in is not done twice. 207: the others never will be, as each one's own status says.
    """
    body = {"events": [told | fate.said() for told, fate in fates]}
    if any(fate.status in (Status.UNAVAILABLE, Status.TOO_MANY) for _, fate in fates):
        return Said(body, 503, {"Retry-After": str(RETRY_AFTER)})
    return Said(body, 202 if all(fate.taken for _, fate in fates) else 207)


def _words(detail: str, field: str) -> dict[str, str]:
    return {name: text for name, text in (("detail", detail), ("field", field)) if text}
