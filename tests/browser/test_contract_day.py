"""A contract manager's day, in the browser alone: the register, one case of every kind, a suspension, and the results.

The tests are the hours of one day on one product: each begins where the one before has ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from db.columns import montana_day
from db.session import transaction
from deployments.samples import mails, safety_news, staff_news
from deployments.samples.history import seed_accounts
from tests.browser.desk import CASES, PATIENCE, Desk, chromium, sound, tab_to
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

STORIES = (mails.good, *staff_news.STORIES, *safety_news.STORIES)


@pytest.fixture(scope="module")
def today() -> date:
    return montana_day()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, today: date) -> Iterator[Product]:
    """One mail of every kind is in the inbox when the day begins."""
    home: Path = tmp_path_factory.mktemp("day") / "home"
    with Product(home) as running:
        with transaction(running.config.database_url) as session:
            seed_accounts(session, today)
        for story in STORIES:
            for mail in story(today).mails:
                running.deliver(mail.build(), mail.message_id.strip("<>"))
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=5 * PATIENCE)
    with chromium() as running:
        yield running
    expect.set_options(timeout=None)


@pytest.fixture(scope="module")
def page(browser: Browser, product: Product) -> Page:
    """Maria Reyes has signed in, by keyboard, and sees what waits."""
    desk = Desk(browser, product)
    desk.page.set_default_timeout(5 * PATIENCE)
    desk.open(CASES)
    expect(desk.page.get_by_label("User name")).to_be_focused()
    desk.page.keyboard.type("mreyes")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type(product.passwords["mreyes"].get_secret_value())
    desk.page.keyboard.press("Enter")
    expect(_heading(desk.page)).to_have_text("Waiting on you")
    return desk.page


def _heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def _entry(page: Page, heading: str) -> Locator:
    """Open one of the forms of the register."""
    form = page.locator("details").filter(has=page.get_by_text(heading, exact=True))
    form.locator("summary").click()
    return form


def _open(page: Page, who: str) -> None:
    """From the list, which a person looks at again until the case stands among those whose turn it is."""
    turn = page.get_by_role("region", name="Your turn").get_by_role("link", name=who)

    def waits() -> bool:
        page.get_by_role("link", name="Waiting on you").click()
        expect(_heading(page)).to_have_text("Waiting on you")
        return turn.count() > 0

    _until(page, waits, f"{who} waits")
    turn.click()
    expect(page.get_by_role("heading", name="Your answer")).to_be_visible()


def _until(page: Page, happens: Callable[[], bool], what: str, seconds: int = 240) -> None:
    for _ in range(seconds):
        if happens():
            return
        page.wait_for_timeout(1000)
    pytest.fail(f"{what}: not within {seconds} s")


def _press(page: Page, button: str, said: str) -> None:
    """Press a button of the case, and read on top of it what became of the answer."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"You answered “{said}”")).to_be_visible()


def test_nine_the_register_is_brought_up_to_date(page: Page, today: date) -> None:
    page.get_by_role("link", name="People").click()
    expect(_heading(page)).to_have_text("People")
    sound(page)
    form = _entry(page, "Designate a submitter")
    form.get_by_label("Provider").select_option("Nexus")
    form.get_by_label("Name").fill("Marcus Whitfield")
    form.get_by_label("E-mail address").fill("marcus.whitfield@nexus.example")
    form.get_by_role("button", name="Designate").click()
    expect(page.get_by_role("status")).to_contain_text("Marcus Whitfield")
    expect(page.get_by_role("row", name="Nexus Maria")).to_contain_text("marcus.whitfield@nexus.example")

    form = _entry(page, "Somebody is away")
    form.get_by_label("Who").select_option("Daniel Okafor")
    form.get_by_label("Last day").fill(f"{today - timedelta(1)}")
    form.get_by_role("button", name="Mark away").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")


def test_ten_a_deputy_is_appointed_with_dates(page: Page, today: date) -> None:
    first, last = today + timedelta(14), today + timedelta(28)
    form = _entry(page, "End a deputy")
    form.get_by_label("Provider").select_option("Nexus")
    form.get_by_label("Who").select_option("Daniel Okafor")
    form.get_by_label("Last day").fill(f"{today}")
    form.get_by_role("button", name="End the deputy's days").click()
    expect(page.get_by_role("status")).to_contain_text("Daniel Okafor")
    form = _entry(page, "Appoint a deputy")
    form.get_by_label("Provider").select_option("Nexus")
    form.get_by_label("Who").select_option("Daniel Okafor")
    form.get_by_label("First day").fill(f"{first}")
    form.get_by_label("Last day").fill(f"{last}")
    form.get_by_role("button", name="Appoint the deputy").click()
    expect(page.get_by_role("status")).to_contain_text(f"{first}")
    nexus = page.get_by_role("row", name="Nexus Maria")
    expect(nexus).to_contain_text(f"Daniel Okafor, {first} until {last}")
    entries = page.get_by_role("region", name="The last entries").get_by_role("row")
    expect(entries.nth(1)).to_contain_text(f"deputy appointed: Nexus, Daniel Okafor, from {first}")


def test_eleven_new_access_and_changes_are_approved(page: Page, today: date) -> None:
    _open(page, "Jane Doe")
    sound(page)
    page.get_by_label("Security clearance given on").fill(f"{today - timedelta(5)}")
    _press(page, "Approve", "approve")
    _open(page, "Priya Raman")
    expect(_heading(page)).to_contain_text("Priya Raman")
    _press(page, "Approve", "approve")
    _open(page, "Martin Sorensen")
    expect(page.get_by_label("Alternatives, Inc.")).to_be_checked()
    sound(page)
    _press(page, "Approve", "approve")


def test_noon_departures_leave_and_return(page: Page) -> None:
    _open(page, "Wade Tolliver")
    expect(page.get_by_role("main")).to_contain_text("disabled")
    sound(page)
    _press(page, "Submit the form", "form submitted")
    _open(page, "Erin Maki")
    _press(page, "Submit the form", "form submitted")
    _open(page, "Bonnie Teller")
    expect(page.get_by_label("Expected return")).not_to_have_value("")
    _press(page, "Confirm", "confirm")
    _open(page, "Raymond Kessler")
    _press(page, "Confirm", "confirm")
    _open(page, "Raymond Kessler")
    sound(page)
    _press(page, "Returns: enable the account", "returns: enable the account")


def test_one_passwords_and_locked_accounts(page: Page) -> None:
    _open(page, "Peter Wolfe")
    _press(page, "Reset", "reset")
    _open(page, "Hugh Mackenzie")
    expect(page.get_by_role("main")).to_contain_text("locked")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()  # a word about the need is asked for
    page.get_by_label("Reason").fill("He signs off the notes of his unit.")
    _press(page, "Keep", "keep")


def test_two_a_report_leads_to_a_suspension(page: Page) -> None:
    _open(page, "Molly Grant")
    page.get_by_label("Account").fill("CX10008")
    page.get_by_label("Reason").fill("Seen by her supervisor.")
    _press(page, "Suspend", "suspend")
    expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
    expect(page.get_by_role("button", name="Give back")).to_be_visible()
    sound(page)


def test_three_somebody_is_suspended_by_keyboard(page: Page, browser: Browser, product: Product) -> None:
    tab_to(page, "Suspend an account")
    page.keyboard.press("Enter")
    expect(_heading(page)).to_have_text("Suspend an account now")
    sound(page)
    tab_to(page, "whom")
    page.keyboard.type("Samuel Ostrander")
    page.keyboard.press("Tab")
    page.keyboard.type("A resident used his screen.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(_heading(page)).to_have_text("Suspended")
    expect(page.get_by_role("status")).to_contain_text("CX10010")
    sound(page)
    case = page.get_by_role("link", name="Open the restricted case")
    number = re.search(r"CR-\d{4}-\d{6}", case.inner_text())
    assert number
    case.click()
    expect(page.get_by_role("main")).to_contain_text("Samuel Ostrander")
    viewer = Desk(browser, product)
    viewer.sign_in("vlindqvist", f"{CASES}/{number[0]}")
    expect(_heading(viewer.page)).to_have_text("There is no such case")
    viewer.open(CASES)
    expect(viewer.page.get_by_text("Jane Doe")).to_be_visible()
    expect(viewer.page.get_by_text("Ostrander")).not_to_be_visible()
    viewer.context.close()


def test_four_the_results(page: Page, product: Product) -> None:
    """IT has answered: what is done has left the list, and its page says so."""
    elsewhere = page.get_by_role("region", name="Waiting for somebody else")

    def only_the_leave_waits() -> bool:
        product.desk.answer_tickets()
        page.get_by_role("link", name="Waiting on you").click()
        expect(_heading(page)).to_have_text("Waiting on you")
        return elsewhere.get_by_role("link").count() == 1

    _until(page, only_the_leave_waits, "IT has done everything")
    expect(elsewhere).to_contain_text("Bonnie Teller")
    mine = page.get_by_role("region", name="Your turn")
    expect(mine.get_by_role("link")).to_have_count(2)
    for who in ("Molly Grant", "Samuel Ostrander"):
        expect(mine).to_contain_text(who)
