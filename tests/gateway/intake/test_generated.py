"""Ten thousand events, whole and broken: each has a status, what was accepted is in Temporal to the letter, the rest is not."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.intake.incoming_event import identity
from lifecycle.facts.events import CATALOGUE, read_fields
from tests.gateway.gateway_harness import BATCH, GatewayHarness, cloud_event

pytestmark = [pytest.mark.server, pytest.mark.slow]

BATCHES, IN_BATCH, CUSTOMERS = 10, 1000, 8
WORDS = ("kickoff", "Zoë & Søn", "数据", "a b", "x" * 500, "=1+1", "'; drop table", "<b>", "\\n", "%00", "null", "🙂", "\u202e")
SCHEMAS = {name: model.model_json_schema() for name, model in CATALOGUE.items()}


def whole(chance: random.Random, type_name: str) -> dict[str, Any]:
    """Fields as the catalogue has them, by what their models say of themselves."""
    schema = SCHEMAS[type_name]
    data = {
        name: field(chance, name, about)
        for name, about in schema["properties"].items()
        if name in schema.get("required", ()) or chance.random() < 0.5
    }
    if type_name == "survey.answered" and data["survey"] != "nps":
        data["score"] = chance.randint(1, 5)
    if type_name == "usage.reported":
        # Gathered into sums otherwise, which tests/gateway/intake/usage/test_usage.py is about.
        data["window"] = chance.choice(("2026-03-02", "2026-03-01T00:00:00+05:30/P1D"))
    return data


def field(chance: random.Random, name: str, about: dict[str, Any]) -> Any:
    if "email" in name:
        return f"{chance.choice(('ana', 'jonas'))}.{chance.randint(1, 99)}@nordwind.example"
    known: dict[str, Any] = {
        "timezone": "Asia/Tokyo", "owner_timezone": "Asia/Tokyo", "country": "JP", "owner_country": "JP", "tier": "B", "kind": "choice", "role": "sponsor",
        "stance": "neutral", "category": "offer", "intent": "low", "start": "2026-03-01", "end": "2027-02-28", "annual_value": 12.5, "phone": "+49 30 123456",
        "renews": "automatic", "notice": "30d", "language": "de", "until": "2033-03-01", "cause": "price", "direction": "fall",
        "contract_start": "2026-03-01", "company_size": 40,
        "way": "call", "currency": "EUR",
    }  # fmt: skip
    if name in known:
        return known[name]
    match about.get("type"):
        case "integer":
            return chance.randint(about.get("minimum", 0), about.get("maximum", 10**6))
        case "number":
            return chance.choice((0, 1, 0.1, 1e15, chance.random() * 1000))
        case "boolean":
            return chance.random() < 0.5
    slug = any("pattern" in each for each in (about, *about.get("anyOf", ())))
    return f"id-{chance.randint(1, 9)}" if slug else chance.choice(WORDS)[: about.get("maxLength", 200)].strip()


def broken(chance: random.Random, event: dict[str, Any]) -> Any:
    """The event with one thing wrong with it."""
    match chance.randrange(12):
        case 0:
            return event | {"type": event["type"] + "x"}
        case 1:
            left_out = chance.choice(("id", "source", "subject", "type", "specversion"))
            return {name: value for name, value in event.items() if name != left_out}
        case 2:
            return event | {"data": event.get("data", {}) | {"surplus": 1}}
        case 3:
            return event | {"data": chance.choice(([], "text", 7, True))}
        case 4:
            return event | {"time": chance.choice(("yesterday", "2026-13-01T00:00:00Z", "2026-03-01", "", 7, "0001-01-01T00:00:00Z"))}
        case 5:
            return event | {"subject": chance.choice(("nobody", "", "a/b", "x" * 65, "ä", "..", 7))}
        case 6:
            return event | {"source": chance.choice(("/elsewhere", "evergreen:link", "", "a b", "\u0000"))}
        case 7:
            return event | {"id": chance.choice(("", " 1", "\n", "\u0000", "x" * 2000, "\ud800"))}
        case 8:
            return event | {"specversion": chance.choice(("0.3", "", 1, "1.1"))}
        case 9:
            return chance.choice((None, 7, "event", [], [event], {}))
        case 10:
            return event | {"data": {name: chance.choice(({}, [], "\ud800", "\0")) for name in event["data"] or ("feature",)}}
        case _:
            return event | {"time": (datetime.now(UTC) + timedelta(days=chance.randint(1, 9999))).isoformat()}


async def test_of_ten_thousand_events_temporal_has_exactly_those_that_were_accepted(harness: GatewayHarness) -> None:
    chance = random.Random(20261122)
    customers = [await harness.enrol() for _ in range(CUSTOMERS)]
    expected: dict[str, list[tuple[str, str, dict[str, Any], str | None]]] = {customer: [] for customer in customers}
    statuses: Counter[int] = Counter()
    wrong = 0
    for batch in range(BATCHES):
        sent: list[tuple[Any, bool]] = []
        for number in range(IN_BATCH):
            type_name = chance.choice(list(CATALOGUE))
            happened = f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}T10:00:0{chance.randint(0, 9)}{chance.choice(('Z', '+05:30'))}"
            event = cloud_event(
                chance.choice(customers), type_name, id=f"{batch}-{number}", source=chance.choice(("/product", "/product/eu")),
                data=whole(chance, type_name), time=chance.choice((happened, None)),
            )  # fmt: skip
            spoilt = chance.random() < 0.3
            sent.append((broken(chance, event) if spoilt else event, spoilt))
        answer = await harness.post(json.dumps([event for event, _ in sent]), BATCH)
        assert answer.status_code == 207
        lines = answer.json()["events"]
        assert len(lines) == len(sent)
        for (event, spoilt), line in zip(sent, lines, strict=True):
            statuses[line["status"]] += 1
            assert (line["status"] == 202) is not spoilt, (json.dumps(event), line)
            assert spoilt == ("detail" in line)
            if not spoilt:
                assert (line["id"], line["source"]) == (event["id"], event["source"])
                fields = read_fields(event["type"], event["data"]).model_dump(mode="json", exclude_unset=True)
                expected[event["subject"]].append((identity(event["source"], event["id"]), event["type"], fields, event.get("time")))
            wrong += spoilt
    assert sum(statuses.values()) == BATCHES * IN_BATCH == 10_000
    assert statuses.keys() == {202, 403, 404, 422}
    assert statuses[202] == 10_000 - wrong > 6000
    for customer in customers:
        kept = [(event.id, event.type, event.data, event.happened) for event in await harness.events(customer)]
        assert kept == [(id, name, data, time and datetime.fromisoformat(time)) for id, name, data, time in expected[customer]]
