"""A run that fails or crashes on the real product is told of by mail; its health is there to be asked for."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from deployments.demo_people import delivered, text_of
from tests.flows.test_story import service_key
from tests.product import Product

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

NAME, CRASHED = "a run without its request", "a run whose process died"
FAR = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2100-01-01T00:00:00Z"}}
MARIA = "maria.reyes@mt.example"


def test_a_run_that_fails_or_crashes_is_told_of_by_mail(tmp_path: Path) -> None:
    with (
        Product(tmp_path / "home") as product,
        httpx.Client(base_url=f"{product.config.base_url}/api", auth=("svc", service_key(product)), timeout=30) as api,
    ):

        def automations() -> bool:
            return len(api.post("/automations/filter", json={}).json()) == 4

        product.wait_for(automations, 150, "the automations")
        ready = f"{product.config.base_url}/readyz"
        product.wait_for(lambda: httpx.get(ready, timeout=10).status_code == 200, 30, httpx.get(ready).text)

        runs: dict[str, str] = {}

        def made(name: str, **more: object) -> bool:
            deployment = api.get("/deployments/name/handle_request/requests").json()["id"]
            about = {"parameters": {"request_id": "of nobody"}, "name": name, "idempotency_key": name, **more}
            answer = api.post(f"/deployments/{deployment}/create_flow_run", json=about)  # 503 while SQLite is busy
            runs.update({name: answer.json()["id"]} if answer.is_success else {})
            return name in runs

        def crash() -> bool:
            state = {"type": "CRASHED", "name": "Crashed", "message": "exit code -9"}
            said = api.post(f"/flow_runs/{runs[CRASHED]}/set_state", json={"state": state, "force": True})
            return said.is_success

        product.wait_for(lambda: made(NAME), 60, "the run that fails")
        product.wait_for(lambda: made(CRASHED, state=FAR), 60, "the run that crashes")
        product.wait_for(crash, 60, "the crash")

        def told(name: str) -> bool:
            mails = [text_of(m) for m in delivered(product.config, MARIA)]
            return any(f"/v2/runs/flow-run/{runs[name]}" in m and name in m for m in mails)

        product.wait_for(lambda: told(NAME), 120, "the alarm of the failed run")
        product.wait_for(lambda: told(CRASHED), 120, "the alarm of the crashed run")

        def planned() -> bool:
            found = api.post("/flow_runs/filter", json={"flows": {"name": {"any_": ["daily_digest"]}}})
            return found.is_success and any(run["auto_scheduled"] for run in found.json())

        product.wait_for(planned, 30, "the runs that begin by themselves")
