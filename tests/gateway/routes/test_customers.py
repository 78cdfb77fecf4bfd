"""PUT /customers/{id}: a system of ours enrols customers."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from gateway.senders.sources import Source
from lifecycle.domain.enums import Renews, Role, Stage, Tier
from lifecycle.state.life import Lifecycle
from runtime.temporal.converter import data_converter
from tests.gateway.gateway_harness import PRODUCT, TOKEN, GatewayHarness, a_gateway_harness
from tests.lifecycle.building import a_playbook
from workflows.names import id_of

pytestmark = pytest.mark.server

CRM_TOKEN = "the-token-of-the-crm-that-nobody-could-guess"
CRM = Source(name="crm", tokens=(SecretStr(CRM_TOKEN),), enrols="tested")
TODAY = datetime.now(UTC).date()

PLAYBOOK = a_playbook(
    milestones={"decided": {"kind": "customer", "due": "30d", "first_value": True}},
    rest={"tiers": {"A": "contract.annual_value >= 50000.0"}, "version": "0a"},
)

CUSTOMER: dict[str, Any] = {
    "name": "Acme",
    "timezone": "Europe/Berlin",
    "country": "DE",
    "owner": {"name": "Kim Lee", "email": "kim@us.example"},
    "contacts": [{"name": "Ana Silva", "first_name": "Ana", "email": "ana@acme.example", "role": "champion", "opted_out": ["survey"]}],
    "contract": {"start": str(TODAY - timedelta(days=10)), "days": 365, "annual_value": 60000},
    "attributes": {"crm": "0017"},
}


@pytest.fixture(scope="module")
async def crm(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    async with a_gateway_harness(client, tmp_path_factory.mktemp("crm"), [PRODUCT, CRM]) as harness:
        harness.activities.playbooks.publish(PLAYBOOK, {})
        yield harness


async def put(
    harness: GatewayHarness, name: str, body: Any = None, token: str = CRM_TOKEN, kind: str = "application/json"
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(CUSTOMER if body is None else body)
    return await harness.http.put(f"/customers/{name}", content=content, headers={"Authorization": f"Bearer {token}", "Content-Type": kind})


async def life_of(harness: GatewayHarness, name: str) -> Lifecycle:
    history = await harness.client.get_workflow_handle(id_of(name)).fetch_history()
    decoded: list[Lifecycle] = await data_converter.decode(
        history.events[0].workflow_execution_started_event_attributes.input.payloads, [Lifecycle]
    )
    return decoded[0]


async def test_a_customer_is_enrolled_once_however_often_it_is_sent(crm: GatewayHarness) -> None:
    first, again = await put(crm, "won"), await put(crm, "won", CUSTOMER | {"name": "Other"})
    answer = {"customer": "won", "playbook": "tested@0a"}
    assert (first.status_code, first.json()) == (201, answer | {"status": "enrolled"})
    assert (again.status_code, again.json()) == (200, answer | {"status": "already"})
    life = await life_of(crm, "won")
    assert (life.customer.name, life.customer.tier, life.stage) == ("Acme", Tier.A, Stage.ONBOARDING)
    [ana] = life.customer.contacts
    assert (ana.first_name, ana.role, life.facts.people.refused_by("ana@acme.example")) == ("Ana", Role.CHAMPION, ["survey"])
    assert life.customer.contract.end == TODAY + timedelta(days=355)


async def test_one_who_is_a_customer_already_is_not_onboarded(crm: GatewayHarness) -> None:
    since = str(TODAY - timedelta(days=10 + 2 * 365))
    past = {"since": since, "milestones": {"decided": str(TODAY - timedelta(days=500))}}
    assert (await put(crm, "loyal", CUSTOMER | {"past": past})).status_code == 201
    life = await life_of(crm, "loyal")
    assert (life.stage, life.contract.term, life.facts.milestones.is_reached("decided")) == (Stage.GROWTH, 3, True)


async def test_a_contract_of_before_that_renews_by_itself_is_in_its_present_term(crm: GatewayHarness) -> None:
    start = TODAY - timedelta(days=10 + 2 * 365)
    contract = {"start": str(start), "days": 365, "renews": "automatic", "notice": "60d"}
    assert (await put(crm, "by-itself", CUSTOMER | {"contract": contract})).status_code == 201
    life = await life_of(crm, "by-itself")
    assert (life.stage, life.contract.term, life.contract.renews, str(life.contract.notice)) == (Stage.GROWTH, 3, Renews.AUTOMATIC, "60d")
    assert life.contract.start == start + timedelta(days=2 * 365)


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"name": ""}, "name", "'name' is not empty."),
    "no zone": ({"timezone": "Mars"}, "", "'Mars' is no time zone; write an IANA name such as Europe/Berlin."),
    "another field": ({"colour": "red"}, "colour", "'colour' is no field that is known."),
    "an address that no message can carry": ({"owner": {"name": "Kim", "email": "kim"}}, "owner.email", ""),
    "a contract without an end": ({"contract": {"start": "2026-01-01"}}, "contract", "Needs 'end' or 'days', and not both."),
    "a contract that is long over": (
        {"contract": {"start": "2020-01-01", "days": 365}},
        "",
        "refused's contract ended on 2020-12-31, longer ago than the grace of 14d; give its present term.",
    ),
    "a way of going on that is none": ({"contract": {"start": str(TODAY), "days": 365, "renews": "never"}}, "contract.renews", ""),
    "a notice in hours": (
        {"contract": {"start": str(TODAY), "days": 365, "notice": "8h"}},
        "contract.notice",
        "8h is no notice in days; write it in d, bd, w or mo.",
    ),
    "an unknown milestone": ({"past": {"milestones": {"x": None}}}, "", "The playbook has no milestone 'x', only decided."),
    "a past that lies ahead": (
        {"past": {"onboarded_on": str(TODAY + timedelta(days=30))}},
        "",
        f"Onboarded: {TODAY + timedelta(days=30)} lies ahead; tell it when it has come.",
    ),
    "too much": ({"attributes": {f"a{number}": "x" * 400 for number in range(100)}}, "", ""),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_does_not_read_is_refused_with_a_sentence_and_nobody_is_enrolled(crm: GatewayHarness, name: str) -> None:
    changes, field, sentence = REFUSED[name]
    answer = await put(crm, "refused", CUSTOMER | changes)
    problem = answer.json()
    assert (answer.status_code, problem["title"], problem.get("field", "")) == (422, "Invalid customer", field)
    assert problem["detail"].endswith(".") and sentence in problem["detail"]
    assert (await put(crm, "refused.not", CUSTOMER | changes)).status_code == 422
    assert [each async for each in crm.client.list_workflows("WorkflowId = 'customer/refused'")] == []


async def test_who_may_not_enrol_does_not_and_what_is_no_customer_is_said(crm: GatewayHarness) -> None:
    assert (await put(crm, "x", token=TOKEN)).status_code == 403
    assert (await put(crm, "x", token="a-token-that-nobody-has-given-anybody")).status_code == 401
    assert (await crm.http.put("/customers/x", json=CUSTOMER)).status_code == 401
    assert (await put(crm, "x", kind="text/csv")).status_code == 415
    assert (await put(crm, "x", b"{")).status_code == 400
    listed = await put(crm, "x", b"[]")
    assert (listed.status_code, listed.json()["detail"]) == (422, "A customer is told as a JSON object of its fields.")
    assert (await put(crm, "x", b"[" * 100 + b"]" * 100)).status_code == 400
    for place in (b'"attributes": {"seats": "\\ud800"}', b'"owner": {"timezone": "\\udfff"}', b'"\\ud800": 1'):
        half = await put(crm, "x", b"{" + place + b"}")
        assert (half.status_code, "half a character" in half.json()["detail"]) == (400, True)
    assert (await put(crm, "x", [])).status_code == 422
    assert (await put(crm, "no%20id")).status_code == 422
    assert (await crm.http.delete("/customers/x", headers={"Authorization": f"Bearer {CRM_TOKEN}"})).status_code == 405


def test_a_source_that_enrols_needs_a_token() -> None:
    with pytest.raises(ValueError, match="'enrols' needs 'tokens': customers are enrolled with a bearer token"):
        Source(name="crm", secrets=(SecretStr("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),), enrols="standard")
