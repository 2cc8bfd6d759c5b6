"""One mailbox on one Exchange server: opened when asked, asked again when busy, left alone after a refused login."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from exchangelib import BASIC, DELEGATE, IMPERSONATION, NTLM, OAUTH2, UTC, Account, Configuration, Credentials, FailFast
from exchangelib import errors as ews_errors
from exchangelib.protocol import BaseProtocol, Protocol
from pydantic import SecretStr

from tasks.adapters.mailbox import LoginRefused, MailboxDown
from tasks.adapters.mailbox.ews_auth import EntraCredentials, hush, trusting
from tasks.adapters.mailbox.ews_verdict import GONE, TRANSIENT, UNREADABLE, missing_right, sentence, unwrapped
from tasks.adapters.mailbox.logins import Logins
from tasks.mail_settings import EwsAccess, EwsAuth

T = TypeVar("T")

_PAUSES = (1.0, 5.0)
_LONGEST_PAUSE = 60.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Exchange:
    """One mailbox on one server: opened when it is first asked, closed for a while after a refused login."""

    def __init__(
        self,
        *,
        address: str,
        endpoint: str,
        auth: EwsAuth,
        user: str,
        password: SecretStr,
        access: EwsAccess,
        ca_file: Path | None,
        scope: str,
        tenant: str,
        client_id: str,
        certificate: Path | None,
        authority: str,
    ) -> None:
        self._address, self._endpoint, self._auth, self._access = address, endpoint, auth, access
        self._user, self._password, self._ca_file = user, password, ca_file
        self._scope, self._tenant, self._client_id = scope, tenant, client_id
        self._certificate, self._authority = certificate, authority
        self._logins = Logins()
        self._lock = threading.Lock()
        self._opened: Account | None = None
        self._entra: EntraCredentials | None = None

    def account(self) -> Account:
        """The mailbox, not asked for anything yet. Raises `LoginRefused` while the pause after a refusal lasts."""
        with self._lock:
            self._logins.check()
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def ask(self, question: Callable[[Account], T]) -> T:
        """Ask, and again after a pause when the server was busy or the line broke: only for what may be repeated.

        Raises `MailboxDown`, or what lies with one item: `GONE`, `UNREADABLE`.
        """
        for pause in (*_PAUSES, None):
            try:
                answer = question(self.account())
            except (ews_errors.EWSError, *TRANSIENT) as caught:
                time.sleep(self._pause(unwrapped(caught), pause))
            else:
                self._logins.accepted()
                return answer
        raise AssertionError  # the last round has no pause and returns or raises

    def _pause(self, error: Exception, pause: float | None) -> float:
        """Seconds until it makes sense to ask again. Raises what the error means when it makes none."""
        if isinstance(error, (*GONE, *UNREADABLE)):
            self._logins.accepted()
            raise error
        if isinstance(error, ews_errors.UnauthorizedError):
            raise self.refused() from None
        if isinstance(error, TRANSIENT):
            wanted = max(getattr(error, "back_off", None) or 0.0, pause or 0.0)
            if pause is None or wanted > _LONGEST_PAUSE:
                raise MailboxDown(f"{sentence(error)}; what waits there will be fetched later.") from None
            return wanted
        if right := missing_right(error, self._address):
            raise LoginRefused(right) from None
        raise MailboxDown(f"{sentence(error)}; look whether {self._endpoint} is the right address.") from None

    def refused(self) -> LoginRefused:
        """Remember that the login was refused, and open anew next time: with another token."""
        with self._lock:
            self._opened = None
        if self._auth is EwsAuth.OAUTH:
            what = "the application: check its role EWS.AccessAsApp, EWSEnabled and EwsAllowedAppIDs"
        else:
            what = f"{self._user}: check CORREQUESTS_EWS_USER, CORREQUESTS_EWS_PASSWORD and CORREQUESTS_EWS_AUTH"
        return self._logins.refused(f"Exchange refuses the login of {what}.")

    def _open(self) -> Account:
        """Nothing is searched for by autodiscover, and nothing is tried twice.

        exchangelib keeps one protocol per endpoint and credentials and would silently go on with the retry policy of
        whoever was first; a policy that repeats a send would double mails, so it is set here again.
        """
        parts = urlsplit(self._endpoint)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise LoginRefused(
                "CORREQUESTS_EWS_ENDPOINT must begin with https://, or the password can be read by others."
            )
        hush()
        BaseProtocol.HTTP_ADAPTER_CLS = trusting(self._ca_file)
        config = Configuration(
            service_endpoint=self._endpoint,
            credentials=self._credentials(),
            auth_type={EwsAuth.NTLM: NTLM, EwsAuth.BASIC: BASIC, EwsAuth.OAUTH: OAUTH2}[self._auth],
            retry_policy=FailFast(),
            max_connections=1,
        )
        protocol = Protocol(config=config)
        protocol.config.retry_policy = config.retry_policy
        protocol.max_connections = 1
        return Account(
            primary_smtp_address=self._address,
            config=config,
            autodiscover=False,
            access_type=IMPERSONATION if self._access is EwsAccess.IMPERSONATION else DELEGATE,
            locale="en_US",
            default_timezone=UTC,
        )

    def _credentials(self) -> Any:
        if self._auth is not EwsAuth.OAUTH:
            return Credentials(self._user, self._password.get_secret_value())
        if self._entra is not None:
            self._entra.renew(rejected=True)
        else:
            from tasks.adapters.mailbox.entra import EntraApp

            assert self._certificate is not None
            app = EntraApp(
                tenant=self._tenant,
                client_id=self._client_id,
                certificate=self._certificate,
                authority=self._authority,
                ca_file=self._ca_file,
            )
            self._entra = EntraCredentials(app, self._scope, self._address)
        return self._entra
