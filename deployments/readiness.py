"""`/readyz`: is the whole product at work? JSON for a monitor, 200 or 503; times and counts, nothing about anybody."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message

from db.columns import utc_now
from db.session import transaction
from tasks.settings import Settings
from tasks.vitals import Vitals, feeds, measure

PATH = "/readyz"
_PREFECT_SECONDS = 5.0
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""Headers that a reverse proxy adds: what carries one did not begin on this machine."""


def open_to(settings: Settings, request: Request) -> bool:
    """Whether this may be answered without a sign-in: from this machine itself, or to anybody by setting."""
    if settings.readyz_open:
        return True
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def answer(settings: Settings, inner: ASGIApp) -> Response:
    """Every check, and 503 when one of them does not hold."""
    prefect, registry = await asyncio.gather(_prefect(inner), run_in_threadpool(_registry, settings))
    checks = {**registry, "prefect": {"ok": prefect}}
    ready = all(check["ok"] for check in checks.values())
    said = {"ready": ready, "at": utc_now().isoformat(timespec="seconds"), "checks": checks}
    return JSONResponse(said, 200 if ready else 503, headers={"Cache-Control": "no-store"})


def _registry(settings: Settings) -> dict[str, dict[str, Any]]:
    try:
        with transaction(settings.database_url) as session:
            found = measure(session, settings, utc_now())
    except SQLAlchemyError:
        return {"registry": {"ok": False}}  # what it says may name the server and the user
    return {"registry": {"ok": True}, **judged(settings, found)}


def judged(settings: Settings, found: Vitals) -> dict[str, dict[str, Any]]:
    """Each sign of life with its age and limit in seconds, and whether it holds.

    Without a usage feed, or before its first export, its age is nobody's fault. Mail that is held waits for a person,
    not for us: it is counted and refuses nothing.
    """
    beat = timedelta(seconds=settings.heartbeat_seconds)
    parts = {part: _within(age, beat, missing=False) for part, age in found.beats.items()}
    due_feed = feeds(settings) and found.feed_age is not None
    fresh = not due_feed or (found.feed_age or 0) <= settings.usage_max_age_days
    return {
        **parts,
        "unsorted_mail": _within(found.unsorted, timedelta(minutes=settings.unsorted_minutes)),
        "outbox": {
            **_within(found.due, timedelta(minutes=settings.outbox_minutes)),
            "due": found.due_count,
            "held": found.held,
        },
        "usage_feed": {"ok": fresh, "age_days": found.feed_age, "limit_days": settings.usage_max_age_days},
    }


def _within(age: timedelta | None, limit: timedelta, *, missing: bool = True) -> dict[str, Any]:
    seconds = None if age is None else int(age.total_seconds())
    return {
        "ok": missing if age is None else age <= limit,
        "age_seconds": seconds,
        "limit_seconds": int(limit.total_seconds()),
    }


async def _prefect(inner: ASGIApp) -> bool:
    """Whether the Prefect server, which lives in this process, answers and reaches its database."""
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(message["status"])

    try:
        await asyncio.wait_for(inner(_scope("/api/ready"), receive, send), _PREFECT_SECONDS)
    except Exception:  # whatever goes wrong in the server: it is not ready
        return False
    return 200 <= status < 300


def _scope(path: str) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 0),
    }  # fmt: skip
