"""POST /hooks/{source} of a source that enrols: a customer of another program becomes one of ours."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from tests.gateway.adapters.deliveries import SECRETS, TOKEN, a_source, sample, signed
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness
from tests.gateway.routes.test_customers import PLAYBOOK, TODAY, life_of

pytestmark = pytest.mark.server

COMPANY = json.loads(sample("hubspot-workflow-company-became-customer.json"))
WITHOUT_LEAVE = f"{TOKEN}-without-leave"


@pytest.fixture(scope="module")
async def enrolling(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    sources = [
        a_source("hubspot", tokens=(SecretStr(TOKEN),), enrols="tested"),
        a_source("stripe", enrols="tested"),
        a_source("hubspot", name="reader", secrets=(), tokens=(SecretStr(WITHOUT_LEAVE),)),
        a_source("hubspot", name="astray", secrets=(), tokens=(SecretStr(f"{TOKEN}-astray"),), enrols="no-such-playbook"),
    ]
    async with a_gateway_harness(client, tmp_path_factory.mktemp("enrolling"), sources) as harness:
        harness.activities.playbooks.publish(PLAYBOOK, {})
        yield harness


async def post(harness: GatewayHarness, source: str = "hubspot", token: str = TOKEN, **changes: Any) -> httpx.Response:
    company = COMPANY | {"contract_start": str(TODAY)} | changes
    return await harness.http.post(f"/hooks/{source}", json=company, headers={"Authorization": f"Bearer {token}"})


async def test_a_company_that_became_a_customer_is_enrolled_once(enrolling: GatewayHarness) -> None:
    first, again = [await post(enrolling, evergreen_customer="by-hubspot", name=name) for name in ("Nordwind", "Other")]
    line = {"customer": "by-hubspot", "playbook": "tested@0a", "status": 202}
    assert (first.status_code, first.json()) == (200, {"events": [line | {"enrolment": "enrolled"}]})
    assert (again.status_code, again.json()) == (200, {"events": [line | {"enrolment": "already"}]})
    life = await life_of(enrolling, "by-hubspot")
    assert (life.customer.name, life.customer.owner.name, life.contract.start) == ("Nordwind", "Kim Lee", TODAY)
    assert life.customer.attributes == {"hubspot_company": "9001"}
    assert [(contact.name, contact.role.value) for contact in life.customer.contacts] == [("Ana Silva", "champion")]


async def test_a_subscription_whose_metadata_says_who_it_is_enrols_by_its_signature_alone(enrolling: GatewayHarness) -> None:
    event = json.loads(sample("stripe-trial-created.json"))
    subscription = event["data"]["object"]
    subscription["metadata"]["evergreen_customer"] = "by-stripe"
    now = int(time.time())
    for item in subscription["items"]["data"]:
        item |= {"current_period_start": now, "current_period_end": now + 14 * 86_400}
    body = json.dumps(event).encode()
    answer = await enrolling.http.post("/hooks/stripe", content=body, headers=signed("stripe", body, SECRETS["stripe"], time.time()))
    assert (answer.status_code, answer.json()["events"][0]["enrolment"]) == (200, "enrolled")
    life = await life_of(enrolling, "by-stripe")
    assert (life.contract.term, life.customer.attributes) == (0, {"stripe_customer": "cus_TSg1l6tnbJ0Q2c"})


async def test_a_source_that_names_no_playbook_enrols_nobody(enrolling: GatewayHarness) -> None:
    answer = await post(enrolling, "reader", WITHOUT_LEAVE, evergreen_customer="without-leave")
    assert (answer.status_code, answer.json()) == (200, {"events": []})


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"country": "Germania"}, "timezone", "'timezone' is needed."),
        ({"hubspot_owner_id": "nobody"}, "owner", "'owner' is needed."),
        ({"currency": "euro"}, "contract.currency", "'contract.currency' is three capitals, such as USD."),
        ({"annual_value": "a lot"}, "contract.annual_value", "cannot be worked out: double() is given what it cannot work with."),
        (
            {"contract_start": "2020-01-01"},
            "",
            "refused's contract ended on 2020-12-31, longer ago than the grace of 14d; give its present term.",
        ),
    ],
    ids=["no zone", "no owner", "no currency", "no number", "long over"],
)
async def test_what_does_not_fit_is_422_with_a_sentence_so_that_it_is_sent_again_when_mended(
    enrolling: GatewayHarness, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = await post(enrolling, **{"evergreen_customer": "refused"} | changes)
    assert answer.status_code == 422
    [line] = answer.json()["events"]
    assert (line["status"], line.get("field", "")) == (422, field)
    assert line["detail"].startswith("Adapter hubspot, entry company-became-customer, item 1: ")
    assert line["detail"].endswith(sentence)


async def test_while_the_playbook_is_not_there_the_sender_is_to_try_again(enrolling: GatewayHarness) -> None:
    answer = await post(enrolling, "astray", f"{TOKEN}-astray", evergreen_customer="astray")
    assert (answer.status_code, answer.json()["events"][0]["status"]) == (503, 503)
