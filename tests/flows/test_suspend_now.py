"""III.C.6 on the real product: from the click to the disabled account in under a minute, whatever else is under way.

Twenty requests are in flight and the intake reads scans. The figures are printed (`pytest -s`, or `-rP`).
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlmodel import Session, func, select

from db.account_life import AccountState
from db.columns import utc_now
from db.lifecycle import OPEN, State
from db.models import Account, DirectoryEntry, Entitlement, Kind, Message, Person, Request
from db.session import transaction
from deployments.demo_people import delivered
from deployments.samples.cast import BY_KEY, IT_SERVICE_DESK
from deployments.samples.mails import SAMPLES
from tasks import sorting
from tasks.adapters.directory.local import LocalDirectory
from tasks.policy.names import name_key
from tests.factories import LAURA, access, consent, message
from tests.product import Product

pytestmark = [pytest.mark.server, pytest.mark.timeout(1500)]

REQUIRED = 60.0
"""Seconds: the requirement itself."""
IN_FLIGHT = 20
REASON = "shares the password with a resident"


def account(product: Product, number: int) -> str:
    """Somebody's account in use; the user ID."""
    provider = BY_KEY["nexus"]
    user_name, given = f"CX2000{number}", ("Ada", "Bea", "Cyd", "Dot")[number]
    with transaction(product.config.database_url) as session:
        case = Request(
            id=f"case-{number}", number=f"CR-2025-00000{number}", kind=Kind.NEW_ACCESS, state=State.FULFILLED,
            provider_key=provider.key, requester_email=LAURA.email, closed_at=utc_now(),
        )  # fmt: skip
        person = Person(
            given_name=given, family_name="Quill", name_key=name_key(f"{given} Quill"), email=f"{given}@nexus.example"
        )
        session.add_all([case, person])
        session.flush()
        assert person.id is not None
        session.add(
            Account(
                person_id=person.id, request_id=case.id, user_name=user_name, entitlement=Entitlement.VIEW,
                state=AccountState.ACTIVE, issued_at=utc_now(),
            )
        )  # fmt: skip
    directory = LocalDirectory(product.config.database_url)
    directory.create(user_name)
    directory.set_initial_password(user_name, SecretStr("Not-the-Real-1-Word"))
    return user_name


def put_in_flight(session: Session, product: Product) -> None:
    """Requests whose papers have just been read: the runner has all of them to work on."""
    for number in range(IN_FLIGHT):
        provider = list(BY_KEY.values())[number % 8]
        staff = provider.staff[0]
        said = {"given_name": f"{staff.given_name}{'abcdefghijklmnopqrst'[number]}"}
        row = message(session, provider.submitters[0], consent(staff, provider), access(staff, provider, **said))
        session.flush()
        sorting.open_case(
            session, product.config, session.get_one(Message, row.id), Kind.NEW_ACCESS, "in flight for the test"
        )


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("suspend") / "home") as product:
        for number in range(4):
            account(product, number)
        product.wait_for(lambda: product.manager().http.get(DEPLOYMENT).is_success, 90, "the deployments")
        yield product


DEPLOYMENT = "/api/deployments/name/suspend_now/suspend now"


def click(product: Product, user_name: str) -> None:
    """Start *suspend now* as the Prefect UI does."""
    manager = product.manager()
    deployment = manager.http.get(DEPLOYMENT).raise_for_status().json()["id"]
    given = {"parameters": {"whom": user_name, "reason": REASON}}
    manager.http.post(f"/api/deployments/{deployment}/create_flow_run", json=given).raise_for_status()


def press(product: Product, user_name: str) -> None:
    """Press the button of the page."""
    form = {"whom": user_name, "reason": REASON}
    assert product.manager().http.post("/desk/suspend", data=form).status_code == 303


def enabled(product: Product, user_name: str) -> bool:
    with transaction(product.config.database_url) as session:
        return session.get_one(DirectoryEntry, user_name).enabled


def tickets(product: Product, user_name: str) -> int:
    found = delivered(product.config, IT_SERVICE_DESK)
    return len([m for m in found if "URGENT" in str(m["Subject"]) and user_name in str(m["Subject"])])


def measured(product: Product, user_name: str, order: Callable[[Product, str], None], how: str) -> None:
    """From the accepted order to the disabled entry, and to the urgent ticket in the desk's inbox; in seconds."""
    assert enabled(product, user_name)
    began = time.monotonic()
    order(product, user_name)
    product.wait_for(lambda: not enabled(product, user_name), REQUIRED, f"{how}: the account being disabled")
    disabled = time.monotonic() - began
    product.wait_for(lambda: tickets(product, user_name) == 1, REQUIRED - disabled, f"{how}: the urgent ticket")
    told = time.monotonic() - began
    print(f"SUSPENSION {how}: disabled after {disabled:.1f} s, urgent ticket after {told:.1f} s")
    assert max(disabled, told) < REQUIRED


def pid(product: Product, name: str) -> int:
    return int((product.home / "logs" / f"{name}.pid").read_text())


def writable(product: Product) -> bool:
    """Whether the registry's lock is free, or is given back within two seconds."""
    with closing(sqlite3.connect(str(make_url(product.config.database_url).database), timeout=2)) as registry:
        try:
            registry.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        registry.rollback()
        return True


@contextmanager
def stopped(product: Product, *names: str) -> Iterator[None]:
    """Those processes stand still, as if they were busy with something that takes minutes.

    None of it happens inside of a write transaction: SQLite's lock would stand still with the process.
    """
    for name in names:
        os.kill(pid(product, name), signal.SIGSTOP)
        while not writable(product):
            os.kill(pid(product, name), signal.SIGCONT)
            time.sleep(0.1)
            os.kill(pid(product, name), signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            os.kill(pid(product, name), signal.SIGCONT)


def test_with_twenty_requests_in_flight_and_the_intake_busy(busy: Product) -> None:
    for sample in SAMPLES:
        for mail in sample.mails:
            busy.deliver(mail.build(), mail.message_id.strip("<>"))
    with transaction(busy.config.database_url) as session:
        put_in_flight(session, busy)
    with transaction(busy.config.database_url) as session:
        waiting = session.exec(select(func.count()).where(Request.state == State.RECEIVED)).one()
        assert session.exec(select(func.count()).where(Request.state.in_(OPEN))).one() >= IN_FLIGHT  # type: ignore[attr-defined]
    assert waiting >= IN_FLIGHT / 2, "the runner has not worked on them yet"
    measured(busy, "CX20000", click, f"by Prefect's form, {waiting} requests in flight, intake busy")


def test_by_the_page_while_runner_and_watcher_stand_still(busy: Product) -> None:
    with stopped(busy, "runner", "watcher"):
        measured(busy, "CX20001", press, "by the page, runner and watcher stopped")


def test_by_the_form_while_the_watcher_stands_still(busy: Product) -> None:
    with stopped(busy, "watcher"):
        measured(busy, "CX20002", click, "by Prefect's form, watcher stopped")


def test_by_the_form_while_the_runner_stands_still(busy: Product) -> None:
    with stopped(busy, "runner"):
        measured(busy, "CX20003", click, "by Prefect's form, runner stopped: the watcher's net")


def test_a_viewer_learns_nothing_from_prefect(busy: Product) -> None:
    """Neither who nor why stands in a run's name, tags, parameters, logs, artifacts or events."""
    viewer = busy.manager("vlindqvist").http
    whole = ""
    for path in ("flow_runs", "task_runs", "artifacts", "logs", "flows"):
        whole += viewer.post(f"/api/{path}/filter", json={}).raise_for_status().text
    whole += viewer.post("/api/events/filter", json={}).raise_for_status().text
    assert "order-1" in whole, "the search sees the parameters of runs"
    for secret in ("Quill", REASON, "CX2000"):
        assert secret not in whole
    with transaction(busy.config.database_url) as session:
        restricted = session.exec(select(Request).where(Request.kind == Kind.VIOLATION)).all()
    assert len(restricted) == 4
    for case in restricted:
        assert viewer.get(f"/desk/{case.number}").status_code == 404
        if case.flow_run_id:
            inputs = viewer.post(f"/api/flow_runs/{case.flow_run_id}/input/filter", json={})
            assert inputs.status_code == 403
