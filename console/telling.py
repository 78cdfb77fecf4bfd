"""Makes an event of what a person typed."""

import re
from datetime import date, datetime, time
from uuid import uuid4

from pydantic import ValidationError

from console.failing import Mistake
from lifecycle.events import Event, check_type, read_fields
from lifecycle.zones import at_local

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?")


def read_moment(text: str, zone: str, what: str) -> datetime:
    """`2026-03-01 14:30` by the customer's clock, or with an offset of its own; a date alone is its first instant. Raises Mistake."""
    match = _MOMENT.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        if match[3]:
            return datetime.fromisoformat(text.strip())
        return at_local(date.fromisoformat(match[1]), time.fromisoformat(match[2] or "00:00"), zone)
    except ValueError:
        raise Mistake(
            f"{what} '{text}' is no moment: write it as '2026-03-01 14:30', with an offset such as +02:00 if it is not the customer's own time."
        ) from None


def read_data(pairs: list[str]) -> dict[str, str]:
    """`--data key=value`, each once. Raises Mistake."""
    data: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not name:
            raise Mistake(f"--data '{pair}' is no key=value: write --data email=ana@acme.example, for example.")
        if name in data:
            raise Mistake(f"--data names '{name}' twice: give it once.")
        data[name] = value
    return data


def check_event(type_name: str, pairs: list[str]) -> dict[str, object]:
    """The event's data as its type has it. Raises Mistake with a sentence for everything that is wrong with it."""
    data = read_data(pairs)
    try:
        return read_fields(check_type(type_name), data).model_dump(mode="json", exclude_unset=True)
    except ValueError as error:
        hint = "" if "did you mean" in str(error) else ": docs/events.md lists the events and their fields"
        raise Mistake(f"The event is not told: {error}{hint}.") from None


def make_event(type_name: str, data: dict[str, object], at: datetime, happened: datetime | None, name: str | None) -> Event:
    """The event, under the id given or one that nobody else has. Raises Mistake."""
    try:
        return Event.model_validate({"id": name or f"cli-{uuid4()}", "type": type_name, "at": at, "happened": happened, "data": data})
    except ValidationError as error:
        faults = "; ".join(f"{fault['loc'][0]} {fault['msg'][:1].lower()}{fault['msg'][1:]}" for fault in error.errors())
        raise Mistake(f"The event is not told: {faults}.") from None
