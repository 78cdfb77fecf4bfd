"""The values that an entry's expressions give: the sender's id, the customer, the time and the fields of the event."""

from datetime import datetime, timedelta
from typing import Any

from gateway.adapters.expressions import EvaluationFailed, Evaluator, ValueMissing
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import SLUG

LONGEST_OWN_ID = 1024


def id_value(evaluator: Evaluator, sources: tuple[str, ...]) -> str:
    """The first value as text, of at most LONGEST_OWN_ID characters. Raises ValueMissing or EvaluationFailed."""
    return _text(evaluator.first(sources))


def customer_value(evaluator: Evaluator, sources: tuple[str, ...]) -> str:
    """The first value that can be a customer's id, else the first of any. Raises ValueMissing or EvaluationFailed."""
    # A name that somebody wrote where an id belongs may not hide what a table knows.
    found = []
    for source in sources:
        try:
            found.append(_text(evaluator.value(source)))
        except ValueMissing:
            continue
        if SLUG.fullmatch(found[-1]) is not None:
            return found[-1]
    if not found:
        raise ValueMissing
    return found[0]


def time_value(evaluator: Evaluator, sources: tuple[str, ...]) -> datetime | None:
    """The first value as a moment with its zone, None if there is none. Raises EvaluationFailed."""
    try:
        value = evaluator.first(sources)
    except ValueMissing:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise EvaluationFailed("it is no moment; at_seconds(), at_millis() and timestamp() make one") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise EvaluationFailed("it is no moment with its zone; at_seconds(), at_millis() and timestamp() make one")
    return value


def field_value(evaluator: Evaluator, sources: tuple[str, ...]) -> Scalar:
    """The first value as an event's field: a moment in ISO 8601, a duration in seconds. Raises ValueMissing or EvaluationFailed."""
    match evaluator.first(sources):
        case datetime() as moment:
            return moment.isoformat()
        case bool() | int() | float() | str() as value:
            return value
        case timedelta() as duration:
            return duration.total_seconds()
        case _:
            raise EvaluationFailed("it is a list, a map or bytes, and a field takes a single value")


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise EvaluationFailed("it is neither text nor a whole number")
    text = str(value).strip()
    if not text:
        raise ValueMissing
    if len(text) > LONGEST_OWN_ID or not text.isprintable():
        raise EvaluationFailed(f"it is longer than {LONGEST_OWN_ID} characters, or holds some that do not print")
    return text
