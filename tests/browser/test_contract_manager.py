"""A contract manager's morning in the Prefect UI: look, decide, watch it finish; and what others may not do there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import Session, col, select

from db import accounts, requests
from db.columns import utc_now
from db.lifecycle import State
from db.models import Decision, Entitlement, Message, Request
from db.models.requests import Question
from db.session import transaction
from deployments.samples import mails
from tests.browser.desk import PATIENCE, Desk, chromium, pictures_load
from tests.product import Product

pytestmark = pytest.mark.browser

DAY = mails.DAY
JANE = re.compile(r"^CR-\d{4}-000001 · new access · Jane Doe · Nexus$")
RUIZ, BRIGHTWATER = "Angela Ruiz", "Kayla Brightwater"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Three requests that will wait for a decision, Jane Doe's first."""
    home: Path = tmp_path_factory.mktemp("product") / "home"
    good, *others = (mail.build() for story in (mails.good, mails.photo, mails.two_mails) for mail in story(DAY).mails)
    with Product(home) as running:
        running.deliver(good, "good")
        running.wait_for(lambda: _messages(running), 60, "the first mail is stored")
        for number, raw in enumerate(others):
            running.deliver(raw, f"other-{number}")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def _messages(product: Product) -> int:
    with transaction(product.config.database_url) as session:
        return len(session.exec(select(Message.id)).all())


def _named(session: Session, staff_name: str) -> Request | None:
    return session.exec(select(Request).where(col(Request.staff_name) == staff_name)).first()


def _state(product: Product, staff_name: str) -> State | None:
    with transaction(product.config.database_url) as session:
        request = _named(session, staff_name)
        return request.state if request else None


def _decisions(product: Product, staff_name: str) -> list[Decision]:
    with transaction(product.config.database_url) as session:
        request = _named(session, staff_name)
        assert request is not None
        found = requests.decisions(session, request.id)
        session.expunge_all()
        return found


def _await(product: Product, staff_name: str, state: State) -> None:
    product.wait_for(lambda: _state(product, staff_name) is state, 90, f"{staff_name} is {state}")


def _desk(browser: Browser, product: Product, user: str) -> Desk:
    desk = Desk(browser, product)
    desk.sign_in(user)
    return desk


def test_a_viewer_sees_the_run_and_cannot_answer_it(product: Product, browser: Browser) -> None:
    _await(product, "Jane Doe", State.AWAITING_APPROVAL)
    viewer = _desk(browser, product, "vlindqvist")
    viewer.open_run(JANE)
    expect(viewer.page.get_by_text("Suspended", exact=True).first).to_be_visible()
    viewer.answer(viewer.open_form(), "approve", Security_clearance_given_on="2026-11-10")
    expect(viewer.told()).to_contain_text("You are signed in as viewer. Only an approver can answer this")
    expect(viewer.page.get_by_text("Suspended", exact=True).first).to_be_visible()
    assert _state(product, "Jane Doe") is State.AWAITING_APPROVAL
    assert _decisions(product, "Jane Doe") == []
    viewer.context.close()


def test_the_manager_looks_approves_and_watches_it_finish(product: Product, browser: Browser) -> None:
    _await(product, "Jane Doe", State.AWAITING_APPROVAL)
    began = utc_now()
    manager = _desk(browser, product, "mreyes")
    manager.open_run(JANE)

    summary = manager.open_exhibit("summary")
    for words in ("Jane Doe", "Nexus", "Laura Brandt", "Case manager", "III.A.1", "caseload of about 18 residents"):
        expect(summary).to_contain_text(words)
    expect(summary).not_to_contain_text("\\")
    source = summary.get_by_role("link", name="Consent Form - Doe.pdf").get_attribute("href")
    for key in ("signature-supervisor", "signature-staff", "fields"):
        manager.back_to_run()
        exhibit = manager.open_exhibit(key)
        assert pictures_load(exhibit) >= (15 if key == "fields" else 1)
    expect(exhibit.get_by_role("row", name="Staff member (printed name)")).to_contain_text("Jane Doe")
    scan = manager.page.request.get(f"{manager.base}{str(source).partition('#')[0]}")
    assert scan.headers["content-type"] == "application/pdf"
    assert scan.body().startswith(b"%PDF-")

    manager.back_to_run()
    form = manager.open_form()
    assert pictures_load(form) == 2
    expect(form).to_contain_text("May this person have access?")
    manager.answer(form, "approve", Security_clearance_given_on="2026-11-10")
    expect(manager.told()).to_contain_text("Flow run resumed")
    _await(product, "Jane Doe", State.WITH_IT)
    product.wait_for(_it_answered(product), 60, "IT got its ticket")
    expect(manager.page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=PATIENCE)

    [decision] = _decisions(product, "Jane Doe")
    assert (decision.question, decision.outcome) == (Question.APPROVAL, "approve")
    assert (decision.decided_by, decision.on_behalf_of, decision.clause) == ("mreyes", "", "III.B.1")
    assert began - timedelta(seconds=1) <= decision.decided_at <= utc_now()
    with transaction(product.config.database_url) as session:
        request = _named(session, "Jane Doe")
        assert request is not None
        account = accounts.of_request(session, request.id)
        assert request.state is State.FULFILLED
        assert request.entitlement is Entitlement.ENTER
        assert account is not None
        assert account.user_name
    manager.context.close()


def _it_answered(product: Product) -> Callable[[], bool]:
    def answered() -> bool:
        product.desk.answer_tickets()
        return bool(product.desk.answered)

    return answered


def test_a_deputy_approves_in_the_managers_stead(product: Product, browser: Browser) -> None:
    _await(product, RUIZ, State.AWAITING_APPROVAL)
    product.wait_for(lambda: any("Ruiz" in r["name"] for r in product.manager().suspended()), 60, "the run waits")
    deputy = _desk(browser, product, "dokafor")
    deputy.open_run(re.compile(RUIZ))
    deputy.answer(deputy.open_form(), "approve", Security_clearance_given_on="2026-11-10")
    expect(deputy.told()).to_contain_text("Flow run resumed")
    _await(product, RUIZ, State.WITH_IT)
    decision = _decisions(product, RUIZ)[-1]
    assert (decision.outcome, decision.decided_by) == ("approve", "dokafor")
    assert decision.on_behalf_of == "Maria Reyes"
    deputy.context.close()


RESUME = """async ([run, answer]) => {
    const got = await fetch(`/api/flow_runs/${run}/resume`, {
        method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({run_input: answer})})
    return [got.status, await got.json()]
}"""

FORGED = {
    "decision": "approve",
    "entitlement": "as requested",
    "clearance_on": "2026-11-10",
    "reason": "",
    "decided_by": "vlindqvist",
    "decided_name": "Vera Lindqvist",
    "approver": "the-boss",
    "on_behalf_of": "The Director",
}


def test_a_forged_name_changes_nothing(product: Product, browser: Browser) -> None:
    _await(product, BRIGHTWATER, State.AWAITING_APPROVAL)
    manager = _desk(browser, product, "mreyes")
    manager.open_run(re.compile(BRIGHTWATER))
    status, said = manager.page.evaluate(RESUME, [manager.run_id, FORGED])
    assert (status, said["status"]) == (201, "ACCEPT")
    _await(product, BRIGHTWATER, State.WITH_IT)
    decision = _decisions(product, BRIGHTWATER)[-1]
    assert (decision.decided_by, decision.on_behalf_of) == ("mreyes", "")
    kept = manager.page.request.post(
        f"{manager.base}/api/flow_runs/{manager.run_id}/input/filter", data={}, headers={"Origin": manager.base}
    ).text()
    assert "the-boss" not in kept
    assert "vlindqvist" not in kept
    manager.context.close()


def test_a_manager_starts_a_report_under_the_own_name(product: Product) -> None:
    manager = product.manager()
    run_id = manager.start("account for all mail", started_by="the-boss")
    product.wait_for(lambda: manager.run(run_id)["state_type"] == "COMPLETED", 60, "the report is there")
    assert manager.run(run_id)["parameters"] == {"started_by": "mreyes"}
    (page,) = manager.artifacts(run_id)
    assert "Every mail is accounted for." in page
    for user, offer in (("vlindqvist", "account for all mail"), ("mreyes", "requests")):
        with pytest.raises(httpx.HTTPStatusError, match="403"):
            product.manager(user).start(offer)
