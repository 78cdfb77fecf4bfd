"""JSON answers, and errors as problem details (RFC 9457)."""

import json
from typing import Any

from starlette.responses import JSONResponse

RETRY_AFTER = 5
"""Seconds after which a caller may ask again."""

PROBLEM = "application/problem+json"

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


class JsonAnswer(JSONResponse):
    """JSON in ASCII: an answer may repeat what was sent, and a lone surrogate, which JSON can hold, cannot be written as UTF-8."""

    def render(self, content: Any) -> bytes:
        """The content as JSON."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def problem(status: int, detail: str = "", field: str = "", *, title: str = "", retry_after: int | None = None) -> JsonAnswer:
    """An error answer. `detail` is one sentence, `field` the name of the wrong field, `retry_after` in seconds; empty ones are left out."""
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"type": "about:blank", "title": title or TITLES.get(status, "Error"), "status": status}
    return JsonAnswer(body | without_empty(detail=detail, field=field), status, headers, media_type=PROBLEM)


def without_empty(**texts: str) -> dict[str, str]:
    """Those of the texts that are not empty, by name."""
    return {name: text for name, text in texts.items() if text}
