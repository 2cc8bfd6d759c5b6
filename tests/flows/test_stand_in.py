"""On the real server: a form marks the manager away, the run is asked of the deputy, and a late answer is told of."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from db.lifecycle import Event, State, advance
from db.models import Account, Audit, Outbox, Request
from db.session import transaction
from deployments.samples.mails import DAY, good
from tests.product import Product

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]
PATIENCE = 240


def case(product: Product) -> Request | None:
    with transaction(product.config.database_url) as session:
        return session.exec(select(Request)).first()


def asked(product: Product) -> bool:
    """The run stands suspended on the question that the registry asks."""
    found = case(product)
    runs = product.manager("dokafor").suspended()
    key = f"approval-{found.asking}" if found else ""
    return any(run["state"]["state_details"]["pause_key"] == key for run in runs)


def letters(product: Product, purpose: str) -> list[list[str]]:
    with transaction(product.config.database_url) as session:
        return [row.recipients for row in session.exec(select(Outbox).where(Outbox.purpose == purpose)).all()]


def test_away_by_a_form_and_an_answer_that_comes_too_late(tmp_path: Path) -> None:
    with Product(tmp_path / "home") as product:
        product.deliver(good(DAY).mails[0].build(), "good")
        product.wait_for(lambda: asked(product), PATIENCE, "the question")
        deputy = product.manager("dokafor")
        deputy.start("mark somebody away", user="mreyes")
        daniel = ["daniel.okafor@mt.example"]
        product.wait_for(lambda: daniel in letters(product, "needs-you"), PATIENCE, "the mail to the deputy")
        product.wait_for(lambda: asked(product), PATIENCE, "the question to the deputy")
        found = case(product)
        assert found is not None
        assert found.asked_of == "dokafor"
        with transaction(product.config.database_url) as session:  # a mail comes just before the deputy answers
            advance(session, session.get_one(Request, found.id), Event.SUPPLEMENT, by="somebody", clause="III.B.2")
        (run,) = [r for r in deputy.suspended() if r["id"] == found.flow_run_id]
        taken = deputy.resume(run["id"], {"decision": "approve", "clearance_on": "2026-11-01"})
        if not taken:
            pytest.skip("the watcher woke the run first")
        product.wait_for(lambda: daniel in letters(product, "answer-not-used"), PATIENCE, "the notice")
        product.wait_for(lambda: asked(product), PATIENCE, "the question once more")
        with transaction(product.config.database_url) as session:
            assert session.exec(select(Account)).all() == []
            assert session.get_one(Request, found.id).state is State.AWAITING_APPROVAL
            done = [(a.action, a.actor) for a in session.exec(select(Audit)).all()]
        assert ("manager.away", "dokafor") in done
        assert ("answer.stale", "dokafor") in done
