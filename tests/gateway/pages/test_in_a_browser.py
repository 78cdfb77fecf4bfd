"""The pages in a real Chromium: one click is one answer, nothing is told without a person, and everybody can use them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from playwright.async_api import Browser, Page, expect
from temporalio.client import Client

from activities.mail.links import Link, Purpose
from gateway.pages.wording import PAGE_WORDINGS
from lifecycle.domain.enums import Category
from lifecycle.domain.people.customer import Contract
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness
from tests.gateway.pages.browsing import PageLog, chromium, faint, focus_shown, nameless, too_wide
from tests.gateway.pages.building import PUBLISHED, a_link, distinct_events, path, publish, stored_events
from tests.lifecycle.building import a_customer
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness

WORDS = PAGE_WORDINGS.of("en")


@dataclass
class BrowserSite:
    """A gateway, a worker on the same home, and a browser that opens the gateway's pages."""

    harness: GatewayHarness
    worker: WorkerHarness
    browser: Browser

    async def open(self, at: str, *, scripts: bool = True) -> Page:
        """That page, in a window of its own."""
        page = await self.window(scripts=scripts)
        await page.goto(self.harness.url + at)
        return page

    async def window(self, *, scripts: bool = True) -> Page:
        """An empty window, without cookies or anything else that was there before."""
        return await self.browser.new_page(java_script_enabled=scripts, viewport={"width": 900, "height": 700})

    async def enrol_with_a_worker(self) -> str:
        """A customer that somebody works on."""
        today = datetime.now(UTC).date()
        customer = a_customer().model_copy(update={"contract": Contract(start=today, end=today + timedelta(days=360))})
        life = await self.worker.enrol(customer, (PUBLISHED, {}), datetime.now(UTC), travel=False)
        await life.wait_until_idle()
        return life.customer.id


@pytest.fixture(scope="module")
async def site(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BrowserSite]:
    home = tmp_path_factory.mktemp("site")
    async with chromium() as browser, a_worker_harness(client, home) as worker, a_gateway_harness(client, home) as harness:
        publish(harness)
        yield BrowserSite(harness, worker, browser)


async def move_the_mouse(page: Page) -> None:
    for place in (100, 110, 120, 130):
        await page.mouse.move(place, place)


async def test_one_click_in_a_mail_is_one_answer_as_soon_as_a_person_is_there_and_words_can_be_added(site: BrowserSite) -> None:
    customer = await site.harness.enrol()
    page = await site.window()
    log = PageLog(page)
    await page.goto(f"{site.harness.url}{path(a_link(customer))}?score=9")
    await act_as_a_scanner_that_runs_scripts(page)
    assert await site.harness.signals(customer) == []

    await move_the_mouse(page)
    await expect(page.locator("#status")).to_contain_text("Your answer, 9, has reached us.")
    assert await stored_events(site.harness, customer) == [("survey.answered", {"survey": "nps", "score": 9, "comment": ""})]

    await move_the_mouse(page)
    await page.keyboard.press("Tab")
    await page.get_by_label("In your own words").fill("quick and kind")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("status")).to_contain_text("Your answer, 9, has reached us.")
    await move_the_mouse(page)
    assert [event.data["comment"] for event in await site.harness.events(customer)] == ["", "quick and kind"]
    assert len(log.posted) == 2
    assert {url.removeprefix(site.harness.url).split("/")[1] for url in log.asked} == {"answer", "static"}
    assert log.complaints == []
    await page.close()


async def act_as_a_scanner_that_runs_scripts(page: Page) -> None:
    await page.evaluate(
        """() => {
            for (const name of ["pointermove", "pointermove", "pointerdown", "touchstart", "wheel", "keydown", "scroll", "click"])
                for (const target of [window, document, document.body]) target.dispatchEvent(new Event(name, { bubbles: true }));
            scrollTo(0, 1000);
        }"""
    )
    await page.reload()
    # As long as the script could need to send, were it to.
    await asyncio.sleep(0.3)


async def test_without_scripts_the_button_does_the_same_and_a_screen_reader_is_told_what_to_choose(site: BrowserSite) -> None:
    customer = await site.harness.enrol()
    page = await site.open(f"{path(a_link(customer, about='onboarding', language='de'))}?score=4", scripts=False)
    assert await page.locator("main").aria_snapshot() == SURVEY
    await move_the_mouse(page)
    assert await site.harness.signals(customer) == []
    await page.get_by_label("In Ihren eigenen Worten").fill("läuft")
    await page.get_by_role("button", name="Senden").click()
    await expect(page.get_by_role("status")).to_contain_text("Ihre Antwort, 4, ist bei uns angekommen.")
    assert await stored_events(site.harness, customer) == [("survey.answered", {"survey": "onboarding", "score": 4, "comment": "läuft"})]
    await page.close()


async def test_the_keyboard_alone_is_enough_and_one_sees_where_it_is(site: BrowserSite) -> None:
    customer = await site.harness.enrol()
    page = await site.open(path(a_link(customer)))
    for key in ("Tab", "ArrowRight", "ArrowRight", "Tab"):
        await page.keyboard.press(key)
        assert await focus_shown(page)
    await page.keyboard.type("fine")
    await page.keyboard.press("Tab")
    assert await focus_shown(page)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("has reached us")
    assert [event.data["comment"] for event in await distinct_events(site.harness, customer)] == ["fine"]

    await page.goto(f"{site.harness.url}{path(a_link(customer))}?score=10")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("status")).to_contain_text("Your answer, 10, has reached us.")
    await page.close()


async def test_somebody_unsubscribes_and_then_refuses_more_and_nothing_brings_it_back(site: BrowserSite) -> None:
    customer = await site.enrol_with_a_worker()
    link = a_link(customer, Purpose.UNSUBSCRIBE, "survey")
    page = await site.open(path(link), scripts=False)
    assert await refused(site, link) == []
    await page.get_by_role("button", name="Unsubscribe").click()
    await expect(page.get_by_role("heading")).to_have_text("You are unsubscribed")
    assert await refused(site, link) == [Category.SURVEY]

    await page.get_by_role("link", name="Choose what you hear from us").click()
    assert await chosen(page) == ["success", "offer"]
    await check_that_everybody_can_use_it(page, "en")
    await expect(page.get_by_role("listitem")).to_have_text(["Surveys"])
    await page.get_by_label("Offers").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("Saved, and in force from now on.")
    await expect(page.get_by_role("listitem")).to_have_text(["Surveys", "Offers"])
    assert (await chosen(page), await refused(site, link)) == (["success"], [Category.OFFER, Category.SURVEY])

    await page.get_by_role("button", name="Send me none of these").click()
    assert (await chosen(page), len(await refused(site, link))) == ([], 3)
    await page.goto(site.harness.url + path(link, "preferences"))
    assert await chosen(page) == []
    assert [(kind, data["category"]) for kind, data in await stored_events(site.harness, customer)] == [
        ("contact.opted_out", "survey"),
        ("contact.opted_out", "offer"),
        ("contact.opted_out", "success"),
    ]
    await expect(page.get_by_role("button")).to_have_count(0)
    await check_that_everybody_can_use_it(page, "en")

    everything = {"success": "on", "survey": "on", "offer": "on"}
    answer = await site.harness.http.post(path(link, "preferences"), data=everything)
    assert (answer.status_code, WORDS.preferences.again in unescape(answer.text)) == (200, True)
    assert len(await refused(site, link)) == len(await stored_events(site.harness, customer)) == 3

    ended = site.harness.client.get_workflow_handle(f"customer/{customer}")
    await ended.cancel()
    await ended.result()
    over = await site.harness.http.post(path(a_link(customer)), data={"score": "9"})
    assert (over.status_code, WORDS.problem.closed.title in over.text) == (410, True)
    await page.close()


async def refused(site: BrowserSite, link: Link) -> list[Category]:
    found: list[Category] = await site.harness.client.get_workflow_handle(f"customer/{link.customer}").query(
        "refused", link.contacts[0], result_type=list[Category]
    )
    return sorted(found)


async def chosen(page: Page) -> list[str]:
    return [str(await box.get_attribute("name")) for box in await page.get_by_role("checkbox").all() if await box.is_checked()]


async def test_everybody_can_read_and_use_every_page_in_both_colours_narrow_and_wide(site: BrowserSite) -> None:
    two = ("ana@acme.example", "bernadette.with-a-long-name@subsidiary.acme.example")
    pages = {
        f"{path(a_link('acme', language='de'))}?score=9": "de",
        path(a_link("acme", Purpose.UNSUBSCRIBE, language="es")): "es",
        f"{path(a_link('acme', Purpose.MEETING, contacts=two))}?answer=declined": "en",
        path(a_link("acme", Purpose.MILESTONE, language="zh")): "zh",
        "/answer/no-link": "en",
    }
    page = await site.window()
    for at, language in pages.items():
        await page.goto(site.harness.url + at)
        await check_that_everybody_can_use_it(page, language)
    await page.close()


async def check_that_everybody_can_use_it(page: Page, language: str) -> None:
    assert await page.locator("html").get_attribute("lang") == language
    assert await page.title()
    assert await page.get_by_role("heading", level=1).count() == 1
    assert await nameless(page) == []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await faint(page) == [], (page.url, scheme)
    # 320 points are also what 1280 are at a zoom of 400 %.
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert not await too_wide(page), (page.url, width)


SURVEY = """\
- main:
  - paragraph: Us & Co
  - heading "Ihre Antwort" [level=1]
  - status
  - group "Ihre Antwort auf unsere Frage":
    - text: Ihre Antwort auf unsere Frage
    - radio "1"
    - text: "1"
    - radio "2"
    - text: "2"
    - radio "3"
    - text: "3"
    - radio "4" [checked]
    - text: "4"
    - radio "5"
    - text: "5"
    - paragraph: 1 = am schlechtesten 5 = am besten
  - paragraph:
    - text: In Ihren eigenen Worten Nur wenn Sie möchten, höchstens 500 Zeichen.
    - textbox "In Ihren eigenen Worten"
  - paragraph:
    - button "Senden\""""
