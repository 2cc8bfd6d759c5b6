"""kill -9 at every step of a request, then a restart: same end, no mail lost, one ID, one ticket, one copy per mail.

The steps stand in `tests/faults/steps.txt`, in the order in which a request passes them. At each of them the process at
work is killed, and in turn nobody else, the runner, everybody, or the watcher with it. The supervisor starts them
again, and the request goes on. Set CORREQUESTS_TEST_KILL=all to kill everybody at each step as well, and each process
alone.
"""

from __future__ import annotations

import os
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlmodel import col, select

from db import audit
from db.models import Account, Credential, Document, Message, Outbox, Request, Ticket
from db.session import transaction
from deployments.demo_people import delivered
from deployments.samples.mails import DAY, good
from tests.product import Product

STEPS = [
    line.strip()
    for line in (Path(__file__).parents[1] / "faults" / "steps.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
]
EVERYBODY = "server runner watcher self"
IN_TURN = "in turn"
TURNS = ("self", "runner self", EVERYBODY, "watcher self")
ROWS = [IN_TURN]
if os.environ.get("CORREQUESTS_TEST_KILL") == "all":
    ROWS += [EVERYBODY, "runner", "watcher", "server", "self"]

pytestmark = [pytest.mark.server, pytest.mark.timeout(1800)]


@pytest.fixture(params=ROWS, ids=lambda r: r.replace(" ", "-"))
def victims(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def decide(product: Product) -> None:
    """The contract manager approves, IT answers, the staff member picks up, whenever each can be done."""
    with transaction(product.config.database_url) as session:
        request = session.exec(select(Request)).first()
    if request is not None and request.state == "AWAITING_APPROVAL":
        manager = product.manager()
        for run in manager.suspended():
            if run["state"]["state_details"]["pause_key"] == f"approval-{request.asking}":
                manager.resume(run["id"], {"decision": "approve", "clearance_on": "2026-11-01"})
    product.desk.answer_tickets()
    product.staff.pick_up()


def finished(product: Product) -> bool:
    """Whether everything is done and everybody was told."""
    with transaction(product.config.database_url) as session:
        credential = session.exec(select(Credential)).first()
        unsent = session.exec(select(Outbox).where(Outbox.delivery != "SENT")).first()
        return credential is not None and credential.viewed_at is not None and unsent is None


def test_a_request_survives_a_kill_at_every_step(tmp_path: Path, victims: str) -> None:
    with Product(tmp_path / "home", faults=True) as product:
        for number, step in enumerate(STEPS):
            (product.armed / step).write_text(TURNS[number % len(TURNS)] if victims == IN_TURN else victims)
        product.deliver(good(DAY).mails[0].build(), "good")

        def done() -> bool:
            decide(product)
            return finished(product)

        product.wait_for(done, 900, "the end of the request")
        assert not sorted(p.name for p in product.armed.iterdir()), "steps that were never reached"
        check(product)


def check(product: Product) -> None:
    """One of everything, and nothing lost."""
    with transaction(product.config.database_url) as session:
        assert audit.verify(session) is None
        (request,) = session.exec(select(Request)).all()
        assert request.state == "FULFILLED"
        (account,) = session.exec(select(Account)).all()
        assert account.user_name == "CX10001"
        assert len(session.exec(select(Ticket)).all()) == 1
        assert len(session.exec(select(Credential)).all()) == 1
        received = session.exec(select(Message)).all()
        assert sorted(str(m.disposition) for m in received) == ["JOINED", "OPENED"]
        assert len(session.exec(select(Document)).all()) == 2
        # what a schedule writes about the installation at night, such as a stale usage feed, is nothing of this request
        rows = session.exec(select(Outbox).where(Outbox.request_id == request.id)).all()
        assert sorted(r.purpose for r in rows) == ["access-implemented", "credentials-link", "needs-you", "ticket"]
        entries = [*audit.of_subject(session, request.number), *audit.of_subject(session, "CX10001")]
        for once in ("request.opened", "request.approve", "ticket.opened", "ticket.closed", "account.activate"):
            assert [e.action for e in entries].count(once) == 1, once
    for row in rows:
        for recipient in row.recipients:
            ids = [str(m["Message-ID"]) for m in delivered(product.config, recipient)]
            assert ids.count(row.message_id) == 1, f"{row.purpose} to {recipient}"
    assert product.config.maildir is not None
    sent = [message_from_bytes(p.read_bytes())["Message-ID"] for p in product.config.maildir.glob(".Sent/*/*")]
    with transaction(product.config.database_url) as session:
        nightly = set(session.exec(select(Outbox.message_id).where(col(Outbox.request_id).is_(None))).all())
    assert sorted(m for m in sent if m not in nightly) == sorted(r.message_id for r in rows)
    assert len(sent) == len(set(sent))
    assert not list(product.config.maildir.glob("new/*")) + list(product.config.maildir.glob("cur/*"))
