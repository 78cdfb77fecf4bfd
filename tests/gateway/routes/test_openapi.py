"""The OpenAPI document says what is there, and the gateway keeps to it."""

import asyncio
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from starlette.routing import Route

from gateway.http.settings import GatewaySettings
from gateway.serving import gateway
from lifecycle.facts.events import CATALOGUE
from tests.gateway.gateway_harness import PRODUCT, TOKEN, GatewayHarness, cloud_event

pytestmark = pytest.mark.server

KNOWN = {"Authorization": f"Bearer {TOKEN}"}


async def document_of(harness: GatewayHarness) -> dict[str, Any]:
    document: dict[str, Any] = (await harness.http.get("/openapi.json")).json()
    return document


async def test_every_route_and_method_stands_in_the_document_and_no_other(harness: GatewayHarness) -> None:
    async with gateway(harness.client, harness.activities, harness.settings, GatewaySettings(port=0), [PRODUCT]) as running:
        served = {route.path: (route.methods or set()) - {"HEAD"} for route in running.app.routes if isinstance(route, Route)}
    document = await document_of(harness)
    assert {path: {method.upper() for method in item if method != "parameters"} for path, item in document["paths"].items()} == served


async def test_every_type_of_event_has_a_schema_and_every_reference_leads_somewhere(harness: GatewayHarness) -> None:
    document = await document_of(harness)
    schemas = document["components"]["schemas"]
    assert set(schemas["Event"]["discriminator"]["mapping"]) == set(CATALOGUE)
    assert {each["$ref"] for each in schemas["Event"]["oneOf"]} == set(schemas["Event"]["discriminator"]["mapping"].values())
    for name, schema in schemas.items():
        jsonschema_rs.meta.validate(schema)
        assert validator(document, name) is not None


def validator(document: dict[str, Any], name: str) -> Any:
    """Of one schema of the document, with all that it refers to."""
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


@pytest.mark.parametrize(
    ("event", "reads"),
    [
        ({"type": "login", "data": None}, True),
        ({"type": "meeting.held", "data": {"meeting": "kickoff"}}, True),
        ({"type": "meeting.held", "data": None}, False),
        ({"type": "meeting.held", "data": {"meeting": "kickoff", "who": "x"}}, False),
        ({"type": "meeting.hold", "data": {"meeting": "kickoff"}}, False),
        ({"type": "ticket.opened", "data": {"ticket": "7", "level": 5}}, False),
        ({"type": "login", "data": None, "id": None}, False),
        ({"type": "login", "data": None, "source": ""}, False),
    ],
    ids=lambda value: None,
)
async def test_the_schema_takes_what_the_gateway_takes(harness: GatewayHarness, event: dict[str, Any], reads: bool) -> None:
    customer = await harness.enrol()
    event_json = {name: value for name, value in (cloud_event(customer, "login") | event).items() if value is not None}
    assert validator(await document_of(harness), "Event").is_valid(event_json) is reads
    assert (await harness.post(event_json)).status_code == (202 if reads else 422)


@pytest.mark.slow
async def test_the_gateway_keeps_to_its_document_whatever_a_known_caller_sends(harness: GatewayHarness) -> None:
    document = about_one_customer(await document_of(harness), await harness.enrol(), ["survey.answered"])
    post = document["paths"]["/events"]["post"]
    # The pages of links are alike, and have tests of their own.
    document["paths"] = {path: item for path, item in document["paths"].items() if "token" not in path or path == "/answer/{token}"}
    # A structured event or a batch has no ce- headers: whatever they say is not looked at.
    post["parameters"], headers = [], post["parameters"]
    answered = await asyncio.to_thread(attack, document, harness.url, KNOWN, examples=12)
    assert {202, 207, 400, 405, 422} <= answered.keys()
    assert answered.keys() <= {200, 202, 207, 400, 401, 403, 404, 405, 413, 415, 422}
    needed = [header | {"required": True} for header in headers if header["name"] != "ce-time"]
    document["paths"] = {"/events": {"post": post | {"parameters": needed}}}
    post["requestBody"]["content"] = {"application/json": post["requestBody"]["content"]["application/json"]}
    answered = await asyncio.to_thread(attack, document, harness.url, KNOWN, examples=20, coverage=False)
    assert {202, 422} <= answered.keys()


async def test_an_unknown_caller_is_told_nothing_whatever_it_sends(harness: GatewayHarness) -> None:
    document = about_one_customer(await document_of(harness), await harness.enrol(), list(CATALOGUE))
    document["paths"] = {"/events": document["paths"]["/events"]}
    answered = await asyncio.to_thread(attack, document, harness.url, {}, examples=25, coverage=False)
    assert answered.keys() == {401}
    assert await harness.signals(harness.enrolled[0]) == []


def about_one_customer(document: dict[str, Any], customer: str, types: list[str]) -> dict[str, Any]:
    """The document with what a schema cannot know, so that events get in, and with those types of event alone."""
    schemas = document["components"]["schemas"]
    for name in CATALOGUE:
        if name not in types:
            del schemas[f"event.{name}"]
        else:
            schemas[f"event.{name}"]["properties"] |= {"subject": {"const": customer}, "source": {"const": "/product"}}
    schemas["Event"] = {"oneOf": [{"$ref": f"#/components/schemas/event.{name}"} for name in types]}
    schemas["Fields"] = {"anyOf": [{"$ref": f"#/components/schemas/{CATALOGUE[name].__name__}"} for name in types]}
    # Not ce-id: the gateway takes any text, and an enum would make another text wrong data that it has to refuse.
    known = {"ce-subject": [customer], "ce-source": ["/product"], "ce-type": types}
    for parameter in document["paths"]["/events"]["post"]["parameters"]:
        if parameter["name"] in known:
            parameter["schema"]["enum"] = known[parameter["name"]]
    return document


def attack(document: dict[str, Any], url: str, headers: dict[str, str], *, examples: int, coverage: bool = True) -> Counter[int]:
    """Everything that schemathesis tries, each answer held against the document; how often there was which status."""
    config = {
        "seed": 7,
        "base-url": url,
        "headers": headers,
        "continue-on-failure": True,
        "generation": {"max-examples": examples, "deterministic": True, "database": "none", "no-shrink": True},
        "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": coverage}},
        "checks": {
            # No schema says what is a time zone, an address, a survey's scale or a day in our calendar.
            "positive_data_acceptance": {"enabled": False},
            # Of a batch each event has a status of its own, and 207 says that some were refused.
            "negative_data_rejection": {"expected-statuses": ["207", "400", "401", "403", "404", "405", "413", "415", "422"]},
        },
    }
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(config))
    answered: Counter[int] = Counter()
    faults = []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            answered.update(
                interaction.response.status_code for interaction in event.recorder.interactions.values() if interaction.response is not None
            )
            for case, checks in event.recorder.checks.items():
                sent = event.recorder.interactions.get(case)
                faults += [
                    (check.name, check.failure_info.failure.message, sent and sent.request.body, sent and sent.response)
                    for check in checks
                    if check.failure_info is not None
                ]
        assert not isinstance(event, events.NonFatalError | events.FatalError), event
    assert faults == []
    return answered
