"""A server whose database is busy is asked again, so that a contract manager's answer is not thrown back."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from deployments.answers import Answers
from deployments.identity import Service
from tasks.settings import Settings


def give(statuses: list[int], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[bytes]]:
    """What the caller sees, and the bodies that the server saw, when it answers with `statuses` one after another."""
    seen: list[bytes] = []
    left = list(statuses)

    async def resume(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((await receive())["body"])
        status = left.pop(0)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
        if status >= 500:
            raise RuntimeError("database is locked")  # Prefect's server answers, then raises for its log

    server = Starlette(routes=[Mount("/api/flow_runs", app=resume)])  # as Prefect's is
    sent: list[Message] = []
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": json.dumps({"run_input": {}}).encode(), "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    monkeypatch.setattr("deployments.answers._PAUSES", (0.0, 0.0))
    scope = {"type": "http", "method": "POST", "path": "/api/flow_runs/x/resume", "headers": [], "query_string": b""}
    answers = Answers(Settings(service_key=SecretStr("k")), server)
    asyncio.run(answers.give("x", Service(), Request(scope, receive), send))
    return next(m["status"] for m in sent if m["type"] == "http.response.start"), seen


@pytest.mark.parametrize(
    ("statuses", "status", "tries"),
    [([200], 200, 1), ([503, 200], 200, 2), ([503, 503, 200], 200, 3), ([503, 503, 503], 503, 3), ([500], 500, 1)],
)
def test_only_busy_is_tried_again(
    statuses: list[int], status: int, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, seen = give(statuses, monkeypatch)
    assert (got, len(seen)) == (status, tries)
    assert {json.loads(body)["run_input"]["decided_by"] for body in seen} == {"service"}
