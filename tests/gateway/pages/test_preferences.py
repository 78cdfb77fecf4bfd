"""The preferences page, with a worker that answers: what a link may refuse, and that it brings nothing back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from temporalio.client import Client

from activities.mail.links import Purpose
from gateway.pages.wording import PAGE_WORDINGS
from lifecycle.domain.enums import Category
from lifecycle.domain.people.customer import Contract
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness
from tests.gateway.pages.building import LANGUAGES, PUBLISHED, a_link, path, publish, stored_events
from tests.lifecycle.building import a_customer
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness

pytestmark = pytest.mark.server

ALL = {"success": "on", "survey": "on", "offer": "on"}
ADDRESS = "ana@acme.example"


@pytest.fixture(scope="module")
async def site(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[GatewayHarness, WorkerHarness]]:
    home = tmp_path_factory.mktemp("site")
    async with a_worker_harness(client, home) as worker, a_gateway_harness(client, home) as harness:
        publish(harness)
        yield harness, worker


async def enrolled(worker: WorkerHarness) -> str:
    today = datetime.now(UTC).date()
    customer = a_customer().model_copy(update={"contract": Contract(start=today, end=today + timedelta(days=360))})
    life = await worker.enrol(customer, (PUBLISHED, {}), datetime.now(UTC), travel=False)
    await life.wait_until_idle()
    return life.customer.id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_link_that_was_passed_on_cannot_opt_its_addressee_in_again(
    site: tuple[GatewayHarness, WorkerHarness], language: str
) -> None:
    harness, worker = site
    customer, words = await enrolled(worker), PAGE_WORDINGS.of(language).preferences
    link = a_link(customer, Purpose.UNSUBSCRIBE, "survey", language=language)

    async def refused() -> list[Category]:
        handle = harness.client.get_workflow_handle(f"customer/{customer}")
        found: list[Category] = await handle.query("refused", ADDRESS, result_type=list[Category])
        return sorted(found)

    shown = (await harness.http.get(path(link, "preferences"))).text
    assert [f'name="{name}"' in shown for name in ALL] == [True] * 3
    assert words.again not in unescape(shown)

    assert (await harness.http.post(path(link), data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert await refused() == [Category.SURVEY]
    for form in (ALL, {"survey": "on", **ALL}, {"success": "on", "offer": "on"}):
        answer = await harness.http.post(path(link, "preferences"), data=form)
        assert (answer.status_code, words.again in unescape(answer.text)) == (200, True)
        assert ('name="survey"' in answer.text, words.survey.name in unescape(answer.text)) == (False, True)
    assert await refused() == [Category.SURVEY]

    assert (await harness.http.post(path(link, "preferences"), data={"nothing": "1", **ALL})).status_code == 200
    assert (await harness.http.post(path(link, "preferences"), data=ALL)).status_code == 200
    assert len(await refused()) == 3
    assert "<form" not in (await harness.http.get(path(link, "preferences"))).text
    assert [(kind, data["category"]) for kind, data in await stored_events(harness, customer)] == [
        ("contact.opted_out", "survey"),
        ("contact.opted_out", "success"),
        ("contact.opted_out", "offer"),
    ]
