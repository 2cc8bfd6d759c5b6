"""A case is decided on its own page: by keyboard alone, without a script, on a wide screen and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from db import requests
from db.lifecycle import State
from db.models import Request
from db.session import transaction
from deployments.samples import mails
from tests.browser.desk import CASES, FOCUSED, PATIENCE, PHONE, Desk, chromium, pictures_load, sound, tab_to
from tests.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    home: Path = tmp_path_factory.mktemp("product") / "home"
    with Product(home) as running:
        for mail in mails.good(mails.DAY).mails:
            running.deliver(mail.build(), "good")
        running.wait_for(lambda: _waits(running), 90, "the case waits")
        running.wait_for(lambda: running.manager().suspended(), 60, "its run waits")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with chromium() as running:
        yield running
    expect.set_options(timeout=None)


def _case(product: Product) -> Request:
    with transaction(product.config.database_url) as session:
        return session.exec(select(Request)).one()


def _waits(product: Product) -> bool:
    with transaction(product.config.database_url) as session:
        return session.exec(select(Request.id).where(Request.state == State.AWAITING_APPROVAL)).first() is not None


def test_a_viewer_on_a_telephone_sees_the_case_and_no_button(product: Product, browser: Browser) -> None:
    viewer = Desk(browser, product, PHONE)
    viewer.sign_in("vlindqvist", CASES)
    sound(viewer.page)
    viewer.page.get_by_role("link", name="Jane Doe").click()
    expect(viewer.page.get_by_role("heading", level=1)).to_contain_text("Jane Doe")
    sound(viewer.page)
    assert pictures_load(viewer.page.get_by_role("main")) >= 17
    expect(viewer.page.get_by_text("Only an approver can answer this.")).to_be_visible()
    assert viewer.page.get_by_role("main").get_by_role("button").count() == 0
    viewer.context.close()


def test_the_manager_decides_by_keyboard_alone(product: Product, browser: Browser) -> None:
    case = _case(product)
    late = Desk(browser, product)
    late.sign_in("dokafor", f"{CASES}/{case.number}")
    expect(late.page.get_by_role("button", name="Approve", exact=True)).to_be_visible()

    manager = Desk(browser, product)
    page = manager.page
    manager.open(CASES)
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("mreyes")
    page.keyboard.press("Tab")
    page.keyboard.type(product.passwords["mreyes"].get_secret_value())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting on you")
    sound(page)
    tab_to(page, case.number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jane Doe")
    sound(page)

    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Go to your answer"
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED).startswith("Your answer")
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(page.evaluate(FOCUSED))
    answers = ["approve", "approve, and ask for a second approval", "reject", "send back", "look again"]
    assert order == ["as requested", "field-clearance_on", "field-reason", *answers]
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
    page.keyboard.type("soon")
    page.keyboard.press("Enter")  # decides nothing
    tab_to(page, "approve", 2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Security clearance given on")
    assert "Nothing was sent" in page.evaluate(FOCUSED)
    expect(page.get_by_label("Security clearance given on")).to_have_value("soon")
    assert _case(product).asking == case.asking
    sound(page)

    tab_to(page, "Security clearance given on", 1)
    page.keyboard.press("Enter")  # to the field that is wrong
    page.keyboard.press("Control+a")
    page.keyboard.type("2026-11-10")
    tab_to(page, "approve", 2)
    page.keyboard.press("Space")
    expect(page.get_by_text("You answered “approve”")).to_be_visible()
    product.wait_for(lambda: _case(product).state is State.WITH_IT, 90, "IT has its ticket")
    expect(page.get_by_text("Waiting for: IT service desk", exact=False).first).to_be_visible()
    with transaction(product.config.database_url) as session:
        (decision,) = requests.decisions(session, case.id)
    assert (decision.outcome, decision.decided_by, decision.on_behalf_of) == ("approve", "mreyes", "")

    late.page.get_by_label("Reason").fill("no")
    late.page.get_by_role("button", name="Reject").click()
    expect(late.page.get_by_role("alert")).to_contain_text("Maria Reyes answered “approve”")
    expect(late.page.get_by_role("alert")).to_contain_text("Nothing was sent.")
    page.get_by_role("link", name="the run in Prefect").click()
    expect(page.get_by_text("Suspended", exact=True).first).to_be_visible()
    for desk in (late, manager):
        desk.context.close()
