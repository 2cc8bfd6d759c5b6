"""The contract manager's own pages beside the Prefect UI: what waits, and the case with its question to answer.

An answer given here resumes the same run by the same road and with the same stamp as the run's own form (III.B.1).
A page is of one asking: when the case has moved on since it was opened, nothing is sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from db.columns import utc_now
from db.models import Role, User
from deployments import desk_case
from deployments.answer_form import WHOLE, AnswerUnusable, Control, answer, controls
from deployments.answers import Answers
from deployments.desk_case import Case
from deployments.desk_list import listed
from deployments.desk_people import PeoplePages
from deployments.rendering import html, page
from deployments.sign_in import HOME
from deployments.stamp import AnswerRefused
from tasks.settings import Settings
from tasks.undoing import undo_last

SETTLE_SECONDS = 4.0
"""How long a person is kept waiting for the flow to settle an answer; after that the page looks again by itself."""

_LOOKS = 16
_TOO_OLD = "This page was opened too long ago. Nothing was sent. Please look again, then press the button once more."
_BUSY = "correquests is working on this case just now. Nothing was sent. Please try again in a moment."
_FORM_GONE = "The server did not take the answer. Nothing was sent."


@dataclass(frozen=True)
class Said:
    """What somebody filled in, what is wrong with it, and what the page says on top."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    refused: bool = False


class DeskPages:
    """GET /desk, GET and POST /desk/{number}. The gateway says who calls, in the scope's `user`."""

    def __init__(self, settings: Settings, answers: Answers) -> None:
        self._settings = settings
        self._answers = answers
        self._key = secrets.token_bytes(32)
        self.routes = [
            Route(HOME, self.waits, methods=["GET"]),
            *PeoplePages(settings, self._token).routes,
            Route(f"{HOME}/{{number}}/undo", self.undo, methods=["POST"]),
            Route(f"{HOME}/{{number}}", self.show, methods=["GET"]),
            Route(f"{HOME}/{{number}}", self.answer, methods=["POST"]),
        ]

    # --- what waits ---

    async def waits(self, request: Request) -> Response:
        """Everything open: what waits for this person first, oldest first."""
        asked = request.query_params.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        return page(await run_in_threadpool(listed, self._settings, request.user, max(number, 1)))

    # --- the case ---

    async def show(self, request: Request) -> Response:
        """The case, and the form of its question for whoever may answer it."""
        case = await self._look(request)
        if case is None:
            return _missing()
        asked = request.query_params.get("answered", "")
        earlier = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
        said = Said()
        if 0 < earlier < case.request.asking:
            became = await run_in_threadpool(desk_case.became, self._settings, case.request, earlier, request.user)
            said = Said(note=became.sentence, refused=not became.accepted)
        return await self._page(request, case, said)

    async def answer(self, request: Request) -> Response:
        """Resume the case's run with what was filled in, or say why not; then show what became of it."""
        user: User = request.user
        async with request.form(max_files=0) as sent:
            said = {k: v.replace("\r\n", "\n").strip() for k, v in sent.items() if isinstance(v, str)}
        case = await self._look(request)
        if case is None:
            return _missing()
        if user.role is not Role.APPROVER or (case.form is None and case.asks):
            await run_in_threadpool(desk_case.note_refusal, self._settings, user, case.request.number)
            return await self._page(
                request, case, Said(note=f"{_not_yours(case, user)} Nothing was sent.", refused=True), 403
            )
        asking = said.get("asking", "")
        if not hmac.compare_digest(said.get("token", "").encode(), self._token(user, case.request.number, asking)):
            return await self._page(request, case, Said(said, note=_TOO_OLD, refused=True), 403)
        if asking != str(case.request.asking) or case.form is None:
            became = await run_in_threadpool(desk_case.became, self._settings, case.request, int(asking), user)
            note = f"{became.sentence} Nothing was sent."
            return await self._page(request, case, Said(said, note=note, refused=True), 409)
        try:
            given = answer(case.form, said)
        except AnswerUnusable as unusable:
            return await self._page(request, case, Said(said, unusable.problems, refused=True), 422)
        return await self._resume(request, case, said, given)

    async def undo(self, request: Request) -> Response:
        """Take the last decision back in the name of whoever is signed in (`tasks.undoing`), or say why not."""
        user: User = request.user
        async with request.form(max_files=0) as sent:
            said = {k: v.strip() for k, v in sent.items() if isinstance(v, str)}
        case = await self._look(request)
        if case is None:
            return _missing()
        asking = str(case.request.asking)
        if not hmac.compare_digest(said.get("token", "").encode(), self._token(user, case.request.number, asking)):
            return await self._page(request, case, Said(note=_TOO_OLD, refused=True), 409)
        told = await run_in_threadpool(undo_last.fn, case.request.number, said.get("reason", ""), user.user_name)
        refused = told.startswith("Nothing was undone")
        now = await self._look(request) or case
        return await self._page(request, now, Said(note=told, refused=refused), 422 if refused else 200)

    async def _resume(
        self, request: Request, case: Case, said: Mapping[str, str], given: dict[str, object]
    ) -> Response:
        run = case.request.flow_run_id or ""
        if not run or await self._answers.asked_by(run, request) != case.asks:
            by = await run_in_threadpool(desk_case.under_way, self._settings, case.request, request.user)
            note = f"{by} {_BUSY}".strip()
            return await self._page(request, case, Said(said, note=note, refused=True), 409)
        try:
            result = await self._answers.resume(run, request.user, given, request)
        except AnswerRefused as refused:
            return await self._page(request, case, Said(said, {WHOLE: str(refused)}, refused=True), 422)
        if result.later:
            return await self._page(request, case, Said(said, note=_BUSY, refused=True), 409)
        if not result.accepted:
            why = f"{_FORM_GONE} {result.reason}".strip()
            return await self._page(request, case, Said(said, {WHOLE: why}, refused=True), 422)
        await self._settled(case)
        where = f"{HOME}/{case.request.number}?answered={case.request.asking}"
        return RedirectResponse(where, status_code=303, headers={"Cache-Control": "no-store"})

    async def _settled(self, case: Case) -> None:
        for _ in range(_LOOKS):
            await asyncio.sleep(SETTLE_SECONDS / _LOOKS)
            if await run_in_threadpool(desk_case.asking_of, self._settings, case.request.id) != case.request.asking:
                return

    async def _look(self, request: Request) -> Case | None:
        return await run_in_threadpool(desk_case.look, self._settings, request.path_params["number"], request.user)

    async def _page(self, request: Request, case: Case, said: Said, status: int = 200) -> Response:
        user: User = request.user
        ready = case.form is not None and await self._ready(request, case)
        form: list[Control] = controls(case.form, said.values, said.problems) if case.form and ready else []
        working = case.open and (not case.asks or (case.form is not None and not ready))
        by = (
            await run_in_threadpool(desk_case.under_way, self._settings, case.request, user)
            if case.asks and working
            else ""
        )
        text = html(
            "case",
            user=user,
            case=case,
            number=case.request.number,
            since=desk_case.age(case.request.waiting_since, utc_now()),
            since_iso=case.request.waiting_since.isoformat(),
            since_exact=desk_case.exact(case.request.waiting_since, self._settings),
            controls=form,
            problem=said.problems.get(WHOLE, ""),
            refused=said.refused,
            note=said.note,
            working=working,
            by=by,
            looks_again=working and not said.values,
            cannot=_not_yours(case, user) if case.asks and case.form is None else "",
            token=self._token(user, case.request.number, str(case.request.asking)).decode(),
        )
        return page(text, status)

    async def _ready(self, request: Request, case: Case) -> bool:
        run = case.request.flow_run_id
        return bool(run) and await self._answers.asked_by(str(run), request) == case.asks

    def _token(self, user: User, number: str, asking: str) -> bytes:
        """Proves that a form was drawn here, for this person and this asking. It ends when the gateway restarts."""
        bound = f"{user.user_name}\n{number}\n{asking}".encode()
        return hmac.new(self._key, bound, hashlib.sha256).hexdigest().encode()


def _missing() -> Response:
    return page(html("case_missing"), 404)


def _not_yours(case: Case, user: User) -> str:
    if user.role is not Role.APPROVER:
        return "You are signed in as viewer. Only an approver can answer this."
    named = " or ".join(case.in_charge) or "the provider's contract manager, and nobody is named yet"
    return f"Only {named} can answer this."
