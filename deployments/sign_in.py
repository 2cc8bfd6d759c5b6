"""The door: sign in, sign out, and where to go afterwards."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from db import users
from db.columns import utc_now
from db.session import transaction
from deployments.identity import cookie_name, person, same_origin
from deployments.rendering import html, page
from tasks.settings import Settings, SignInMode

HOME = "/desk"
"""What waits for a decision."""

_VERIFYING = threading.BoundedSemaphore(2)
"""Each verification takes 64 MB; strangers must not be able to ask for many at once."""


class _Form(NamedTuple):
    user_name: str
    password: SecretStr
    destination: str


def safe_destination(wanted: str) -> str:
    """`wanted` when it is a path on this host, else the list of waiting requests. No open redirects."""
    plain = wanted.isprintable() and "\\" not in wanted and wanted.startswith("/") and not wanted.startswith("//")
    parts = urlsplit(wanted) if plain else None
    return wanted if parts and not parts.scheme and not parts.netloc and parts.path not in ("/", "/signin") else HOME


def sign_in(settings: Settings, user_name: str, password: SecretStr, now: datetime) -> SecretStr | None:
    """The token of a new session, or None. Count, verify, then open: see `db.users`."""
    with transaction(settings.database_url) as session:
        attempt = users.begin_attempt(session, user_name, now, settings.sign_in_attempts, settings.sign_in_lock_minutes)
    with _VERIFYING:
        right = users.verifies(attempt.password_hash, password) and attempt.open
    with transaction(settings.database_url) as session:
        token = users.accept(session, attempt, now, settings.sign_in_hours) if right else None
        if token is None:
            users.refuse(session, attempt)
    return token


def _sign_out(settings: Settings, token: str) -> None:
    with transaction(settings.database_url) as session:
        users.end(session, token)


class SignInPages:
    """GET and POST /signin, POST /signout."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.routes = [
            Route("/signin", self.show, methods=["GET"]),
            Route("/signin", self.submit, methods=["POST"]),
            Route("/signout", self.leave, methods=["POST"]),
        ]

    def _page(self, destination: str, user_name: str = "", problem: str = "", status: int = 200) -> Response:
        text = html(
            "signin",
            destination=destination,
            user_name=user_name,
            problem=problem,
            proxied=self._settings.sign_in is SignInMode.PROXY,
        )
        return page(text, status)

    async def show(self, request: Request) -> Response:
        """The form, or who is signed in and how to sign out."""
        destination = safe_destination(request.query_params.get("next", ""))
        user = await run_in_threadpool(person, self._settings, request)
        if user is None:
            return self._page(destination)
        proxied = self._settings.sign_in is SignInMode.PROXY
        return page(html("signed_in", name=user.name, role=user.role.value.lower(), home=HOME, proxied=proxied))

    async def submit(self, request: Request) -> Response:
        """Check name and password; the answer to every failure is the same."""
        if not same_origin(self._settings, request) or self._settings.sign_in is SignInMode.PROXY:
            return self._page(HOME, problem="Please sign in from this page.", status=403)
        async with request.form(max_files=0, max_fields=5, max_part_size=4096) as sent:
            form = _Form(
                str(sent.get("user_name", "")).strip()[:200],
                SecretStr(str(sent.get("password", ""))[:1000]),
                safe_destination(str(sent.get("next", ""))),
            )
        token = await run_in_threadpool(sign_in, self._settings, form.user_name, form.password, utc_now())
        if token is None:
            minutes, tries = self._settings.sign_in_lock_minutes, self._settings.sign_in_attempts
            problem = (
                "That name and password do not belong together, or the user is locked for now. "
                f"After {tries} wrong tries in a row a user is locked for {minutes} minutes."
            )
            return self._page(form.destination, form.user_name, problem, 401)
        await self._end_session(request)
        response = RedirectResponse(form.destination, status_code=303, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            cookie_name(self._settings),
            token.get_secret_value(),
            max_age=self._settings.sign_in_hours * 3600,
            secure=self._settings.base_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
        return response

    async def leave(self, request: Request) -> Response:
        """End the session here and in the registry."""
        if not same_origin(self._settings, request):
            return self._page(HOME, problem="Please sign out from this page.", status=403)
        await self._end_session(request)
        response = RedirectResponse("/signin", status_code=303, headers={"Cache-Control": "no-store"})
        secure = self._settings.base_url.startswith("https://")
        response.delete_cookie(cookie_name(self._settings), secure=secure, httponly=True, samesite="lax")
        return response

    async def _end_session(self, request: Request) -> None:
        if old := request.cookies.get(cookie_name(self._settings)):
            await run_in_threadpool(_sign_out, self._settings, old)
