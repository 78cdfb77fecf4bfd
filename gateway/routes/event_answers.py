"""HTTP answers that say what became of events."""

from typing import Any

from gateway.http.json_answers import RETRY_AFTER, JsonAnswer, problem
from gateway.intake.results import RETRIABLE, Result


def answer_one(result: Result, names: dict[str, Any]) -> JsonAnswer:
    """The answer to a single event; `names` are its `id` and `source`. Unless it was accepted, a problem with the result's status."""
    if result.is_accepted:
        return JsonAnswer(names | result.as_json(), result.status)
    return problem(result.status, result.detail, result.field, retry_after=RETRY_AFTER if result.status in RETRIABLE else None)


def answer_batch(results: list[tuple[dict[str, Any], Result]]) -> JsonAnswer:
    """The answer to a batch, with a line for each event: its `id` and `source`, and its result.

    202: all are accepted. 503: some cannot be now, and the same batch may be sent again, since what was accepted is not done
    twice. 207: the others never will be, as each one's own status says.
    """
    body = {"events": [names | result.as_json() for names, result in results]}
    if any(result.status in RETRIABLE for _, result in results):
        return JsonAnswer(body, 503, {"Retry-After": str(RETRY_AFTER)})
    return JsonAnswer(body, 202 if all(result.is_accepted for _, result in results) else 207)
