"""The sign-in gateway: Prefect's own server with people in front of it.

Prefect's open-source server knows one shared login and cannot say who approved. So it runs here behind an ASGI
application that says who is calling, what that role may do, and writes the signed-in name into every answer. The server
itself never listens on a socket. See `access` for the table of what is allowed, `stamp` for the name, `sockets` for web
sockets, `sign_in`, `pickup`, `evidence` and `desk` for our own pages.
"""

from __future__ import annotations

import os
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.models import Role, User
from deployments import access, log_masking, prefect_sqlite, readiness, sockets
from deployments.answers import Answers
from deployments.desk import DeskPages
from deployments.evidence import EvidencePages
from deployments.identity import Caller, Service, is_service, person, same_origin
from deployments.pickup import PickupPages
from deployments.rendering import refusal
from deployments.sign_in import HOME, SignInPages
from deployments.stamp import MAX_ANSWER_BYTES
from deployments.suspend_page import SuspendPages
from deployments.ui_settings import INSTEAD
from tasks import wiring
from tasks.adapters.directory import Directory
from tasks.settings import Settings

SHUTDOWN_SECONDS = 5
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_AS_IT_IS = ("/v2/", "/evidence/", readiness.PATH)
_UI_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""Prefect's UI runs its own scripts only, loads nothing from elsewhere and reports nothing to anybody.

Its graph of a run needs `unsafe-eval`: without it a blank box stands at the top of every run.
"""


def _not_allowed(role: Role, resumed: str | None) -> str:
    role_name = role.value.lower()
    if resumed:
        return f"You are signed in as {role_name}. Only an approver can answer this; nothing was sent."
    return f"You are signed in as {role_name} and may not do this. Requests are moved by answering them."


def _target(request: Request) -> str:
    """Path and query as the browser asked for them. The path of `request.url` could be bent by a Host header."""
    query = request.scope["query_string"].decode("latin-1")
    return quote(request.scope["path"], safe="/:@!$&'()*+,;=-._~") + (f"?{query}" if query else "")


def _of_desk(path: str) -> bool:
    return path == HOME or path.startswith(f"{HOME}/")


def _fitting(request: Request, app: ASGIApp) -> ASGIApp:
    stated = request.headers.get("content-length", "0")
    fits = stated.isdecimal() and int(stated) <= MAX_ANSWER_BYTES
    return app if fits else refusal(413, "That is too long.")


def _limited(receive: Receive) -> Receive:
    """A body that strangers send ends where ours never would."""
    left = MAX_ANSWER_BYTES

    async def receiving() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return receiving


def _with_headers(send: Send) -> Send:
    """Security headers on every response that does not bring its own."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("X-Frame-Options", "DENY")
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("Content-Security-Policy", _UI_POLICY)
        await send(message)

    return sending


async def _healthy(request: Request) -> Response:  # noqa: ARG001
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


class Gateway:
    """An ASGI application around another one, the Prefect server."""

    def __init__(self, settings: Settings, inner: ASGIApp, directory: Directory | None) -> None:
        self._settings = settings
        self._inner = inner
        signs, picks = SignInPages(settings).routes, PickupPages(settings, directory).routes
        self._answers = Answers(settings, inner)
        self._public = Starlette(routes=[Route("/healthz", _healthy), *signs, *picks])
        self._evidence = Starlette(routes=EvidencePages(settings).routes)
        self._desk = Starlette(routes=[*SuspendPages(settings).routes, *DeskPages(settings, self._answers).routes])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route a lifespan, a web socket or a call."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await sockets.admit(self._settings, self._inner, scope, receive, send)
        else:
            await self._call(scope, receive, _with_headers(send))

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        request = Request(scope, receive)
        if path in {"/healthz", "/signin", "/signout"} or path.startswith("/credentials/"):
            await _fitting(request, self._public)(scope, _limited(receive), send)
            return
        if path == readiness.PATH and request.method in _SAFE_METHODS and readiness.open_to(self._settings, request):
            await (await readiness.answer(self._settings, self._inner))(scope, receive, send)
            return
        caller = await self._caller(request)
        refused = self._refused(caller, request)
        if refused is not None:
            await self._answers.note_refusal(caller, request)
            await refused(scope, receive, send)
        elif path in INSTEAD and not isinstance(caller, Service):
            await JSONResponse(INSTEAD[path], headers={"Cache-Control": "no-store"})(scope, receive, send)
        elif path == readiness.PATH:
            await (await readiness.answer(self._settings, self._inner))(scope, receive, send)
        elif path.startswith("/evidence/"):
            await self._evidence({**scope, "user": caller}, receive, send)
        elif _of_desk(path):
            await _fitting(request, self._desk)({**scope, "user": caller}, _limited(receive), send)
        elif caller is not None and (run := access.resumed_run(scope["method"], path)):
            await self._answers.give(run, caller, request, send)
        elif isinstance(caller, User) and (deployment := access.started_deployment(scope["method"], path)):
            await self._answers.start(deployment, caller, request, send)
        elif isinstance(caller, User) and (run := access.read_input(path)):
            hidden = await self._answers.hides(run, caller, request)
            app = (
                refusal(403, "This case is restricted. Those in charge read it on its page.") if hidden else self._inner
            )
            await app(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _caller(self, connection: HTTPConnection) -> Caller:
        if is_service(self._settings, connection):
            return Service()
        return await run_in_threadpool(person, self._settings, connection)

    def _refused(self, caller: Caller, request: Request) -> Response | None:
        path, method = request.scope["path"], request.method
        of_api = path.startswith(f"{access.API}/")
        if caller is None:
            return self._unknown(request)
        if isinstance(caller, Service):
            return None if of_api else refusal(403, "The service key opens the API only.")
        if method not in _SAFE_METHODS and not same_origin(self._settings, request):
            return refusal(403, "This did not come from a page of correquests. Reload the page and try again.")
        if of_api:
            allowed = access.may_call(caller.role, method, path)
            return None if allowed else refusal(403, _not_allowed(caller.role, access.resumed_run(method, path)))
        if _of_desk(path):
            return None
        if method not in _SAFE_METHODS:
            return refusal(405, "There is nothing to send here.")
        return self._to_v2(request)

    @staticmethod
    def _unknown(request: Request) -> Response:
        navigating = request.method in _SAFE_METHODS and "text/html" in request.headers.get("accept", "")
        if not navigating or request.scope["path"].startswith(f"{access.API}/"):
            return refusal(401, "Sign in first: reload the page.")
        return RedirectResponse(f"/signin?next={quote(_target(request), safe='')}", status_code=303)

    @staticmethod
    def _to_v2(request: Request) -> Response | None:
        """Prefect's own links open its old UI, which shows secrets in clear; lead people to the present one."""
        path = request.scope["path"]
        if "text/html" not in request.headers.get("accept", "") or path == "/v2" or path.startswith(_AS_IT_IS):
            return None
        if path == "/":
            return RedirectResponse(HOME, status_code=303)
        return RedirectResponse(f"/v2/{_target(request).lstrip('/')}", status_code=307)


def build(settings: Settings, inner: ASGIApp | None = None, directory: Directory | None = None) -> Gateway:
    """The gateway around `inner`, by default the Prefect server of this process (its settings come by environment)."""
    if inner is None:
        from prefect.server.api.server import create_app

        inner = create_app(final=True)
    return Gateway(settings, inner, directory or wiring.directory(settings))


def serve(settings: Settings) -> None:
    """Run until terminated. Files are made for the owner only; no access log, because links carry secrets.

    Addresses that proxies claim are not believed here: `proxy_addresses` are compared with the real peer.
    """
    os.umask(0o077)
    app = build(settings)
    prefect_sqlite.begin()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


if __name__ == "__main__":
    from tasks.settings import settings as configured

    log_masking.begin()
    serve(configured())
