from __future__ import annotations

import json
from inspect import signature

import pytest
from sqlmodel import select
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from db.models import Audit, Role
from db.session import transaction
from deployments.access import READS, may_call, resumed_run, started_deployment
from deployments.catalog import OFFERS, Offer
from deployments.gateway import build
from deployments.stamp import AnswerRefused, stamped
from deployments.ui_settings import INSTEAD
from tasks.settings import Settings
from tests.gateway.rig import HTML, KEY, ORIGIN, Inner, enter

RUN = "0192f3a4-0000-7000-8000-000000000001"
RESUME = f"/api/flow_runs/{RUN}/resume"
START = f"/api/deployments/{RUN}/create_flow_run"
SERVICE = ("svc", KEY)


class TestCalls:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", f"/api/flow_runs/{RUN}/set_state"),
            ("POST", f"/api/flow_runs/{RUN}/input"),
            ("DELETE", f"/api/flow_runs/{RUN}"),
            ("PATCH", f"/api/flow_runs/{RUN}"),
            ("POST", "/api/flow_runs/"),
            ("POST", "/api/flow_runs/bulk_delete"),
            ("POST", f"/api/deployments/{RUN}/create_flow_run"),  # not one that the catalogue offers to people
            ("POST", f"/api/deployments/{RUN}%2Fx/create_flow_run"),
            ("POST", f"/api/deployments/{RUN}/schedules"),
            ("POST", f"/api/flow_runs/{RUN}%2Fx/resume"),
            ("POST", f"{RESUME}/"),
            ("POST", "/api//flow_runs/filter"),
            ("POST", "/api/flow_runs/x/y/input/filter"),
            ("GET", "/api/admin/storage"),
            ("GET", f"/api/block_documents/{RUN}"),
            ("POST", "/api/block_documents/filter"),
            ("GET", "/api/openapi.json"),
            ("PUT", "/api/a-route-of-a-later-release"),
            ("GET", RESUME),
        ],
    )
    def test_nobody_signed_in_may(self, browser: TestClient, inner: Inner, method: str, path: str) -> None:
        answer = enter(browser, "hanako").request(method, path, headers=ORIGIN)
        assert answer.status_code == 403
        assert isinstance(answer.json()["detail"], str)
        assert not [call for call in inner.calls if call[0] != "GET"]

    def test_a_viewer_reads_and_may_not_answer(self, browser: TestClient, inner: Inner, config: Settings) -> None:
        enter(browser, "vera")
        assert browser.post("/api/flow_runs/filter", json={}, headers=ORIGIN).status_code == 201
        assert browser.get(f"/api/flow_runs/{RUN}").status_code == 201
        assert browser.post(RESUME, json={"run_input": {}}, headers=ORIGIN).status_code == 403
        assert [path for _, path, _ in inner.calls] == ["/api/flow_runs/filter", f"/api/flow_runs/{RUN}"]
        with transaction(config.database_url) as session:
            last = session.exec(select(Audit)).all()[-1]
        assert (last.actor, last.action, last.subject) == ("vera", "answer.refused", RUN)

    def test_an_approver_answers_under_the_own_name_only(
        self, browser: TestClient, inner: Inner, config: Settings
    ) -> None:
        enter(browser, "hanako")
        forged = {"run_input": {"decision": "Approve", "decided_by": "the-boss", "Decided-By": "x", "approver": "y"}}
        assert browser.post(RESUME, json=forged, headers=ORIGIN).status_code == 201
        said = json.loads(inner.calls[0][2])
        assert said == {"run_input": {"decision": "Approve", "decided_by": "hanako", "decided_name": "Hanako"}}
        with transaction(config.database_url) as session:
            last = session.exec(select(Audit)).all()[-1]
        assert (last.actor, last.action, last.subject) == ("hanako", "answer.given", RUN)
        assert "Approve" not in last.model_dump_json()

    @pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
    def test_an_approver_starts_what_people_may_start_under_the_own_name(
        self, browser: TestClient, inner: Inner, config: Settings, offer: Offer
    ) -> None:
        inner.deployment = offer.name
        forged = {"parameters": {"day": "x", "started_by": "the-boss"}, "job_variables": {"env": {}}, "state": {}}
        status = enter(browser, "hanako").post(START, json=forged, headers=ORIGIN).status_code
        assert status == (201 if offer.by_people else 403)
        sent = [json.loads(body) for method, _, body in inner.calls if method == "POST"]
        assert sent == ([{"parameters": {"day": "x", "started_by": "hanako"}}] if offer.by_people else [])
        with transaction(config.database_url) as session:
            last = session.exec(select(Audit)).all()[-1]
        assert ((last.actor, last.action, last.subject) == ("hanako", "flow.started", offer.name)) is offer.by_people

    def test_a_viewer_starts_nothing(self, browser: TestClient, inner: Inner, config: Settings) -> None:
        inner.deployment = next(offer.name for offer in OFFERS if offer.by_people)
        assert enter(browser, "vera").post(START, json={}, headers=ORIGIN).status_code == 403
        assert inner.calls == []
        with transaction(config.database_url) as session:
            last = session.exec(select(Audit)).all()[-1]
        assert (last.actor, last.action) == ("vera", "start.refused")

    @pytest.mark.parametrize("body", ["[]", "x", '{"parameters": [1]}', '{"parameters": {"__prefect_kind": "jinja"}}'])
    def test_a_start_that_is_no_form_is_refused(self, browser: TestClient, inner: Inner, body: str) -> None:
        inner.deployment = next(offer.name for offer in OFFERS if offer.by_people)
        assert enter(browser, "hanako").post(START, content=body, headers=ORIGIN).status_code == 422
        assert [call[0] for call in inner.calls] == ["GET"]

    def test_what_people_may_start_takes_the_name_of_whoever_starts_it(self) -> None:
        for offer in OFFERS:
            assert ("started_by" in signature(offer.flow).parameters) is offer.by_people

    def test_an_answer_that_prefect_refuses_is_not_written_down(self, config: Settings) -> None:
        with TestClient(build(config, Inner(status=200)), follow_redirects=False) as client:
            enter(client, "hanako").post(RESUME, json={"run_input": {}}, headers=ORIGIN)
        with transaction(config.database_url) as session:
            assert not [row for row in session.exec(select(Audit)).all() if row.action == "answer.given"]

    def test_the_service_may_do_all_of_the_api_and_nothing_else(self, browser: TestClient, inner: Inner) -> None:
        assert browser.delete(f"/api/flow_runs/{RUN}", auth=SERVICE).status_code == 201
        assert browser.post(RESUME, json={}, auth=SERVICE).status_code == 201
        assert json.loads(inner.calls[-1][2])["run_input"]["decided_by"] == "service"
        assert browser.get("/evidence/fields/1.png", auth=SERVICE).status_code == 403

    @pytest.mark.parametrize("auth", [("svc", "wrong"), ("svc", ""), ("other", KEY), ("", "")])
    def test_a_wrong_service_key_opens_nothing(self, browser: TestClient, auth: tuple[str, str]) -> None:
        assert browser.get("/api/version", auth=auth).status_code == 401

    def test_an_empty_service_key_never_matches(self, config: Settings, inner: Inner) -> None:
        keyless = config.model_copy(update={"service_key": type(config.service_key)("")})
        assert TestClient(build(keyless, inner)).get("/api/version", auth=("svc", "")).status_code == 401

    @pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Basic /w==", "Bearer x", "Basic c3Zj"])
    def test_a_broken_header_is_a_stranger(self, browser: TestClient, value: str) -> None:
        assert browser.get("/api/version", headers={"Authorization": value}).status_code == 401

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", **ORIGIN},
        ],
    )
    def test_a_borrowed_cookie_from_another_site_is_refused(
        self, browser: TestClient, inner: Inner, headers: dict[str, str]
    ) -> None:
        assert enter(browser, "hanako").post(RESUME, json={}, headers=headers).status_code == 403
        assert inner.calls == []

    def test_links_of_the_old_ui_lead_to_the_present_one(self, browser: TestClient) -> None:
        answer = enter(browser, "vera").get(f"/runs/flow-run/{RUN}?a=1", headers=HTML)
        assert answer.headers["location"] == f"/v2/runs/flow-run/{RUN}?a=1"

    def test_every_response_carries_security_headers(self, browser: TestClient) -> None:
        for path in ("/signin", "/api/version", "/healthz"):
            headers = browser.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "same-origin"
        assert browser.get("/signin").headers["cache-control"] == "no-store"

    def test_the_ui_is_told_only_what_it_needs(self, browser: TestClient, inner: Inner) -> None:
        enter(browser, "vera")
        assert browser.get("/api/admin/settings").json()["server"]["analytics_enabled"] is False
        assert browser.get("/ui-settings").json()["available_uis"] == ["v2"]
        assert inner.calls == []
        browser.get("/api/admin/settings", auth=SERVICE)
        assert len(inner.calls) == 1


class TestStamp:
    @pytest.mark.parametrize("body", [b"", b"{}", b'{"run_input": null}', b'{"run_input": {}}'])
    def test_an_empty_answer_is_stamped(self, body: bytes) -> None:
        assert json.loads(stamped(body, "a", "A")) == {"run_input": {"decided_by": "a", "decided_name": "A"}}

    @pytest.mark.parametrize(
        "body",
        [b"{", b"[]", b"null", b'"x"', b'{"run_input": []}', b'{"run_input": "x"}', b"\xff", b"[" * 60_000],
    )
    def test_what_is_no_answer_is_refused(self, body: bytes) -> None:
        with pytest.raises(AnswerRefused):
            stamped(body, "a", "A")

    @pytest.mark.parametrize("kind", ["json", "none", "jinja", "workspace_variable", "new", None])
    def test_an_object_that_prefect_would_evaluate_cannot_replace_the_stamp(self, kind: str | None) -> None:
        whole = {"__prefect_kind": kind, "value": '{"decided_by": "the-boss"}'}
        with pytest.raises(AnswerRefused):
            stamped(json.dumps({"run_input": whole}).encode(), "a", "A")

    def test_templates_are_refused_and_json_mode_of_a_field_is_not(self) -> None:
        def body(kind: str) -> bytes:
            return json.dumps({"run_input": {"note": [{"x": {"__prefect_kind": kind, "value": "1"}}]}}).encode()

        stamped(body("json"), "a", "A")
        for kind in ("jinja", "workspace_variable"):
            with pytest.raises(AnswerRefused):
                stamped(body(kind), "a", "A")

    def test_the_gateway_says_422_and_413(self, browser: TestClient, inner: Inner) -> None:
        enter(browser, "hanako")
        assert browser.post(RESUME, content=b"{", headers=ORIGIN).status_code == 422
        long = {"run_input": {"reason": "x" * 70_000}}
        assert browser.post(RESUME, json=long, headers=ORIGIN).status_code == 413
        assert inner.calls == []


class TestSockets:
    def test_a_stranger_is_closed_out(self, browser: TestClient) -> None:
        with pytest.raises(WebSocketDisconnect) as closed, browser.websocket_connect("/api/events/out"):
            pass
        assert closed.value.code == 1008

    def test_the_service_by_header(self, browser: TestClient, inner: Inner) -> None:
        headers = {"Authorization": "Basic c3ZjOnRoZS1zZXJ2aWNlLWtleS1vZi10aGlzLXRlc3Q="}
        with browser.websocket_connect("/api/events/in", headers=headers) as socket:
            socket.send_json({"type": "auth", "token": None})
            assert socket.receive_json() == {"type": "auth_success"}

    @pytest.mark.parametrize("path", ["/api/events/out", "/api/work_pools/p/workers/connect"])
    def test_the_service_by_first_message(self, browser: TestClient, inner: Inner, path: str) -> None:
        with browser.websocket_connect(path, subprotocols=["prefect"]) as socket:
            socket.send_json({"type": "auth", "token": f"svc:{KEY}"})
            assert socket.receive_json() == {"type": "auth_success"}
        assert inner.sockets == [path]

    @pytest.mark.parametrize(
        "first", [{"type": "auth", "token": "svc:wrong"}, {"type": "auth"}, {"type": "filter"}, [], "svc:"]
    )
    def test_a_wrong_first_message_is_closed_out(self, browser: TestClient, inner: Inner, first: object) -> None:
        with browser.websocket_connect("/api/events/out", subprotocols=["prefect"]) as socket:
            socket.send_json(first)
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
        assert closed.value.code == 1008
        assert inner.sockets == []

    def test_a_person_listens_but_does_not_emit(self, browser: TestClient, inner: Inner) -> None:
        enter(browser, "vera")
        with browser.websocket_connect("/api/logs/out", headers=ORIGIN) as socket:
            socket.send_json({"type": "auth", "token": ""})
            assert socket.receive_json() == {"type": "auth_success"}
        for path, headers in (("/api/events/in", ORIGIN), ("/api/logs/out", {"Origin": "http://evil.example"})):
            with pytest.raises(WebSocketDisconnect), browser.websocket_connect(path, headers=headers):
                pass


def test_the_table_is_that_of_the_installed_prefect(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every route of the table exists, and everything else of the real server is refused for people."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    from prefect.server.api.server import create_app
    from prefect.server.schemas.ui import UISettings

    routes = {(m.upper(), p) for p, ms in create_app(ephemeral=True).openapi()["paths"].items() for m in ms}
    assert set(INSTEAD["/ui-settings"]) == set(UISettings.model_fields)
    table = {(method, path) for method, paths in READS.items() for path in paths}
    assert table <= routes
    for method, route in routes:
        path = "/api" + route.replace("{id}", RUN).replace("{", "").replace("}", "")
        acts = bool(resumed_run(method, path) or started_deployment(method, path))
        wanted = (method, route) in table or acts
        assert may_call(Role.APPROVER, method, path) is wanted, f"{method} {route}"
        assert may_call(Role.VIEWER, method, path) is (wanted and not acts)
