"""Sign-in of an application at Microsoft Entra by certificate (RFC 6749 4.4, RFC 7523); nobody else knows msal.

Nothing is written down: the token lives in msal's memory, and no error carries the token, the key or the assertion.
"""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
import msal  # type: ignore[import-untyped]

from tasks.adapters.mailbox import LoginRefused, MailboxDown
from tasks.adapters.mailbox.logins import Logins
from tasks.adapters.mailbox.tls import context
from tasks.mail_settings import Tls

_TIMEOUT = 30.0
_PASSING = {"temporarily_unavailable", "server_error"}
_HINTS = {
    "AADSTS700016": "The tenant does not know this application: check entra_client_id and entra_tenant.",
    "AADSTS700024": "The clock of this machine is wrong: the sign-in is valid for minutes only.",
    "AADSTS700027": "The certificate is not registered with the application, or the key does not belong to it.",
    "AADSTS1002012": "The scope is not one of this cloud: check graph_scope or ews_scope.",
    "AADSTS1000502": "The certificate has expired: register a new one and put it into entra_certificate.",
    "AADSTS90002": "The tenant does not exist in this cloud: check entra_tenant and entra_authority.",
    "AADSTS7000222": "The registration of the certificate has expired: register a new one.",
}


class _Http(httpx.Client):
    """The client that msal speaks through. msal gives the assertion as bytes, which httpx would write as `b'...'`."""

    def post(self, url: Any, *, data: Any = None, **request: Any) -> httpx.Response:
        if isinstance(data, dict):
            data = {k: v.decode() if isinstance(v, bytes) else v for k, v in data.items()}
        return super().post(url, data=data, **request)


class EntraApp:
    """One registered application. Threads share it; the certificate file is read again when it has been replaced."""

    def __init__(
        self, *, tenant: str, client_id: str, certificate: Path, authority: str, ca_file: Path | None = None
    ) -> None:
        self._client_id = client_id
        self._certificate = certificate
        self._authority = f"{authority.rstrip('/')}/{tenant}"
        self._ca_file = ca_file
        self._lock = Lock()
        self._logins = Logins()
        self._app: Any = None
        self._read_from: tuple[int, int] | None = None

    def token(self, scope: str, *, rejected: str = "") -> str:
        """A bearer token for `scope`, kept until shortly before it expires. `rejected`: one the service has refused,
        which is not handed out again.

        Raises `LoginRefused` when Entra says no (and does not ask again for a while), `MailboxDown` when it is silent.
        """
        with self._lock:
            self._open()
            self._logins.check()
            answer = self._acquire(scope)
            if rejected and answer.get("access_token") == rejected:  # nobody has renewed it meanwhile
                self._app.remove_tokens_for_client()
                answer = self._acquire(scope)
            if "access_token" not in answer:
                raise self._refusal(answer)
            self._logins.accepted()
            return str(answer["access_token"])

    def _open(self) -> None:
        try:
            status = self._certificate.stat()
            if self._app is not None and self._read_from == (status.st_mtime_ns, status.st_size):
                return
            pem = self._certificate.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise LoginRefused(f"The file of entra_certificate cannot be read: {type(error).__name__}.") from error
        self._logins = Logins()
        self._app = self._application(pem)
        self._read_from = (status.st_mtime_ns, status.st_size)

    def _application(self, pem: str) -> Any:
        key = re.search(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.+?-----END [A-Z ]+-----", pem, re.DOTALL)
        certificate = re.search(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", pem, re.DOTALL)
        if key is None or certificate is None:
            raise LoginRefused(
                "The file of entra_certificate must hold a private key and its certificate, both as PEM."
            )
        trusted = context(self._authority, Tls.IMPLICIT, self._ca_file)
        try:
            return msal.ConfidentialClientApplication(
                self._client_id,
                authority=self._authority,
                client_credential={"private_key": key[0], "public_certificate": certificate[0]},
                instance_discovery=False,  # the authority is a setting, also in clouds that msal has not heard of
                http_client=_Http(verify=trusted, timeout=_TIMEOUT),
            )
        except (httpx.HTTPError, OSError) as error:
            raise MailboxDown(f"Microsoft Entra cannot be reached at {self._authority}: {error}") from error
        except ValueError as error:  # msal: no OpenID document there, or a key that cannot be read
            raise self._logins.refused(
                f"{self._authority} is no sign-in service for this tenant, or the private key is broken: check "
                "entra_authority, entra_tenant and entra_certificate."
            ) from error

    def _acquire(self, scope: str) -> dict[str, Any]:
        try:
            return dict(self._app.acquire_token_for_client(scopes=[scope]))
        except (httpx.HTTPError, ValueError) as error:  # ValueError: an answer that is no JSON, such as a proxy's page
            raise MailboxDown(
                f"Microsoft Entra gives no answer at {self._authority}: {type(error).__name__}"
            ) from error

    def _refusal(self, answer: dict[str, Any]) -> MailboxDown:
        error = str(answer.get("error", "no token"))
        if error in _PASSING:
            return MailboxDown(f"Microsoft Entra is busy: {error}")
        found = re.search(r"AADSTS\d+", str(answer.get("error_description", "")))
        code = found[0] if found else ""
        hint = _HINTS.get(code, "Look the code up in the sign-in logs of the tenant.")
        return self._logins.refused(f"Microsoft Entra refuses the sign-in ({' '.join((error, code)).strip()}). {hint}")
