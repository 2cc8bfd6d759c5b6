"""The page on which an approver suspends somebody at once, and sees what became of it (III.C.6).

It needs neither the runner nor the watcher nor Prefect: the order is carried out here, in the process that was clicked.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from db import requests
from db.models import Account, Role, SuspensionOrder, User
from db.session import transaction
from deployments import desk_case
from deployments.rendering import html, page
from deployments.sealing import LONGEST
from deployments.sign_in import HOME
from tasks import at_once, suspending
from tasks.policy.iii_c_6 import may_suspend, reason_given
from tasks.settings import Settings

PATH = f"{HOME}/suspend"
MAX_ID = 2**31 - 1


class SuspendPages:
    """GET and POST /desk/suspend, GET /desk/suspend/{order}. The gateway says who calls, in the scope's `user`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.routes = [
            Route(PATH, self.ask, methods=["GET"]),
            Route(PATH, self.suspend, methods=["POST"]),
            Route(f"{PATH}/{{order:int}}", self.show, methods=["GET"]),
        ]

    async def ask(self, request: Request) -> Response:
        """An empty form, or one filled in with `account`."""
        return self._form(request.user, whom=request.query_params.get("account", "")[:LONGEST])

    async def suspend(self, request: Request) -> Response:
        """Suspend first; then show what became of it."""
        user: User = request.user
        async with request.form(max_files=0, max_fields=4) as sent:
            whom, reason = (str(sent.get(name, "")).strip()[:LONGEST] for name in ("whom", "reason"))
        if user.role is not Role.APPROVER:
            return self._form(user, whom=whom, status=403)
        missing = "" if whom else "Please say whose account: a user ID, an address or a full name."
        problem = reason_given(reason)
        if missing or problem:
            said = " ".join(s for s in (missing, problem.sentence if problem else "") if s)
            return self._form(user, whom=whom, reason=reason, problem=said, status=422)
        order = await run_in_threadpool(self._carry_out, whom, reason, user.user_name)
        return RedirectResponse(f"{PATH}/{order}", status_code=303, headers={"Cache-Control": "no-store"})

    def _carry_out(self, whom: str, reason: str, by: str) -> int:
        order = suspending.order(self._settings, whom, reason, by)
        at_once.suspend(self._settings, order)
        return order

    async def show(self, request: Request) -> Response:
        """What became of an order, to whoever gave it and to those in charge of its case."""
        number = min(request.path_params["order"], MAX_ID)
        found = await run_in_threadpool(self._look, number, request.user)
        if found is None:
            return page(html("case_missing"), 404)
        order, case, whose, mine = found
        text = html("suspended", user=request.user, order=order, case=case, whose=whose, mine=mine)
        return page(text)

    def _look(self, number: int, user: User) -> tuple[SuspensionOrder, str, str, bool] | None:
        """The order, its case and whose account it was, both empty for who may not see the case, and who gave it."""
        with transaction(self._settings.database_url) as session:
            order = session.get(SuspensionOrder, number)
            if order is None:
                return None
            case = requests.get(session, order.request_id) if order.request_id else None
            seen = case is not None and desk_case.may_see(session, user, case)
            mine = order.ordered_by == user.user_name and user.role is Role.APPROVER
            if case is None or not seen:
                return (order, "", "", mine) if mine else None
            account = session.get(Account, case.account_id)
            whose = f"{account.user_name} of {case.staff_name}" if account else case.staff_name
            return order, case.number, whose, mine

    def _form(self, user: User, *, whom: str = "", reason: str = "", problem: str = "", status: int = 200) -> Response:
        refused = may_suspend(None) if user.role is not Role.APPROVER else None
        text = html(
            "suspend",
            user=user,
            whom=whom,
            reason=reason,
            problem=problem,
            cannot=refused.sentence if refused else "",
        )
        return page(text, status)
