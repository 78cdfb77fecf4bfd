"""A real Chromium, and what it computes of a page."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

PATIENCE = 20
"""Seconds that a page may take to show what is expected of it."""

_ARGUMENTS = (
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser for as long as the block lasts. Without Chromium the test is skipped, and in CI it fails."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI"):
        pytest.fail("there is no Chromium, and CI is to have one: .ci/run installs it as root")
    if path is None:
        pytest.skip("there is no Chromium here: 'apt-get install chromium' brings it")
    expect.set_options(timeout=PATIENCE * 1000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        await browser.close()


class PageLog:
    """What a page asks for and complains of while it is open."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.posted: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: (self.asked if request.method == "GET" else self.posted).append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


async def nameless(page: Page) -> list[str]:
    """Every control that has no name for a screen reader."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=hidden]), textarea, select, button, a")]
            .filter((one) => !([...(one.labels ?? [])].map((label) => label.textContent).join("") + one.textContent).trim())
            .map((one) => one.outerHTML)"""
    )
    return found


async def faint(page: Page) -> list[str]:
    """Every text with a contrast to its ground below 4.5, by the colours that the browser computes; and every edge of a control below 3."""
    found: list[Any] = await page.evaluate(
        """() => {
            const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
            const light = (colour) => {
                const [red, green, blue] = numbers(colour).map((part) => part / 255)
                    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
                return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            };
            const ratio = (one, other) => {
                const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
                return (bright + 0.05) / (dark + 0.05);
            };
            const ground = (one) => {
                for (let at = one; at; at = at.parentElement) {
                    const colour = getComputedStyle(at).backgroundColor;
                    if ((numbers(colour)[3] ?? 1) > 0) return colour;
                }
                return "rgb(255, 255, 255)";
            };
            const told = [];
            for (const one of document.body.querySelectorAll("*")) {
                const style = getComputedStyle(one);
                const words = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
                if (words && ratio(style.color, ground(one)) < 4.5) told.push(`${one.tagName} ${one.textContent.trim().slice(0, 20)}`);
                if (one.matches("textarea, button, .scale span") && ratio(style.borderTopColor, ground(one.parentElement)) < 3)
                    told.push(`the edge of ${one.tagName}`);
            }
            return told;
        }"""
    )
    return [str(each) for each in found]


async def too_wide(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    wide: bool = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide


async def focus_shown(page: Page) -> bool:
    """Whether one sees where the keyboard is: on the control, or on the box that stands for it."""
    shown: bool = await page.evaluate(
        """() => [document.activeElement, document.activeElement.nextElementSibling].filter(Boolean)
            .some((one) => getComputedStyle(one).outlineStyle === "solid" && parseFloat(getComputedStyle(one).outlineWidth) >= 2)"""
    )
    return shown
