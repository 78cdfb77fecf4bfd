"""Makes an event of what a person typed."""

from datetime import UTC, datetime

from pydantic import ValidationError

from console.customers.customer_client import CustomerClient
from console.customers.event_ids import made_id
from console.files.moments import read_moment
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.texts.field_faults import named
from lifecycle.facts.events import CATALOGUE, Event, check_type, read_fields
from runtime.environment import connected
from runtime.process.sentences import sentence


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
        known = "" if type_name in CATALOGUE or "did you mean" in str(error) else f"; there are {', '.join(CATALOGUE)}"
        raise Mistake(sentence(f"The event is not told: {error}{known}")) from None


def make_event(type_name: str, data: dict[str, object], at: datetime, happened: datetime | None, name: str) -> Event:
    """The event under that id. Raises Mistake."""
    try:
        return Event.model_validate({"id": name, "type": type_name, "at": at, "happened": happened, "data": data})
    except ValidationError as error:
        faults = "; ".join(named(fault) for fault in error.errors())
        raise Mistake(sentence(f"The event is not told: {faults}")) from None


async def tell_event(
    customer: str, type_name: str, *, name: str | None, pairs: list[str], at: str | None, happened: str | None, as_json: bool
) -> None:
    """Tell one event and say what became of it; where no worker runs it is kept. Raises Mistake if it is refused, Failure if nobody answers.

    Without a `name` the id is made of what is said, with the moment that was given, else with the day (UTC): said again that day it is known.
    """
    data = check_event(type_name, pairs)
    client = CustomerClient(await connected(), customer, watchful=True)
    zone = (await client.status()).timezone if at or happened else ""
    moment = read_moment(at, zone, "--at") if at else await client.now()
    came_about = read_moment(happened, zone, "--happened") if happened else None
    when = " ".join(each.astimezone(UTC).isoformat() for each in (moment if at else None, came_about) if each is not None)
    event_id = name or made_id(customer, type_name, data, when or moment.astimezone(UTC).date().isoformat())
    event = make_event(type_name, data, moment, came_about, event_id)
    answers = await client.tell_or_keep(event)
    if as_json:
        became = {"kept": True} if answers is None else {"repeated": answers[0].repeated}
        print_json({"customer": customer, "event": event.model_dump(mode="json")} | became)
    elif answers is None:
        say(sentence(client.kept(f"{type_name} as '{event.id}'")))
    elif answers[0].repeated:
        another = "" if name else " If it happened once more, give it an --id of its own."
        say(f"{customer} knows {type_name} '{event.id}' already; nothing changed.{another}")
    else:
        say(f"{customer} was told {type_name} as '{event.id}'.")
