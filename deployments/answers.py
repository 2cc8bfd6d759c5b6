"""Answers to suspended runs, and starts of flows, on their way to the Prefect server: each with the name of its giver.

Clause III.B.1: the contract manager acts, and nobody else.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db import audit
from db.models import Request as Case
from db.models import User
from db.session import transaction
from deployments import access
from deployments.catalog import BY_NAME
from deployments.desk_case import may_see
from deployments.identity import Caller, Service
from deployments.rendering import refusal
from deployments.sealing import sealed
from deployments.stamp import MAX_ANSWER_BYTES, AnswerRefused, stamped, started
from tasks.settings import Settings

log = logging.getLogger(__name__)

CLAUSE = "III.B.1"
_ACCEPTED = 201
"""What Prefect says when it takes an answer; when it refuses one it says 200."""
_BUSY = 503
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
"""Seconds between tries of an answer while the server's database is busy: eleven in all, then the page says so."""

_OF_OUR_ROUTER = frozenset({"app", "router", "route", "endpoint", "path_params", "user"})
"""What the routing of our own pages leaves in a scope, and the server must not see."""


@dataclass(frozen=True)
class Resumed:
    """What the server says to an answer: taken, or not and why; or `later`: the same answer may be given again."""

    accepted: bool
    later: bool = False
    reason: str = ""


def _status(response: list[Message]) -> int:
    return next((int(m["status"]) for m in response if m["type"] == "http.response.start"), 0)


class Answers:
    """Stamps, forwards and writes down what people say."""

    def __init__(self, settings: Settings, inner: ASGIApp) -> None:
        self._settings = settings
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
        keep = partial(sealed, self._settings) if BY_NAME[named].sealed else bytes
        status = await self._pass(request, send, lambda body: keep(started(body, caller.user_name)))
        if status == _ACCEPTED:
            await run_in_threadpool(self._record, caller.user_name, "flow.started", named)

    async def resume(self, run: str, caller: User, answer: dict[str, Any], request: Request) -> Resumed:
        """Give an answer from a page of ours by the same road, with the same stamp, as the run's own form does.

        Raises `AnswerRefused` as `stamped` does.
        """
        body = stamped(json.dumps({"run_input": answer}).encode(), caller.user_name, caller.name)
        status, said = await self._ask(request, "POST", f"{access.API}/flow_runs/{run}/resume", body)
        if status == _ACCEPTED:
            await run_in_threadpool(self._record, caller.user_name, "answer.given", run)
        details = said.get("details")
        reason = details.get("reason") if isinstance(details, dict) else None
        later = status == _BUSY or said.get("status") == "ABORT"
        return Resumed(status == _ACCEPTED, later, str(reason or ""))

    async def hides(self, run: str, caller: User, request: Request) -> bool:
        """Whether a run is of a restricted case that this person is not in charge of, whatever run of it it is."""
        _, said = await self._ask(request, "GET", f"{access.API}/flow_runs/{run}")
        given = said.get("parameters")
        request_id = given.get("request_id") if isinstance(given, dict) else None
        return bool(request_id) and await run_in_threadpool(self._hidden, str(request_id), caller)

    def _hidden(self, request_id: str, caller: User) -> bool:
        with transaction(self._url) as session:
            case = session.get(Case, request_id)
            return case is not None and not may_see(session, caller, case)

    async def asked_by(self, run: str, request: Request) -> str:
        """The key of the question that a suspended run waits on, such as `approval-4`; empty when it waits on none."""
        _, said = await self._ask(request, "GET", f"{access.API}/flow_runs/{run}")
        state = said.get("state")
        if not isinstance(state, dict) or state.get("type") != "PAUSED":
            return ""
        return str((state.get("state_details") or {}).get("pause_key") or "")

    async def _name_of(self, deployment: str, request: Request) -> str:
        """The name under which the server knows a deployment; empty when it does not."""
        _, said = await self._ask(request, "GET", f"{access.API}/deployments/{deployment}")
        return str(said.get("name", ""))

    async def _ask(self, request: Request, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        """A call of our own to the server: its status and its JSON object, empty when it sent none."""
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        headers.append((b"content-length", str(len(body)).encode()))
        ours = {"method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}
        scope = {k: v for k, v in request.scope.items() if k not in _OF_OUR_ROUTER} | ours
        response = await self._patiently(scope, body, request.receive)
        content = b"".join(m.get("body", b"") for m in response)
        said = json.loads(content) if content.startswith(b"{") else {}
        return _status(response), said

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
        response = await self._patiently(scope, body, request.receive)
        for message in response:
            await send(message)
        return _status(response)

    async def _patiently(self, scope: Scope, body: bytes, receive: Receive) -> list[Message]:
        response: list[Message] = []
        for pause in (*_PAUSES, None):
            response = await self._call(scope, body, receive)
            if _status(response) != _BUSY or pause is None:
                break
            await asyncio.sleep(pause)
        return response

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
