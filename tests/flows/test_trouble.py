"""A run that breaks on the real product is told of by mail; its health is there to be asked for."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from deployments.demo_people import delivered, text_of
from tests.flows.test_story import service_key
from tests.product import Product

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

NAME = "a run without its request"
MARIA = "maria.reyes@mt.example"


def test_a_run_that_fails_is_told_of_by_mail(tmp_path: Path) -> None:
    with (
        Product(tmp_path / "home") as product,
        httpx.Client(base_url=f"{product.config.base_url}/api", auth=("svc", service_key(product)), timeout=30) as api,
    ):

        def automations() -> bool:
            return len(api.post("/automations/filter", json={}).json()) == 4

        product.wait_for(automations, 150, "the automations")
        ready = f"{product.config.base_url}/readyz"
        product.wait_for(lambda: httpx.get(ready, timeout=10).status_code == 200, 30, httpx.get(ready).text)

        runs: list[str] = []

        def made() -> bool:
            deployment = api.get("/deployments/name/handle_request/requests").json()["id"]
            about = {"parameters": {"request_id": "of nobody"}, "name": NAME, "idempotency_key": NAME}
            answer = api.post(f"/deployments/{deployment}/create_flow_run", json=about)  # 503 while SQLite is busy
            runs.extend([answer.json()["id"]] if answer.is_success else [])
            return bool(runs)

        product.wait_for(made, 60, "the run")

        def told() -> bool:
            mails = [text_of(m) for m in delivered(product.config, MARIA)]
            return any(f"/v2/runs/flow-run/{runs[0]}" in m and NAME in m for m in mails)

        product.wait_for(told, 120, "the alarm")

        def planned() -> bool:
            found = api.post("/flow_runs/filter", json={"flows": {"name": {"any_": ["daily_digest"]}}})
            return found.is_success and any(run["auto_scheduled"] for run in found.json())

        product.wait_for(planned, 30, "the runs that begin by themselves")
