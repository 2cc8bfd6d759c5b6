"""Pictures of the pages and flows that a contract manager opens beside a case of new access."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser
from sqlmodel import Session, col, select

from db import register, requests
from db.account_life import AccountEvent, change
from db.columns import clock, montana_day, utc_now
from db.lifecycle import Event, advance
from db.models import Account, AccountState, Entitlement, Kind, Person
from db.session import transaction
from deployments.demo_people import ContractManager
from deployments.samples.cast import BY_KEY
from deployments.samples.history import HOLDERS, seed_accounts
from deployments.samples.seed import BY
from tasks.policy.names import name_key
from tests.browser.album import SETTLE_SECONDS, Album
from tests.browser.desk import CASES, PHONE, Desk, pictures_load
from tests.product import Product

PAGE, FORM = (1280, 900), (1280, 820)
UNUSED = {"CX10005": 47, "CX10006": 63}
"""Accounts of which the usage export says how many days they were not used: one is warned, one is locked."""
TWIN = "Bonny"
"""How a second record spells the given name of somebody who is on record already."""

OLD = "CX00042"
"""User ID of somebody who left years ago."""


def prepare(product: Product, exports: Path) -> None:
    """People with accounts, a second record of one of them, and a usage export that lies ready."""
    today = montana_day()
    with transaction(product.config.database_url) as session:
        seed_accounts(session, today)
        _twin(session)
        _left_long_ago(session)
        for user_name, days in UNUSED.items():
            account = session.exec(select(Account).where(Account.user_name == user_name)).one()
            account.last_used_on = today - timedelta(days)
            session.add(account)
    exports.mkdir(parents=True, exist_ok=True)
    (exports / f"usage-{today:%Y%m%d}.csv").write_text(_export(today))


def _twin(session: Session) -> None:
    known = session.exec(select(Person).where(col(Person.family_name) == "Teller")).first()
    assert known is not None
    session.add(
        Person(
            given_name=TWIN,
            family_name=known.family_name,
            name_key=name_key(f"{TWIN} {known.family_name}"),
            email=known.email,
            telephone=known.telephone,
        )
    )


def _left_long_ago(session: Session) -> None:
    """Somebody whose records are older than their retention (the purge review proposes them)."""
    then = utc_now() - timedelta(days=6 * 366)
    with clock(lambda: then):
        person = Person(
            given_name="Alma", family_name="Poe", name_key=name_key("Alma Poe"), email="a.poe@nexus.example"
        )
        session.add(person)
        session.flush()
        assert person.id is not None
        register.affiliate(session, person, "nexus", "Case manager", then.date())
        sender = BY_KEY["nexus"].submitters[0]
        case = requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email=sender.email, requester_name=sender.name, at=then
        )
        case.person_id, case.provider_key, case.staff_name = person.id, "nexus", "Alma Poe"
        for event in (Event.COMPLETE, Event.APPROVE, Event.CONFIRM):
            advance(session, case, event, by=BY, clause="III.B.2.d")
        account = Account(person_id=person.id, request_id=case.id, user_name=OLD, entitlement=Entitlement.VIEW)
        account.state, account.issued_at = AccountState.ACTIVE, then
        session.add(account)
        session.flush()
        change(session, account, AccountEvent.DISABLE, by=BY, clause="III.B.3", reason="left")
        register.leave_facility(session, person.id, "nexus", then.date(), BY, case.number)


def _export(today: date) -> str:
    """Who used the offender management system last on which day, as it exports it."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["user_id", "last_access", "as_of"])
    for _, _, user_name in HOLDERS.values():
        rows.writerow([user_name, today - timedelta(UNUSED.get(user_name, 1)), today])
    return out.getvalue()


def the_pages(browser: Browser, product: Product, album: Album) -> None:
    """The register of people, a deputy being appointed, and the page that suspends."""
    desk = Desk(browser, product, PAGE)
    desk.sign_in("mreyes", f"{CASES}/people")
    desk.page.get_by_role("heading", name="People").wait_for()
    album.add("people", desk.page.screenshot(full_page=True))
    desk.page.get_by_text("Appoint a deputy", exact=True).click()
    form = desk.page.locator("details[open]")
    first = montana_day() + timedelta(14)
    form.get_by_label("Who").select_option("Daniel Okafor")
    form.get_by_label("First day").fill(f"{first}")
    form.get_by_label("Last day").fill(f"{first + timedelta(14)}")
    album.add("appoint-deputy", form.screenshot())
    desk.open(f"{CASES}/suspend")
    desk.page.get_by_label("Whose account").fill("Molly Grant")
    desk.page.get_by_label("Why").fill("Her supervisor called: she shares her password.")
    album.add("suspend", desk.page.screenshot())
    desk.context.close()


KINDS = {
    "change": "Priya Raman",
    "departure": "Erin Maki",
    "leave": "Bonnie Teller",
    "move": "Martin Sorensen",
    "reset": "Peter Wolfe",
    "unlock": "Hugh Mackenzie",
    "report": "Molly Grant",
}
"""A case of each other kind, by how the list shows it."""
WITHOUT_PAPERS = ("reset", "unlock", "report")


def the_kinds(browser: Browser, product: Product, album: Album) -> None:
    """The case page of every other kind, on a wide window; one of them on a telephone."""
    desk = Desk(browser, product, PAGE)
    desk.sign_in("mreyes", CASES)
    for name, who in KINDS.items():
        desk.open(CASES)
        desk.page.get_by_role("region", name="Your turn").get_by_role("link", name=who).first.click()
        desk.page.get_by_role("heading", name="Your answer").wait_for()
        if name not in WITHOUT_PAPERS:
            pictures_load(desk.page.get_by_role("main"))
        desk.page.evaluate("window.scrollTo(0, 0)")
        album.add(f"kind-{name}", desk.page.screenshot())
    desk.context.close()
    phone = Desk(browser, product, PHONE)
    phone.sign_in("mreyes", CASES)
    phone.page.get_by_role("link", name=KINDS["departure"]).first.click()
    phone.page.get_by_role("heading", name="Your answer").wait_for()
    top = phone.page.screenshot()
    phone.page.get_by_role("link", name="Go to your answer").last.click()
    album.beside("departure-phone", top, phone.page.screenshot())
    phone.context.close()


def the_suspension(browser: Browser, product: Product, album: Album) -> None:
    """Somebody is suspended by the page; what became of it, and the restricted case."""
    desk = Desk(browser, product, PAGE)
    desk.sign_in("mreyes", f"{CASES}/suspend")
    desk.page.get_by_label("Whose account").fill("Samuel Ostrander")
    desk.page.get_by_label("Why").fill("A resident used his screen.")
    desk.page.get_by_role("button", name="Suspend now").click()
    desk.page.get_by_role("heading", name="Suspended", exact=True).wait_for()
    album.add("suspended", desk.page.screenshot())
    desk.page.get_by_role("link", name="Open the restricted case").click()
    desk.page.get_by_role("heading", name="Your answer").wait_for()
    album.add("restricted", desk.page.screenshot(full_page=True))
    desk.context.close()


FORMS = ("appoint a deputy", "suspend now", "explain an account", "pack evidence", "merge two people")
"""Flows whose form in the Prefect UI is pictured."""

RUNS: tuple[tuple[str, dict[str, object]], ...] = (
    ("take in usage exports", {}),
    ("lock unused accounts", {}),
    ("explain an account", {"user_id": "newest"}),
    ("pack evidence", {"about": "account", "which": "newest"}),
    ("account for all mail", {}),
    ("report lateness", {}),
    ("ask who still needs access", {}),
    ("hold the registry against scans and directory", {}),
    ("draw an audit sample", {}),
    ("review the audit chain", {}),
    ("review what can be purged", {}),
    ("merge two people", {"stays": "CX10004", "goes": "twin", "reason": "Both have the same telephone and address."}),
)
"""Flows that show a page, in the order in which they are run, with what they are given."""


def slug(offer: str) -> str:
    """A file name for a flow."""
    return "flow-" + re.sub(r"[^a-z]+", "-", offer)


def the_flows(browser: Browser, product: Product, album: Album) -> None:
    """The forms in the Prefect UI, and what each flow shows on its page."""
    manager = product.manager()
    desk = Desk(browser, product, FORM)
    desk.sign_in("mreyes", "/v2/deployments")
    desk.page.get_by_text("appoint a deputy").first.wait_for()
    album.add("flows", desk.page.screenshot())
    for offer in FORMS:
        desk.open(f"/v2/deployments/deployment/{_deployment(manager, offer)}/run")
        desk.page.get_by_role("button", name="Submit").wait_for()
        time.sleep(SETTLE_SECONDS)
        album.add(slug(offer), desk.page.screenshot(full_page=True))
    with transaction(product.config.database_url) as session:
        twin = session.exec(select(Person.id).where(col(Person.given_name) == TWIN)).one()
        newest = session.exec(select(Account.user_name).order_by(col(Account.id).desc())).first()
    known = {"twin": f"{twin}", "newest": newest}
    for offer, given in RUNS:
        run = manager.start(offer, **{k: known.get(str(v), v) for k, v in given.items()})
        product.wait_for(lambda run=run: _ended(manager.run(run)), 300, offer)  # type: ignore[misc]
        _page_of(desk, run)
        album.add(f"{slug(offer)}-page", desk.page.screenshot(full_page=True))
    desk.context.close()


def _deployment(manager: ContractManager, offer: str) -> str:
    wanted = {"deployments": {"name": {"any_": [offer]}}}
    return str(manager.http.post("/api/deployments/filter", json=wanted).raise_for_status().json()[0]["id"])


def _ended(run: Mapping[str, object]) -> bool:
    return run["state_type"] in ("COMPLETED", "FAILED", "CRASHED")


def _page_of(desk: Desk, run: str) -> None:
    """From the run to the page that it shows, by what can be seen."""
    desk.open(f"/v2/runs/flow-run/{run}?tab=Artifacts")
    desk.page.get_by_role("tab", name="Artifacts").click()
    desk.page.locator("a[href*='/artifacts/']").first.click()
    desk.page.get_by_role("button", name="Show Raw Data").wait_for()
    time.sleep(SETTLE_SECONDS)
