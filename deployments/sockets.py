"""Web sockets of the Prefect server: who may open which, and a door for clients that name themselves only afterwards.

Prefect 3.8 clients send the service key on some sockets as a header (`events/in`), on others only in a first message
`{"type": "auth", "token": …}` (`events/out`, `logs/out`, the worker channel). The server behind has no key of its own
and would accept any token, so the first message is checked here.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments import access
from deployments.identity import is_service, is_service_secret, person, same_origin
from tasks.settings import Settings

POLICY_VIOLATION = 1008
RECHECK_SECONDS = 30.0
"""How often an open socket of a person is asked whether its session still lives."""

HANDSHAKE_SECONDS = 15.0
"""How long a client that has not named itself may stay silent."""


def _close(reason: str) -> Message:
    return {"type": "websocket.close", "code": POLICY_VIOLATION, "reason": reason}


def _speaks_prefect(connection: HTTPConnection) -> bool:
    offered = ",".join(connection.headers.getlist("sec-websocket-protocol")).split(",")
    return any(protocol.strip() == "prefect" for protocol in offered)


def _holds_key(settings: Settings, message: Message) -> bool:
    raw = message.get("text") or message.get("bytes") or ""
    try:
        said = json.loads(raw)
    except ValueError:
        return False
    if not isinstance(said, dict) or said.get("type") != "auth":
        return False
    token = said.get("token")
    return isinstance(token, str) and is_service_secret(settings, token)


async def admit(settings: Settings, inner: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let a web socket through to the server, or close it with 1008."""
    connection = HTTPConnection(scope)
    if is_service(settings, connection):
        await inner(scope, receive, send)
    elif await run_in_threadpool(person, settings, connection):
        if scope["path"] in access.SOCKETS and same_origin(settings, connection):
            await _for_person(settings, inner, scope, receive, send)
        else:
            await send(_close("Only the service may open this."))
    elif scope["path"].startswith(f"{access.API}/") and _speaks_prefect(connection):
        await _after_handshake(settings, inner, scope, receive, send)
    else:
        await send(_close("Sign in first."))


async def _for_person(settings: Settings, inner: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    checked, ended = time.monotonic(), False

    async def watched(message: Message) -> None:
        nonlocal checked, ended
        if ended:
            return
        if time.monotonic() - checked > RECHECK_SECONDS:
            checked = time.monotonic()
            if await run_in_threadpool(person, settings, HTTPConnection(scope)) is None:
                ended = True
                message = _close("Signed out.")
        await send(message)

    await inner(scope, receive, watched)


async def _after_handshake(settings: Settings, inner: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    state: dict[str, Any] = {"known": False, "refused": False}

    async def checked() -> Message:
        if state["known"]:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), HANDSHAKE_SECONDS)
        except TimeoutError:
            message = {"type": "websocket.receive", "text": ""}
        if message["type"] != "websocket.receive":
            return message
        if _holds_key(settings, message):
            state["known"] = True
            return message
        state["refused"] = True
        await send(_close("The key is wrong."))
        return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

    async def quiet(message: Message) -> None:
        telling = message["type"] == "websocket.send" and not state["known"]
        if not telling and not state["refused"]:
            await send(message)

    await inner(scope, checked, quiet)
