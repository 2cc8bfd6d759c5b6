"""Suspending by the gateway's page and by Prefect's form, and what of it the server and other people get to see."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from db.account_life import AccountState
from db.models import Audit, DirectoryEntry, Kind, Message, Request, SuspensionOrder
from db.session import transaction
from tasks.settings import Settings
from tests.factories import OWEN
from tests.gateway.desk_rig import Rig
from tests.gateway.rig import HTML, ORIGIN, Inner, enter
from tests.tasks.office import DEPUTY, MANAGER, VIEWER
from tests.tasks.safety import in_use, mailed, of_kind

WHY = "She gave her password to a resident."
RUN = "11111111-1111-1111-1111-111111111111"


def post(rig: Rig, whom: str = "CX10001", reason: str = WHY) -> str:
    """Press the button; the address of the page that is shown then."""
    answer = rig.client.post("/desk/suspend", data={"whom": whom, "reason": reason}, headers={**ORIGIN, **HTML})
    return str(answer.headers.get("location", answer.status_code))


class TestThePage:
    def test_a_click_suspends_and_leads_to_the_case(self, rig: Rig) -> None:
        in_use(rig.office)
        rig.enter(MANAGER)
        assert "Suspend an account" in rig.get("/desk")
        assert 'value="CX10001"' in rig.get("/desk/suspend?account=CX10001")
        where = post(rig)
        (case,) = of_kind(rig.office, Kind.VIOLATION)
        page = rig.get(where)
        assert f'href="/desk/{case.number}"' in page
        assert rig.office.account().state is AccountState.SUSPENDED
        assert [e.enabled for e in rig.office.rows(DirectoryEntry)] == [False]
        assert "Is the account given back, or disabled?" in rig.get(f"/desk/{case.number}")

    def test_who_may_look_at_what_became_of_it(self, rig: Rig) -> None:
        in_use(rig.office)
        rig.enter(MANAGER)
        where = post(rig)
        (case,) = of_kind(rig.office, Kind.VIOLATION)
        rig.enter(DEPUTY)
        assert case.number in rig.get(where)
        rig.enter(VIEWER)
        assert rig.client.get(where, headers=HTML).status_code == 404
        assert rig.client.get(f"/desk/{case.number}", headers=HTML).status_code == 404
        assert case.number not in rig.get("/desk")

    def test_candidates_are_offered_to_whoever_asked(self, rig: Rig) -> None:
        in_use(rig.office)
        rig.enter(MANAGER)
        where = post(rig, "Jane Do")
        page = rig.get(where)
        assert "Suspend CX10001 now" in page
        assert WHY.replace("'", "&#39;") in page
        rig.enter(DEPUTY)
        assert rig.client.get(where, headers=HTML).status_code == 404
        assert rig.office.account().state is AccountState.ACTIVE

    @pytest.mark.parametrize(("whom", "reason", "said"), [("", WHY, "whose account"), ("CX10001", " ", "why")])
    def test_what_is_missing_is_said(self, rig: Rig, whom: str, reason: str, said: str) -> None:
        in_use(rig.office)
        rig.enter(MANAGER)
        answer = rig.client.post("/desk/suspend", data={"whom": whom, "reason": reason}, headers={**ORIGIN, **HTML})
        assert answer.status_code == 422
        assert said in answer.text
        assert rig.office.rows(SuspensionOrder) == []

    def test_a_viewer_and_another_site_cannot(self, rig: Rig) -> None:
        in_use(rig.office)
        rig.enter(VIEWER)
        assert post(rig) == "403"
        assert "<form" not in rig.get("/desk/suspend")
        rig.enter(MANAGER)
        form = {"whom": "CX10001", "reason": WHY}
        assert (
            rig.client.post("/desk/suspend", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
        )
        assert rig.office.account().state is AccountState.ACTIVE


class TestPrefectsForm:
    START = f"/api/deployments/{RUN}/create_flow_run"

    def test_the_server_gets_a_reference_in_the_place_of_name_and_reason(
        self, browser: TestClient, inner: Inner, config: Settings
    ) -> None:
        inner.deployment = "suspend now"
        enter(browser, "hanako")
        given = {"parameters": {"whom": "Jane Doe", "reason": WHY, "started_by": "the-boss"}}
        assert browser.post(self.START, json=given, headers=ORIGIN).status_code == 201
        sent = [json.loads(body) for method, path, body in inner.calls if path == self.START]
        assert sent == [{"parameters": {"whom": "order-1", "reason": "kept with the order", "started_by": "hanako"}}]
        with transaction(config.database_url) as session:
            (order,) = session.exec(select(SuspensionOrder)).all()
            assert (order.whom, order.reason, order.ordered_by) == ("Jane Doe", WHY, "hanako")
            assert order.settled_at is None
            assert not [a for a in session.exec(select(Audit)).all() if "Jane" in str(a.detail) + a.subject]

    def test_a_viewer_gives_no_order(self, browser: TestClient, inner: Inner, config: Settings) -> None:
        inner.deployment = "suspend now"
        enter(browser, "vera")
        given = {"parameters": {"whom": "Jane Doe", "reason": WHY}}
        assert browser.post(self.START, json=given, headers=ORIGIN).status_code == 403
        with transaction(config.database_url) as session:
            assert session.exec(select(SuspensionOrder)).all() == []


class TestARestrictedCase:
    def case(self, rig: Rig) -> Request:
        in_use(rig.office)
        request_id = mailed(rig.office, Kind.VIOLATION, "Jane Doe shares her password.", sender=OWEN)
        return rig.office.case(request_id)

    def test_its_mail_and_its_list_line_are_for_those_in_charge(self, rig: Rig) -> None:
        case = self.case(rig)
        (mail,) = [m for m in rig.office.rows(Message) if m.request_id == case.id]
        for user, status in ((MANAGER, 200), (DEPUTY, 200), (VIEWER, 404)):
            rig.enter(user)
            assert rig.client.get(f"/evidence/mails/{mail.id}", headers=HTML).status_code == status
            assert (case.number in rig.get("/desk")) is (status == 200)

    @pytest.mark.parametrize(("user", "status"), [(MANAGER, 200), (VIEWER, 403)])
    def test_what_was_answered_on_its_run_is_for_those_in_charge(self, rig: Rig, user: str, status: int) -> None:
        case = self.case(rig)
        rig.enter(user)
        path = f"/api/flow_runs/{case.id}/input/filter"
        rig.runs.parameters = {"request_id": case.id}
        assert rig.client.post(path, json={}, headers=ORIGIN).status_code == status
