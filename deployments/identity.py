"""Who is calling: the service by its key, a person by session cookie or by the header of a trusted reverse proxy."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from db import users
from db.columns import utc_now
from db.models import User
from db.session import transaction
from tasks.settings import Settings, SignInMode

SERVICE = "service"
"""How the runner and the watcher are named where a person would be."""

SERVICE_USER = "svc"


@dataclass(frozen=True)
class Service:
    """The runner, the watcher, the drainer: whoever holds the service key."""

    user_name: str = SERVICE
    name: str = SERVICE


Caller = Service | User | None


def cookie_name(settings: Settings) -> str:
    """The session cookie; browsers accept the `__Host-` prefix only from https, for this very host."""
    return "__Host-correquests" if settings.base_url.startswith("https://") else "correquests"


def is_service_secret(settings: Settings, claimed: str) -> bool:
    """Whether `claimed` is `svc:<service key>`; compared in constant time, and never true for an empty key."""
    key = settings.service_key.get_secret_value()
    return bool(key) and hmac.compare_digest(claimed.encode(), f"{SERVICE_USER}:{key}".encode())


def is_service(settings: Settings, connection: HTTPConnection) -> bool:
    """Whether the call carries the service key as HTTP Basic."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        claimed = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return is_service_secret(settings, claimed)


def _proxied(settings: Settings, connection: HTTPConnection) -> str | None:
    named = connection.headers.getlist(settings.proxy_header)
    peer = connection.client.host if connection.client else ""
    return named[0].strip() if len(named) == 1 and peer in settings.proxy_addresses else None


def person(settings: Settings, connection: HTTPConnection) -> User | None:
    """The signed-in, active user. Reads the registry, so call it in a thread."""
    if settings.sign_in is SignInMode.PROXY:
        name = _proxied(settings, connection)
        if not name:
            return None
        with transaction(settings.database_url) as session:
            return users.active(session, name)
    token = connection.cookies.get(cookie_name(settings))
    if not token:
        return None
    with transaction(settings.database_url) as session:
        return users.of_session(session, token, utc_now())


def same_origin(settings: Settings, connection: HTTPConnection) -> bool:
    """Whether a browser says that our own page made this call. Without any such word the answer is no."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = connection.headers.get("origin")
    if origin is None:
        return site == "same-origin"
    here = (urlsplit(settings.base_url).netloc, connection.headers.get("host"))
    return urlsplit(origin).netloc in here and urlsplit(origin).scheme in {"http", "https"}
