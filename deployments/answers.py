"""Answers to suspended runs, and starts of flows, on their way to the Prefect server: each with the name of its giver.

Clause III.B.1: the contract manager acts, and nobody else.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db import audit
from db.models import User
from db.session import transaction
from deployments import access
from deployments.catalog import BY_NAME
from deployments.identity import Caller, Service
from deployments.rendering import refusal
from deployments.stamp import MAX_ANSWER_BYTES, AnswerRefused, stamped, started
from tasks.settings import Settings

log = logging.getLogger(__name__)

CLAUSE = "III.B.1"
_ACCEPTED = 201
"""What Prefect says when it takes an answer; when it refuses one it says 200."""
_BUSY = 503
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between tries of an answer while the server's database is busy."""


class Answers:
    """Stamps, forwards and writes down what people say."""

    def __init__(self, settings: Settings, inner: ASGIApp) -> None:
        self._url = settings.database_url
        self._inner = inner

    async def give(self, run: str, caller: User | Service, request: Request, send: Send) -> None:
        """Pass an answer on with the name of whoever gives it, and write down that it was accepted."""
        status = await self._pass(request, send, lambda body: stamped(body, caller.user_name, caller.name))
        if status == _ACCEPTED:
            await run_in_threadpool(self._record, caller.user_name, "answer.given", run)

    async def start(self, deployment: str, caller: User, request: Request, send: Send) -> None:
        """Start a flow that the catalogue offers to people, with the name of whoever starts it."""
        named = await self._name_of(deployment, request)
        if named not in BY_NAME or not BY_NAME[named].by_people:
            await refusal(403, "This is started by the product alone.")(request.scope, request.receive, send)
            return
        status = await self._pass(request, send, lambda body: started(body, caller.user_name))
        if status == _ACCEPTED:
            await run_in_threadpool(self._record, caller.user_name, "flow.started", named)

    async def _name_of(self, deployment: str, request: Request) -> str:
        """The name under which the server knows a deployment; empty when it does not."""
        path = f"/api/deployments/{deployment}"
        scope = {**request.scope, "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
        response = await self._call(scope, b"", request.receive)
        content = b"".join(m.get("body", b"") for m in response)
        found = json.loads(content) if content.startswith(b"{") else {}
        return str(found.get("name", ""))

    async def _pass(self, request: Request, send: Send, sign: Callable[[bytes], bytes]) -> int:
        """Forward the signed body; the status that the caller got."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                await refusal(413, "The answer is too long.")(request.scope, request.receive, send)
                return 413
        try:
            body = sign(body)
        except AnswerRefused as refused:
            await refusal(422, str(refused))(request.scope, request.receive, send)
            return 422
        return await self._forward(request, body, send)

    async def note_refusal(self, caller: Caller, request: Request) -> None:
        """Write down that a signed-in person tried to act and may not (AU-2: unsuccessful use of a permission)."""
        call = request.method, request.scope["path"]
        if isinstance(caller, User) and (run := access.resumed_run(*call)):
            await run_in_threadpool(self._record, caller.user_name, "answer.refused", run)
        if isinstance(caller, User) and (deployment := access.started_deployment(*call)):
            await run_in_threadpool(self._record, caller.user_name, "start.refused", deployment)

    def _record(self, actor: str, action: str, run: str) -> None:
        with transaction(self._url) as session:
            audit.record(session, actor=actor, action=action, subject=run, clause=CLAUSE)

    async def _forward(self, request: Request, body: bytes, send: Send) -> int:
        """Call the server with another body; the status of its response.

        The server says 503 when its SQLite database was busy and nothing was done; a person need not see that.
        """
        headers = MutableHeaders(raw=list(request.scope["headers"]))
        headers["content-type"], headers["content-length"] = "application/json", str(len(body))
        del headers["transfer-encoding"]
        scope = {**request.scope, "headers": headers.raw}
        for pause in (*_PAUSES, None):
            response = await self._call(scope, body, request.receive)
            status = next((m["status"] for m in response if m["type"] == "http.response.start"), 0)
            if status != _BUSY or pause is None:
                break
            await asyncio.sleep(pause)
        for message in response:
            await send(message)
        return int(status)

    async def _call(self, scope: Scope, body: bytes, receive: Receive) -> list[Message]:
        told = False
        response: list[Message] = []

        async def receiving() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def collecting(message: Message) -> None:
            response.append(message)

        try:
            await self._inner(dict(scope), receiving, collecting)  # mounts write their own path into it
        except Exception:
            if not response:
                raise
            log.warning("the server failed on an answer after it had said so")  # it raises again what it has reported
        return response
