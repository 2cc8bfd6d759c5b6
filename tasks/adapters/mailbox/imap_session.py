"""One connection to an IMAP server: opened when it is needed, shared by threads, replaced once for a read."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from pydantic import SecretStr

from tasks.adapters.mailbox import LoginRefused, MailboxDown
from tasks.adapters.mailbox.logins import Logins
from tasks.adapters.mailbox.tls import context, sentence
from tasks.mail_settings import Tls

T = TypeVar("T")
logging.getLogger("imapclient").setLevel(logging.WARNING)  # at DEBUG it writes mails down

NEEDED = ("MOVE", "UIDPLUS")
_TIMEOUT = SocketTimeout(connect=20.0, read=60.0)
_QUIET = 20.0  # a connection that was idle for longer is asked whether it still lives
_NOT_NOW = "[UNAVAILABLE]"  # RFC 5530: no verdict on the password


class ImapSession:
    """A login at a server. `selected` and `folders` are what the present connection knows."""

    def __init__(self, host: str, port: int, tls: Tls, user: str, password: SecretStr, ca_file: Path | None) -> None:
        self.host, self.port, self.tls, self.ca_file = host, port, tls, ca_file
        self.user, self.password = user, password
        self.selected: tuple[str, int] = ("", 0)
        self.folders: dict[str, str] = {}
        self._logins = Logins()
        self._lock = threading.RLock()
        self._client: IMAPClient | None = None
        self._used = 0.0

    def ask(self, question: Callable[[IMAPClient], T], *, again: bool) -> T:
        """Raises `MailboxDown` with the server's words. `again`: a broken connection is replaced once."""
        with self._lock:
            try:
                answer = question(self._alive())
            except (OSError, IMAPClientError) as error:
                self.drop()
                if not again:
                    raise MailboxDown(self._sentence(error)) from None
            else:
                self._used = time.monotonic()
                return answer
            return self.ask(question, again=False)

    def _alive(self) -> IMAPClient:
        if self._client is not None and time.monotonic() - self._used > _QUIET:
            try:
                self._client.noop()
            except (OSError, IMAPClientError):
                self.drop()
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> IMAPClient:
        self._logins.check()
        checked = context(self.host, self.tls, self.ca_file)
        try:
            client = IMAPClient(
                self.host, self.port, ssl=self.tls is Tls.IMPLICIT, ssl_context=checked, timeout=_TIMEOUT
            )
        except (OSError, IMAPClientError) as error:
            raise MailboxDown(self._sentence(error)) from None
        try:
            if self.tls is Tls.STARTTLS:
                client.starttls(checked)
            self._login(client)
            self._require(client)
        except BaseException as error:
            _close(client)
            if isinstance(error, (OSError, IMAPClientError)):
                raise MailboxDown(self._sentence(error)) from None
            raise
        return client

    def _require(self, client: IMAPClient) -> None:
        if missing := [name for name in NEEDED if not client.has_capability(name)]:
            raise MailboxDown(f"{self.host}:{self.port} lacks {' and '.join(missing)}, which safe moving needs")

    def _login(self, client: IMAPClient) -> None:
        login = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login  # PLAIN carries any letter
        try:
            login(self.user, self.password.get_secret_value())
        except IMAPClientError as error:
            lost = isinstance(error.__context__, IMAPClientAbortError)
            if lost or _NOT_NOW in str(error):
                raise
            said = self._sentence(error)
            raise self._logins.refused(f"the IMAP server refuses the login of {self.user}: {said}") from None
        except UnicodeError:  # its text would show a letter of the password
            raise LoginRefused("the IMAP server takes passwords with the letters of ASCII only") from None
        self._logins.accepted()

    def drop(self) -> None:
        """Close the connection and forget what it knew; the next question opens another."""
        if self._client is not None:
            _close(self._client)
        self._client = None
        self.selected = ("", 0)
        self.folders.clear()

    def _sentence(self, error: Exception) -> str:
        return sentence(self.host, self.port, error, self.password.get_secret_value())


def _close(client: IMAPClient) -> None:
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()
