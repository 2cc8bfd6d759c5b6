"""The conversation with Microsoft Graph about one mailbox: who may be asked again, when, and who may not.

A request that certainly was not carried out (401, 429, no connection) is told apart from one whose outcome is unknown
(5xx, timeout, dropped connection). Only reads are repeated on an unknown outcome.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

import httpx

from tasks.adapters.mailbox import MailboxDown
from tasks.adapters.mailbox import graph_answers as answers
from tasks.adapters.mailbox.entra import EntraApp
from tasks.adapters.mailbox.graph_answers import Gone, Json, Refused, Unanswered
from tasks.adapters.mailbox.logins import Logins
from tasks.adapters.mailbox.tls import context
from tasks.mail_settings import Tls

# httpx names every address at INFO, also those of upload sessions, which carry a token. A filter, because a logging
# configuration that is loaded later would undo a level.
logging.getLogger("httpx").addFilter(lambda record: record.levelno >= logging.WARNING)

_CONCURRENT = 4  # Exchange's limit per application and mailbox
_TIMEOUT = httpx.Timeout(60.0, pool=600.0)
_TIMEOUT_ONCE = httpx.Timeout(40.0, connect=10.0, pool=10.0)
_TRIES = 4
_LONGEST_WAIT = 60.0
_CHUNK = 64 * 1024


class GraphClient:
    """One mailbox at one Graph. Threads share it; `pause` is the first wait before a read is repeated, in seconds."""

    def __init__(
        self, app: EntraApp, *, address: str, root: str, scope: str, ca_file: Path | None, pause: float = 1.0
    ) -> None:
        self._app = app
        self._scope = scope
        self._root = f"{root.rstrip('/')}/users/{quote(address)}/"
        self._pause = pause
        self._logins = Logins()
        self._quiet_until = 0.0
        self._ca_file = ca_file

    @cached_property
    def _http(self) -> httpx.Client:
        limits = httpx.Limits(max_connections=_CONCURRENT, max_keepalive_connections=_CONCURRENT)
        return httpx.Client(verify=context(self._root, Tls.IMPLICIT, self._ca_file), timeout=_TIMEOUT, limits=limits)

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """GET, repeated while Graph is busy or silent. `path` may be a next link. Raises `Gone`, `MailboxDown`."""
        with _down_when_refused():
            found = answers.body(self._again("GET", path, (Refused, Unanswered), params=params))
        if not found:
            raise MailboxDown("the answer is not Microsoft Graph's: does a proxy stand between?")
        return found

    def download(self, path: str, out: Path) -> int:
        """GET straight into the file, memory stays flat. The size in bytes. Raises `Gone`, `MailboxDown`."""
        with _down_when_refused(), out.open("wb") as file:
            self._again("GET", path, (Refused, Unanswered), out=file)
            return file.tell()

    def write(self, method: str, path: str, **request: Any) -> Json:
        """A change, repeated only when Graph was too busy to begin. Raises `Refused`, `Unanswered`, `MailboxDown`."""
        return answers.body(self._again(method, path, (Refused,), **request))

    def once(self, method: str, path: str, **request: Any) -> None:
        """A change that is asked for once and not waited for long. Raises `Refused`, `Unanswered`, `MailboxDown`."""
        if time.monotonic() < self._quiet_until:
            raise MailboxDown("Microsoft Graph asks to be left alone for a while (throttled)")
        self._ask(method, path, timeout=_TIMEOUT_ONCE, **request)

    def upload(self, url: str, piece: bytes, start: int, total: int) -> None:
        """PUT one range to an upload session, whose address carries its own token: ours is not sent there."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{total}",
        }
        with _transport():
            response = self._http.put(url, content=piece, headers=headers)
        self._judge(response)

    def _again(self, method: str, path: str, errors: tuple[type[Exception], ...], **request: Any) -> httpx.Response:
        for attempt in range(_TRIES):
            try:
                return self._ask(method, path, **request)
            except errors as error:
                final = isinstance(error, Refused) and error.status != httpx.codes.TOO_MANY_REQUESTS
                if final or attempt == _TRIES - 1:
                    raise
                time.sleep(self._pause * 2**attempt if isinstance(error, Unanswered) else 0)
        raise AssertionError

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Json | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        out: BinaryIO | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> httpx.Response:
        self._keep_quiet()
        self._logins.check()
        token = self._app.token(self._scope)
        for attempt in (1, 2):
            response = self._exchange(
                self._http.build_request(
                    method,
                    self._url(path),
                    params=params,
                    json=json,
                    content=content,
                    timeout=timeout,
                    headers={
                        **(headers or {}),
                        "Authorization": f"Bearer {token}",
                        "Prefer": 'IdType="ImmutableId"',
                        "Accept-Encoding": "identity",
                    },
                ),
                out,
            )
            if response.status_code != httpx.codes.UNAUTHORIZED:
                break
            if attempt == 2:
                raise self._logins.refused(
                    "Microsoft Graph does not accept the token, also not a new one: check that graph_root, graph_scope "
                    "and entra_authority belong to the same cloud."
                )
            token = self._app.token(self._scope, rejected=token)
        self._judge(response)
        self._logins.accepted()
        return response

    def _exchange(self, request: httpx.Request, out: BinaryIO | None) -> httpx.Response:
        with _transport():
            response = self._http.send(request, stream=True)
            try:
                if out is None or response.status_code != httpx.codes.OK:
                    response.read()
                else:
                    out.seek(0)
                    out.truncate()
                    for piece in response.iter_raw(_CHUNK):
                        out.write(piece)
            finally:
                response.close()
        return response

    def _judge(self, response: httpx.Response) -> None:
        quiet = answers.retry_after(response, self._pause)
        if quiet is not None:
            self._quiet_until = time.monotonic() + quiet
        answers.judge(response)

    def _keep_quiet(self) -> None:
        """Wait as long as Graph has asked for; a long wait is not slept through."""
        left = self._quiet_until - time.monotonic()
        if left > _LONGEST_WAIT:
            raise MailboxDown(f"Microsoft Graph asks to be left alone for {left:.0f} s (throttled)")
        if left > 0:
            time.sleep(left)

    def _url(self, path: str) -> str:
        if "://" not in path:
            return self._root + path
        if urlsplit(path)[:2] != urlsplit(self._root)[:2]:
            raise MailboxDown("Microsoft Graph gave a link to another host, which is not followed with our token")
        return path


@contextmanager
def _transport() -> Iterator[None]:
    """No connection: certainly nothing was done. A connection that broke: unknown."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        raise MailboxDown(f"Microsoft Graph cannot be reached: {error}") from error
    except httpx.TransportError as error:
        raise Unanswered(f"no answer from Microsoft Graph ({type(error).__name__})") from error


@contextmanager
def _down_when_refused() -> Iterator[None]:
    try:
        yield
    except Gone:
        raise
    except (Refused, Unanswered) as error:
        raise MailboxDown(f"the mailbox cannot be read: {error}") from error
