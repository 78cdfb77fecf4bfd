"""Every type of event changes what is known, or nothing, and never stops a life: whoever adds one is told where its subject forgets it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lifecycle.facts.events import CATALOGUE, Event
from lifecycle.facts.facts import SUBJECT_OF, Facts
from lifecycle.facts.subject import PlaybookNames
from tests.lifecycle.building import a_customer

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
VALUES = {"email": "ana@acme.example", "end": "2028-01-01", "start": "2027-01-01", "until": "2027-02-01"}


def smallest(name: str) -> dict[str, Any]:
    """The fields that an event of that type needs and no other, by what its model says of them."""
    schema = CATALOGUE[name].model_json_schema()
    fields = {field: schema["properties"][field] for field in schema.get("required", ())}
    return {field: VALUES.get(field, value(schema.get("$defs", {}), about)) for field, about in fields.items()}


def value(definitions: dict[str, Any], about: dict[str, Any]) -> object:
    about = definitions[about["$ref"].rpartition("/")[2]] if "$ref" in about else about
    if "enum" in about:
        return about["enum"][0]
    return {"string": "x", "integer": 1, "number": 1.0, "boolean": True}[about["type"]]


@pytest.mark.parametrize("name", CATALOGUE)
def test_its_subject_takes_it_in(name: str) -> None:
    event = Event(id="e", type=name, at=AT, data=smallest(name))
    facts, customer = Facts(), a_customer()
    if name == "ticket.changed":
        facts.take_in(Event(id="o", type="ticket.opened", at=AT, data={"ticket": "x", "level": 4}), customer)
    assert facts.take_in(event, customer) is True
    facts.seen(SUBJECT_OF[name], customer, PlaybookNames())
