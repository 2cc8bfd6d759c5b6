"""Cases on a registry with the sample cast, and a server whose runs settle answers as the flow does."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import update
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from db import users
from db.columns import utc_now
from db.models import Audit, User
from db.models import Request as Case
from deployments.identity import cookie_name
from tasks.approval import assess_papers
from tasks.questions import QUESTION_OF, key_of
from tests.gateway.rig import HTML, ORIGIN
from tests.tasks.office import Office


@dataclass
class Runs:
    """The two calls that the pages make of the Prefect server, answered as it answers them."""

    office: Office
    settles: bool = True
    resumed: list[dict[str, Any]] = field(default_factory=list)
    answered: set[tuple[str, int]] = field(default_factory=set)
    refuses: str = ""
    busy: bool = False
    parameters: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for stage in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{stage}.complete"})
            return
        request = Request(scope, receive)
        run_id = scope["path"].split("/")[3]
        body = await request.body()
        status, said = await run_in_threadpool(self._call, request.method, run_id, body)
        await JSONResponse(said, status_code=status)(scope, receive, send)

    def _call(self, method: str, run_id: str, body: bytes) -> tuple[int, dict[str, Any]]:
        case = self.office.case(run_id)  # each case is its own run here
        asked = case.state in QUESTION_OF and (run_id, case.asking) not in self.answered
        if self.parameters:
            return 200, {"parameters": self.parameters}
        if method == "GET" and not asked:
            return 200, {"state": {"type": "RUNNING", "state_details": {}}}
        if method == "GET":
            details = {"pause_key": key_of(QUESTION_OF[case.state], case.asking)}
            return 200, {"state": {"type": "PAUSED", "state_details": details}}
        if not asked:
            return 200, {"status": "ABORT", "details": {"reason": "Cannot resume a flow run that is not paused."}}
        if self.busy:
            return 503, {"exception_message": "Service Unavailable"}
        if self.refuses:
            return 200, {"status": "REJECT", "details": {"reason": self.refuses}}
        given = json.loads(body)["run_input"]
        self.resumed.append(given)
        self.answered.add((run_id, case.asking))
        if self.settles:
            self.office.answer_raw(run_id, {k: v for k, v in given.items() if k != "decided_by"}, given["decided_by"])
            assess_papers.fn(run_id, run_id)
        return 201, {"status": "ACCEPT", "details": {}}


def enter(client: TestClient, office: Office, user: str) -> None:
    """Open a session for somebody at this browser, without the time that verifying a password takes."""
    with office.session() as session:
        attempt = users.Attempt(user, session.get_one(User, user).password_hash, open=True)
        token = users.accept(session, attempt, utc_now(), hours=1)
    assert token is not None
    client.cookies.clear()
    client.cookies.set(cookie_name(office.config), token.get_secret_value())


def actions(office: Office, actor: str) -> Sequence[tuple[str, str]]:
    """What the audit chain says that somebody did."""
    return [(a.action, a.subject) for a in office.rows(Audit) if a.actor == actor]


CLEARED = {"entitlement": "as requested", "clearance_on": "2026-11-10", "reason": ""}


class Rig:
    """The office, the runs behind the gateway, and somebody at a browser."""

    def __init__(self, office: Office, runs: Runs, client: TestClient) -> None:
        self.office, self.runs, self.client = office, runs, client

    def enter(self, user: str) -> None:
        enter(self.client, self.office, user)

    def name(self, user: str) -> str:
        with self.office.session() as session:
            return session.get_one(User, user).name

    def case(self, *forms: object, **more: object) -> Case:
        """A new case that waits; each case is its own run."""
        request_id = self.office.assessed(*forms, **more)  # type: ignore[arg-type]
        self.change(request_id, flow_run_id=request_id)
        return self.office.case(request_id)

    def change(self, request_id: str, **values: object) -> None:
        with self.office.session() as session:
            session.connection().execute(update(Case).where(Case.id == request_id).values(**values))  # type: ignore[arg-type]

    def get(self, path: str) -> str:
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def hidden(self, number: str) -> dict[str, str]:
        """What the form of a case carries along."""
        return dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', self.get(f"/desk/{number}")))

    def post(self, number: str, **said: str) -> tuple[int, str]:
        """Send a form; the status, and the page that is shown at last."""
        answer = self.client.post(f"/desk/{number}", data=said, headers={**ORIGIN, **HTML})
        if answer.status_code == 303:
            return 303, self.get(answer.headers["location"])
        return answer.status_code, answer.text

    def press(self, case: Case, decision: str, **said: str) -> tuple[int, str]:
        """Open the case, fill in the form, press a button."""
        return self.post(case.number, **self.hidden(case.number), **{**CLEARED, **said}, decision=decision)


def words(page: str) -> str:
    """What stands on a page, without markup."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)).split())
