"""What the Department's people do in the UI, in headless Chromium, by what they can see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tasks.pages import EXHIBITS
from tests.product import Product

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WINDOW = (1400, 900)
PHONE = (390, 844)
CASES = "/desk"
WAITING = "/v2/runs?tab=flow-runs&state=Suspended"
PATIENCE = 60_000
"""Milliseconds in which the UI must show what it is told to; a page takes six seconds on a busy machine."""

UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]), textarea, select, button:not([hidden]), a')]
    .filter(e => !(e.labels?.length || e.textContent?.trim() || e.getAttribute('aria-label'))).map(e => e.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('button:not([hidden]), input[type=text], textarea, .pick')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
PICTURES = "() => [...document.images].filter(i => !i.alt).map(i => i.outerHTML)"
FOCUSED = "() => { const e = document.activeElement; return e.value || e.innerText || e.id }"
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, product: Product, window: tuple[int, int] = WINDOW) -> None:
        self.product, self.base = product, product.config.base_url
        self.context: BrowserContext = browser.new_context(
            viewport={"width": window[0], "height": window[1]}, color_scheme="light"
        )
        self.page: Page = self.context.new_page()
        self.run_name = ""
        self.page.set_default_timeout(PATIENCE)

    def open(self, path: str) -> None:
        """Go to an address of the product."""
        self.page.goto(f"{self.base}{path}")

    def sign_in(self, user: str, wanted: str = WAITING) -> None:
        """Through the page that whoever is not signed in gets first; it leads on to what was wanted."""
        self.open(wanted)
        self.page.get_by_label("User name").fill(user)
        self.page.get_by_label("Password").fill(self.product.passwords[user].get_secret_value())
        self.page.get_by_role("button", name="Sign in").click()

    def open_run(self, name: str | re.Pattern[str]) -> None:
        """Choose a run from the list."""
        link = self.page.get_by_role("link", name=name)
        self.run_name = link.inner_text()
        link.click()
        self.page.wait_for_url("**/runs/flow-run/*")

    def back_to_run(self) -> None:
        """From an exhibit to the run it belongs to."""
        self.page.get_by_role("link", name=self.run_name).last.click()
        self.page.wait_for_url("**/runs/flow-run/*")

    @property
    def run_id(self) -> str:
        """The run that is on the screen."""
        found = re.search(r"/flow-run/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]

    def open_exhibit(self, key: str) -> Locator:
        """Open the card of an exhibit on the run's Artifacts; its rendered text."""
        self.page.get_by_role("tab", name="Artifacts").click()
        self.page.get_by_text(EXHIBITS[key], exact=True).click()
        self.page.wait_for_url("**/artifacts/**")
        self.page.get_by_role("button", name="Show Raw Data").wait_for()
        return self.page.locator(".prose").last

    def open_form(self) -> Locator:
        """The three dots, Resume; the dialog with the form."""
        self.page.get_by_role("button", name="Open menu").first.click()
        self.page.get_by_role("menuitem", name="Resume").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Select Decision")).to_be_visible(timeout=PATIENCE)
        return dialog

    def answer(self, dialog: Locator, decision: str, **texts: str) -> None:
        """Fill in the form by its labels and press the button."""
        dialog.get_by_role("button", name="Select Decision").click()
        self.page.get_by_role("option", name=decision, exact=True).click()
        for label, text in texts.items():
            dialog.get_by_label(label.replace("_", " ")).fill(text)
        dialog.get_by_role("button", name="Resume").click()

    def told(self) -> Locator:
        """The notes that come up at the edge of the window."""
        return self.page.get_by_label("Notifications")


def pictures_load(where: Locator) -> int:
    """How many pictures there are; every one of them must have arrived."""
    where.get_by_role("img").first.wait_for(timeout=PATIENCE)
    for picture in where.get_by_role("img").all():
        picture.scroll_into_view_if_needed()
        arrived = (
            "p => p.complete ? p.naturalWidth : new Promise(r => { p.onload = p.onerror = () => r(p.naturalWidth) })"
        )
        assert picture.evaluate(arrived) > 0, picture.get_attribute("src")
    return where.get_by_role("img").count()


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until the thing of that name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


def sound(page: Page) -> None:
    """What everybody who does not see or point needs."""
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("main").count() == 1
    for faults in (UNNAMED, SMALL, PICTURES):
        assert page.evaluate(faults) == []
    assert not page.evaluate(TOO_WIDE)
