"""III.B.2.d · where a staff member sees the initial password, once.

Public, for whoever holds the link; the pick-up code that the submitter hands over is the second half. Opening the page
does nothing and says nothing: mail scanners follow links. Showing is one transaction: the claim and the audit entry are
committed together, after the page has been made. The built-in directory gets the password in the same transaction;
another one gets it as the last thing before the commit, so that no page is sent whose password is not set. A failure
or crash before the commit leaves the link as it was; what the directory may have got by then is a password that nobody
knows, and the next showing sets another. A crash after the commit loses the page: the page says `already shown`, and
the way out is a password reset (III.B.4.b).
"""

from __future__ import annotations

import logging

from pydantic import SecretStr
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.columns import utc_now
from db.credentials import Claimed, Refusal, claim
from db.models import Account, Person
from db.session import transaction
from deployments.rendering import html, page
from tasks.adapters.directory import Directory, DirectoryDown, DirectoryRefused
from tasks.adapters.directory.local import LocalDirectory
from tasks.policy.passwords import new_password
from tasks.settings import Settings

_STATUS = {Refusal.UNKNOWN: 403, Refusal.WRONG_CODE: 403}
_GONE = 410
_LATER = 503

log = logging.getLogger(__name__)


class PickupPages:
    """GET and POST /credentials/{token}."""

    def __init__(self, settings: Settings, directory: Directory | None) -> None:
        self._settings = settings
        self._directory = directory
        self.routes = [
            Route("/credentials/{token}", self.ask, methods=["GET"]),
            Route("/credentials/{token}", self.show, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:  # noqa: ARG002
        """The same page for every link, known or not; nothing is looked up."""
        return self._asking("")

    async def show(self, request: Request) -> Response:
        """Check the code and show the password, or say why not."""
        async with request.form(max_files=0, max_fields=3, max_part_size=1024) as sent:
            code = SecretStr(str(sent.get("code", ""))[:64])
        return await run_in_threadpool(self._claim, SecretStr(request.path_params["token"]), code)

    def _asking(self, problem: str, status: int = 200) -> Response:
        values = {"attempts": self._settings.credential_code_attempts, "hours": self._settings.credential_hours}
        return page(html("pickup", problem=problem, **values), status, referrer="no-referrer")

    def _claim(self, token: SecretStr, code: SecretStr) -> Response:
        try:
            with transaction(self._settings.database_url) as session:
                answer = claim(session, token, code, utc_now(), self._settings.credential_code_attempts)
                if isinstance(answer, Claimed):
                    return page(self._shown(session, answer.account), referrer="no-referrer")
        except (DirectoryDown, DirectoryRefused) as error:
            said = f"{type(error).__name__}: {error}"  # without the traceback: it would carry nothing more
            log.error("initial password not shown, the link stays as it was: %s", said)  # noqa: TRY400
            return page(html("pickup_gone", reason="LATER", request_address=""), _LATER, referrer="no-referrer")
        return self._refused(answer.reason)

    def _shown(self, session: Session, account: Account) -> str:
        """Make the password and the page, set the one, return the other; the caller commits afterwards."""
        owner = session.get_one(Person, account.person_id)
        user_name = account.user_name or ""
        names = [user_name, owner.given_name, owner.family_name]
        password = new_password(self._settings.password_length, names)
        shown = html("pickup_shown", user_name=user_name, password=password.get_secret_value())
        if self._directory is None:
            raise DirectoryRefused("there is no directory any more; ask IT to give the staff member a password")
        if isinstance(self._directory, LocalDirectory):
            self._directory.set_within(session, user_name, password)
        else:
            session.flush()  # what the registry refuses is refused before the directory has the password
            self._directory.set_initial_password(user_name, password)
        return shown

    def _refused(self, reason: Refusal) -> Response:
        if reason in _STATUS:
            return self._asking("This link and this pick-up code do not belong together.", _STATUS[reason])
        address = self._settings.mailbox_address
        return page(html("pickup_gone", reason=reason.value, request_address=address), _GONE, referrer="no-referrer")
