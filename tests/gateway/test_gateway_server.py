"""The real thing: the gateway's own process with Prefect's server inside, and a run that waits for a person."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import websockets
from prefect import flow, get_client, suspend_flow_run
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow
from prefect.input import RunInput
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
    temporary_settings,
)
from prefect.states import Pending
from pydantic import ConfigDict, SecretStr
from sqlmodel import select

from db.models import Audit
from db.session import transaction
from tasks.settings import Settings
from tests.gateway.rig import KEY, make_registry

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]


class Answer(RunInput):
    model_config = ConfigDict(extra="allow")

    decision: str
    reason: str = ""


@flow(name="gateway-test")
def ask() -> dict[str, Any]:
    answer = suspend_flow_run(wait_for_input=Answer, key="approve-1", timeout=None)
    return answer.model_dump()


class Server:
    """The gateway's process and what is needed to call it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.settings = Settings(home=home, port=port, service_key=SecretStr(KEY))
        self.url = self.settings.base_url
        self.log = home / "gateway.log"
        make_registry(self.settings.database_url)

    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "CORREQUESTS_"))}
        home = self.settings.home
        return inherited | {
            "CORREQUESTS_HOME": str(home),
            "CORREQUESTS_PORT": str(self.settings.port),
            "CORREQUESTS_SERVICE_KEY": KEY,
            "PREFECT_HOME": str(home / "prefect"),
            "PREFECT_UI_API_URL": "/api",
            "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }

    @contextmanager
    def browser(self, user_name: str = "") -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=30) as client:
            if user_name:
                data = {"user_name": user_name, "password": f"{user_name}-password"}
                assert client.post("/signin", data=data).status_code == 303
            yield client


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("gateway"))
    with made.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deployments.gateway"], cwd=ROOT, env=made.environment(), stdout=log, stderr=log
        )
        try:
            _wait(made, process)
            yield made
        finally:
            process.terminate()
            process.wait(30)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, server.log.read_text()
        try:
            if httpx.get(f"{server.url}/healthz", timeout=2).json() == {"status": "ok"}:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    pytest.fail(server.log.read_text())


@pytest.fixture
def service(server: Server) -> Iterator[SyncPrefectClient]:
    with (
        temporary_settings(
            updates={
                PREFECT_API_URL: f"{server.url}/api",
                PREFECT_API_AUTH_STRING: f"svc:{KEY}",
                PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: False,
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
            }
        ),
        get_client(sync_client=True) as client,
    ):
        yield client


def leg(client: SyncPrefectClient, run_id: UUID) -> Any:
    """Run the flow until it suspends or ends, as the runner would."""
    run = client.read_flow_run(run_id)
    try:
        return run_flow(ask, flow_run=run, parameters={}, return_type="result")
    except Pause:
        return None


@pytest.fixture
def suspended(service: SyncPrefectClient) -> UUID:
    flow_id = service.create_flow(ask)
    deployment = service.create_deployment(flow_id=flow_id, name="test")
    run = service.create_flow_run_from_deployment(deployment, state=Pending())
    assert leg(service, run.id) is None
    assert service.read_flow_run(run.id).state_name == "Suspended"
    return run.id


def test_a_viewer_looks_and_may_not_answer(server: Server, suspended: UUID) -> None:
    with server.browser("vera") as vera:
        assert vera.get(f"/api/flow_runs/{suspended}").json()["state_name"] == "Suspended"
        assert vera.get("/v2/", headers={"Accept": "text/html"}).status_code == 200
        assert vera.get("/ui-settings").json()["api_url"] == "/api"
        refused = vera.post(f"/api/flow_runs/{suspended}/resume", json={"run_input": {"decision": "Approve"}})
        assert refused.status_code == 403
        assert "viewer" in refused.json()["detail"]
        for method, path in (("DELETE", ""), ("POST", "/set_state"), ("POST", "/input")):
            assert vera.request(method, f"/api/flow_runs/{suspended}{path}", json={}).status_code == 403
        assert vera.get(f"/api/flow_runs/{suspended}").json()["state_name"] == "Suspended"


def test_a_stranger_and_a_borrowed_cookie_get_nowhere(server: Server, suspended: UUID) -> None:
    resume = f"/api/flow_runs/{suspended}/resume"
    body = {"run_input": {"decision": "Approve"}}
    with server.browser() as stranger:
        assert stranger.get("/api/version").status_code == 401
        assert stranger.post(resume, json=body).status_code == 401
        assert stranger.post(resume, json=body, auth=("svc", "")).status_code == 401
    with server.browser("hanako") as hanako:
        for origin in ("http://evil.example", "null"):
            assert hanako.post(resume, json=body, headers={"Origin": origin}).status_code == 403


def test_the_stamped_name_is_what_the_flow_reads(server: Server, service: SyncPrefectClient, suspended: UUID) -> None:
    resume = f"/api/flow_runs/{suspended}/resume"
    with server.browser("hanako") as hanako:
        lacking = hanako.post(resume, json={"run_input": {"reason": "x"}})
        assert (lacking.status_code, lacking.json()["status"]) == (200, "REJECT")
        inside = {"__prefect_kind": "json", "value": json.dumps({"decision": "Approve", "decided_by": "the-boss"})}
        assert hanako.post(resume, json={"run_input": inside}).status_code == 422
        forged = {"decision": "Approve", "reason": "complete", "decided_by": "the-boss", "approver": "the-boss"}
        given = hanako.post(resume, json={"run_input": forged})
        assert (given.status_code, given.json()["status"]) == (201, "ACCEPT")
        second = hanako.post(resume, json={"run_input": forged})
        assert (second.status_code, second.json()["status"]) == (200, "ABORT")
    assert leg(service, suspended) == {
        "decision": "Approve",
        "reason": "complete",
        "decided_by": "hanako",
        "decided_name": "Hanako",
    }
    with transaction(server.settings.database_url) as session:
        links = session.exec(select(Audit).where(Audit.subject == str(suspended))).all()
    assert [(link.actor, link.action) for link in links] == [("hanako", "answer.given")]


def test_the_service_answers_as_service(service: SyncPrefectClient, suspended: UUID) -> None:
    result = service.resume_flow_run(suspended, run_input={"decision": "Approve", "decided_by": "hanako"})
    assert result.status.value == "ACCEPT"
    assert leg(service, suspended)["decided_by"] == "service"


def test_events_of_the_service_arrive(server: Server, service: SyncPrefectClient) -> None:
    from prefect.events import emit_event
    from prefect.events.worker import EventsWorker

    emit_event("correquests.test", resource={"prefect.resource.id": "correquests.gateway.test"})
    EventsWorker.drain_all(timeout=20)
    wanted = {"filter": {"event": {"name": ["correquests.test"]}}}
    with server.browser("vera") as vera:
        for _ in range(40):
            if vera.post("/api/events/filter", json=wanted).json()["total"]:
                return
            time.sleep(0.25)
    pytest.fail("the event did not arrive")


async def _first_word(server: Server, path: str, said: object, headers: dict[str, str]) -> dict[str, Any]:
    address = f"ws://127.0.0.1:{server.settings.port}{path}"
    protocols = [websockets.Subprotocol("prefect")]
    async with websockets.connect(address, subprotocols=protocols, additional_headers=headers) as opened:
        await opened.send(json.dumps(said))
        answer: dict[str, Any] = json.loads(await asyncio.wait_for(opened.recv(), 10))
        return answer


SOCKETS = ["/api/events/out", "/api/logs/out"]


@pytest.mark.parametrize("path", [*SOCKETS, "/api/events/in", "/api/task_runs/subscriptions/scheduled"])
def test_sockets_open_for_the_key_and_close_without(server: Server, path: str) -> None:
    right, wrong = ({"type": "auth", "token": token} for token in (f"svc:{KEY}", "svc:wrong"))
    assert asyncio.run(_first_word(server, path, right, {})) == {"type": "auth_success"}
    with pytest.raises(websockets.ConnectionClosed) as closed:
        asyncio.run(_first_word(server, path, wrong, {}))
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


@pytest.mark.parametrize("path", SOCKETS)
def test_sockets_open_for_a_signed_in_browser_on_our_pages(server: Server, path: str) -> None:
    with server.browser("vera") as vera:
        cookie = f"correquests={vera.cookies['correquests']}"
    here = {"Cookie": cookie, "Origin": server.url}
    said = {"type": "auth", "token": ""}
    assert asyncio.run(_first_word(server, path, said, here)) == {"type": "auth_success"}
    for headers in (
        {"Cookie": cookie, "Origin": "http://evil.example"},
        {
            "Cookie": "correquests=x",
        },
    ):
        with pytest.raises((websockets.InvalidStatus, websockets.ConnectionClosed)):
            asyncio.run(_first_word(server, path, said, headers))


def test_prefects_own_subscriber_is_let_in(service: SyncPrefectClient) -> None:
    from prefect.events.clients import PrefectEventSubscriber

    async def enter() -> None:
        async with PrefectEventSubscriber():
            pass

    asyncio.run(enter())


def test_a_worker_channel_opens_for_the_key(server: Server, service: SyncPrefectClient) -> None:
    from prefect.client.schemas.actions import WorkPoolCreate

    service.create_work_pool(WorkPoolCreate(name="pool", type="process"), overwrite=True)
    said = {"type": "auth", "token": f"svc:{KEY}"}
    answer = asyncio.run(_first_word(server, "/api/work_pools/pool/workers/connect", said, {}))
    assert answer == {"type": "auth_success"}


def test_what_the_process_writes_is_for_its_owner_only_and_holds_no_link(server: Server) -> None:
    httpx.get(f"{server.url}/credentials/a-secret-link")
    httpx.post(f"{server.url}/credentials/a-secret-link", data={"code": "a-secret-code"})
    log = server.log.read_text()
    assert "secret" not in log
    assert KEY not in log
    database = server.settings.home / "prefect" / "prefect.db"
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
