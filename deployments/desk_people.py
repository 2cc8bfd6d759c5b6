"""The page *People*: who decides for whom and when, who may send requests; and the forms by which approvers change it.

The forms make the same entries by the same steps as the flows of the UI (`flows.edit_register`), in one name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db import stand_ins
from db.columns import utc_now
from db.entries import until
from db.models import Audit, DesignatedSubmitter, Provider, Role, User
from db.session import transaction
from deployments.rendering import html, page
from deployments.sign_in import HOME
from tasks import register_steps as steps
from tasks.settings import Settings

PEOPLE = f"{HOME}/people"
_CHANGES = ("submitter.", "manager.", "deputy.", "register.")
_SHOWN = 12


class Unreadable(Exception):
    """A day was not written as YYYY-MM-DD."""


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Unreadable(f"“{said}” is not a day. Write it as YYYY-MM-DD.") from None


def _needed(said: str) -> date:
    found = _day(said)
    if found is None:
        raise Unreadable("Enter the last day as YYYY-MM-DD.")
    return found


Given = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """One entry: its heading, its fields, and the step that makes it."""

    key: str
    heading: str
    button: str
    fields: tuple[str, ...]
    make: Callable[[Given, str], str]
    hint: str = ""


FORMS = (
    Form(
        "away",
        "Somebody is away",
        "Mark away",
        ("user", "first", "last"),
        lambda g, by: steps.mark_away.fn(g["user"], _day(g["first"]), _day(g["last"]), by),
        "Questions, mails and the right to decide go to the deputies on these days.",
    ),
    Form(
        "back",
        "Somebody is back",
        "End the absence",
        ("user", "first"),
        lambda g, by: steps.come_back.fn(g["user"], _day(g["first"]), by),
    ),
    Form(
        "deputy",
        "Appoint a deputy",
        "Appoint the deputy",
        ("provider", "user", "first", "last"),
        lambda g, by: steps.depute.fn(g["provider"], g["user"], _day(g["first"]), _day(g["last"]), by),
        "Nobody appoints themselves.",
    ),
    Form(
        "deputy-end",
        "End a deputy",
        "End the deputy's days",
        ("provider", "user", "end"),
        lambda g, by: steps.end_deputy.fn(g["provider"], g["user"], _needed(g["end"]), by),
    ),
    Form(
        "manager",
        "Appoint a contract manager",
        "Appoint the contract manager",
        ("provider", "user"),
        lambda g, by: steps.appoint.fn(g["provider"], g["user"], by),
        "Nobody appoints themselves.",
    ),
    Form(
        "submitter",
        "Designate a submitter",
        "Designate",
        ("provider", "name", "email", "first", "last"),
        lambda g, by: steps.designate.fn(g["provider"], g["name"], g["email"], _day(g["first"]), _day(g["last"]), by),
    ),
    Form(
        "submitter-end",
        "End a submitter",
        "End the designation",
        ("provider", "email", "end"),
        lambda g, by: steps.end_designation.fn(g["provider"], g["email"], _needed(g["end"]), by),
    ),
)
BY_KEY = {form.key: form for form in FORMS}


class PeoplePages:
    """GET and POST /desk/people. The gateway says who calls, in the scope's `user`."""

    def __init__(self, settings: Settings, token: Callable[[User, str, str], bytes]) -> None:
        self._settings = settings
        self._token = token
        self.routes = [
            Route(PEOPLE, self.show, methods=["GET"]),
            Route(PEOPLE, self.enter, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The register of people."""
        return await self._page(request.user)

    async def enter(self, request: Request) -> Response:
        """Make an entry in the name of whoever is signed in, and say what was changed or why not."""
        user: User = request.user
        async with request.form(max_files=0) as sent:
            said = {k: v.strip() for k, v in sent.items() if isinstance(v, str)}
        form = BY_KEY.get(said.get("form", ""))
        if form is None or said.get("token", "") != self._token(user, "people", "").decode():
            return await self._page(user, "This page was opened too long ago. Nothing was changed. Try again.", 403)
        given = {name: said.get(name, "") for name in form.fields}
        try:
            told = await run_in_threadpool(form.make, given, user.user_name)
        except Unreadable as why:
            return await self._page(user, f"Nothing was changed. {why}", 422, said)
        refused = told.startswith("Nothing was changed")
        return await self._page(user, told, 422 if refused else 200, said if refused else None)

    async def _page(self, user: User, told: str = "", status: int = 200, said: Given | None = None) -> Response:
        shown = await run_in_threadpool(self._register)
        text = html(
            "people",
            user=user,
            approver=user.role is Role.APPROVER,
            told=told,
            refused=status != 200,
            forms=FORMS,
            said=said or {},
            token=self._token(user, "people", "").decode(),
            **shown,
        )
        return page(text, status)

    def _register(self) -> dict[str, Any]:
        today = utc_now().astimezone(self._settings.zone).date()
        with transaction(self._settings.database_url) as session:
            people = session.exec(select(User).where(col(User.active).is_(True)).order_by(col(User.name))).all()
            providers = session.exec(select(Provider).order_by(col(Provider.name))).all()
            return {
                "today": today.isoformat(),
                "approvers": [(u.user_name, u.name) for u in people if u.role is Role.APPROVER],
                "names": [(p.key, p.name) for p in providers],
                "providers": [_of(session, p, today) for p in providers],
                "absences": [
                    (u.name, f"{a.starts_on} {until(a.ends_on)}")
                    for u in people
                    for a in stand_ins.absences(session, u.user_name)
                    if a.ends_on is None or a.ends_on >= today
                ],
                "changes": _changes(session),
            }


def _of(session: Session, provider: Provider, today: date) -> dict[str, Any]:
    charge = stand_ins.in_charge(session, provider.key, today)
    submitters = session.exec(
        select(DesignatedSubmitter)
        .where(col(DesignatedSubmitter.provider_key) == provider.key)
        .order_by(col(DesignatedSubmitter.name))
    ).all()
    return {
        "name": provider.name,
        "decides": charge.in_words or "nobody is there: cases wait",
        "alone": not charge.acting,
        "deputies": [
            f"{_name(session, d.user_name)}, {d.starts_on} {until(d.ends_on)}"
            for d in stand_ins.deputies(session, provider.key)
            if d.ends_on is None or d.ends_on >= today
        ],
        "submitters": [
            f"{s.name} <{s.email}>" + (f", {until(s.ends_on)}" if s.ends_on else "")
            for s in submitters
            if s.ends_on is None or s.ends_on >= today
        ],
    }


def _name(session: Session, user_name: str) -> str:
    row = session.get(User, user_name)
    return row.name if row else user_name


def _changes(session: Session) -> list[tuple[str, str, str]]:
    """The last entries: when, by whom, what, with names instead of keys."""
    rows = session.exec(select(Audit).order_by(col(Audit.seq).desc()).limit(400)).all()
    called = {p.key: p.name for p in session.exec(select(Provider)).all()}
    called |= {u.user_name: u.name for u in session.exec(select(User)).all()}
    return [
        (row.at[:16].replace("T", " "), called.get(row.actor, row.actor), _what(row, called))
        for row in [row for row in rows if row.action.startswith(_CHANGES)][:_SHOWN]
    ]


def _what(row: Audit, called: Mapping[str, str]) -> str:
    """`deputy appointed: Nexus, Daniel Okafor, from 2026-12-21, to 2027-01-08, for Maria Reyes`."""
    days = ("from", "to", "on", "for", "before")
    said = [
        f"{k} {called.get(str(v), v)}" if k in days else str(called.get(str(v), v)) for k, v in row.detail.items() if v
    ]
    return f"{row.action.replace('.', ' ')}: {', '.join([called.get(row.subject, row.subject), *said])}"
