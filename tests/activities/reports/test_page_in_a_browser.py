"""The page in a real Chromium: wide and narrow, light, dark and on paper, it asks for nothing, complains of nothing and everybody can read it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from activities.reports.page.page import page_of
from tests.activities.reports.a_report import RENEWALS, WHOLE
from tests.gateway.pages.browsing import PageLog, chromium, faint, too_wide

WIDE, NARROW = 1280, 375


@dataclass
class ReportSite:
    """The page as a file, and a browser that opens it."""

    file: Path
    browser: Browser

    async def open(self, width: int = WIDE, scheme: str = "light") -> tuple[Page, PageLog]:
        """The page in a window of its own, and what it asks for."""
        page = await self.browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light")
        log = PageLog(page)
        await page.goto(self.file.as_uri())
        return page, log


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ReportSite]:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page_of(WHOLE), encoding="utf-8")
    async with chromium() as browser:
        yield ReportSite(file, browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_it_fits_any_screen_asks_for_nothing_and_has_no_faint_text(site: ReportSite, width: int, scheme: str) -> None:
    page, log = await site.open(width, scheme)
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert not await too_wide(page)
    assert await faint(page) == []
    assert await outside(page) == []
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(19, 20, 22)" if scheme == "dark" else "rgb(243, 245, 248)")
    assert (log.asked, log.posted, log.complaints) == ([site.file.as_uri()], [], [])
    await page.close()


async def outside(page: Page) -> list[str]:
    """Words of charts that stand outside of their picture, or are cut by it."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll("svg[role=img]")].flatMap((picture) => {
            const box = picture.getBoundingClientRect();
            return [...picture.querySelectorAll("text")].filter((one) => {
                const at = one.getBoundingClientRect();
                return at.left < box.left - 1 || at.right > box.right + 1 || at.bottom > box.bottom + 2 || at.top < box.top - 2;
            }).map((one) => one.textContent);
        })"""
    )
    return found


async def test_on_paper_every_definition_stands_and_nothing_is_dark(site: ReportSite) -> None:
    page, _ = await site.open(scheme="dark")
    await page.emulate_media(media="print")
    text = await page.locator("main").inner_text()
    assert all(f"{figure.definition} ({figure.id})" in text for figure in RENEWALS.figures)
    assert "What it counts" not in text
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 29, 31)"
    paper = await page.pdf(format="A4", print_background=False)
    assert paper.startswith(b"%PDF")
    await page.close()


async def test_a_screen_reader_hears_headings_figures_and_what_each_chart_shows(site: ReportSite) -> None:
    page, _ = await site.open()
    assert await page.get_by_role("heading", level=2).all_inner_texts() == ["Renewals", "Training", "Word of mouth", "How to read it"]
    assert await page.get_by_role("article", name="Committed").locator("p.value").inner_text() == "not told"
    picture = page.get_by_role("img", name="Losses by reason")
    assert (await picture.get_attribute("aria-labelledby") or "").endswith("-desc")
    assert await page.get_by_role("table", name="By reason, offer and outcome").get_by_role("rowheader").first.inner_text() == "price"
    await page.keyboard.press("Tab")
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.close()
