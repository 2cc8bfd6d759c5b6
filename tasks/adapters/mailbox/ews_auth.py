"""What exchangelib must be taught: to keep quiet, to trust our certificates, to sign in by certificate at Entra."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from exchangelib import Identity, OAuth2AuthorizationCodeCredentials
from oauthlib.oauth2 import OAuth2Token
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from tasks.adapters.mailbox.entra import EntraApp

_TOKEN_SECONDS = 300  # msal keeps and renews the token itself, and is asked again after this time


def retirement_warning(endpoint: str) -> str:
    """What an operator must know when the endpoint is Exchange Online; empty for Exchange Server on premises."""
    if not (urlsplit(endpoint).hostname or "").lower().startswith("outlook.office365."):
        return ""
    return (
        "Microsoft switches Exchange Web Services off in Exchange Online, tenant by tenant since 2026-10-01 and for"
        " good on 2027-04-01. Until then it answers only with EWSEnabled on and this application in EwsAllowedAppIDs."
        " Set CORREQUESTS_MAILBOX=graph. Exchange Server on premises is not concerned."
    )


def hush() -> None:
    """Keep exchangelib from logging whole requests: they hold mails, and some mails hold a secret.

    A filter, because a logging configuration that is loaded later would undo a level.
    """
    for name in ("exchangelib.util", "exchangelib.util.xml"):
        logger = logging.getLogger(name)
        if _say_nothing not in logger.filters:
            logger.addFilter(_say_nothing)


def _say_nothing(record: logging.LogRecord) -> bool:  # noqa: ARG001
    return False


class EntraCredentials(OAuth2AuthorizationCodeCredentials):  # type: ignore[misc]  # exchangelib is not typed
    """Tokens of an application that signs in with its certificate; fetched anew when exchangelib finds one expired."""

    def __init__(self, app: EntraApp, scope: str, address: str) -> None:
        super().__init__(identity=Identity(primary_smtp_address=address))
        self._app = app
        self._wanted = scope
        self.renew()

    def refresh(self, session: Any) -> None:  # noqa: ARG002
        """Called by exchangelib before a request whose token has expired."""
        self.renew()

    def renew(self, *, rejected: bool = False) -> None:
        """Take the application's token; another one than before when Exchange has `rejected` that."""
        before: str = self._access_token["access_token"] if rejected else ""
        token = self._app.token(self._wanted, rejected=before)
        expires_at = time.time() + _TOKEN_SECONDS
        self.access_token = OAuth2Token({"access_token": token, "token_type": "Bearer", "expires_at": expires_at})
        self.client.token = self.access_token
        self.client.populate_token_attributes(self.access_token)  # open sessions share this client


def trusting(ca_file: Path | None) -> type[HTTPAdapter]:
    """What exchangelib connects with: it trusts the certificates of `ca_file`, or those of this machine."""
    if ca_file is None:
        return HTTPAdapter

    class Trusting(HTTPAdapter):
        """Trusts the certificates of one file instead of the machine's."""

        def send(self, *args: Any, **values: Any) -> Any:
            return super().send(*args, **{**values, "verify": str(ca_file)})

    return Trusting
