"""Mails about an account on record: notices received, access ended, paused, given back or changed (III.B.3.a)."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from db import register
from db.models import Account, Notice, Person, Provider, Request
from tasks import notices
from tasks.settings import Settings


def _when(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def _on(settings: Settings, at: datetime) -> str:
    return _when(at.astimezone(settings.zone).date())


def notice_received(session: Session, settings: Settings, request: Request, notice: Notice, *, kept: str) -> None:
    """Tell whoever gave notice that it has come, and when access ends, or that it has ended; once.

    `kept`: names of other facilities for which the access stays, empty when there are none.
    """
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
        "ended": notice.acted_at is not None,
        "day": _when(request.effective_on),
        "returns": _when(request.returns_on),
        "kept": kept,
    }
    notices._put(session, settings, request, "notice_received", [request.requester_email], context)


def access_ended(session: Session, settings: Settings, request: Request, notice: Notice, *, kept: str) -> None:
    """The last notice of a departure: the form went to IT and access has ended, or is kept for another facility."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
        "ended_on": _on(settings, notice.disabled_at) if notice.disabled_at else "",
        "kept": kept,
        "summaries": notice.summaries == "no",
    }
    notices._put(session, settings, request, "access_ended", [request.requester_email], context)


def access_paused(session: Session, settings: Settings, request: Request) -> None:
    """Access is off during a leave; on the day of return somebody decides."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
        "day": _when(request.effective_on),
        "returns": _when(request.returns_on),
    }
    sequence = request.returns_on.toordinal() if request.returns_on else 1  # an extension is told anew
    notices._put(session, settings, request, "access_paused", [request.requester_email], context, sequence=sequence)


def access_restored(session: Session, settings: Settings, request: Request, person: Person, account: Account) -> None:
    """Access is back after a leave: to whoever gave notice, and to the staff member."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": person.name,
        "user_id": account.user_name or "",
    }
    to = list(dict.fromkeys([request.requester_email, person.email]))
    notices._put(session, settings, request, "access_restored", to, context)


def access_changed(
    session: Session,
    settings: Settings,
    request: Request,
    account: Account,
    person: Person,
    provider: Provider | None,
    left: Provider | None = None,
) -> None:
    """A change or a move is in place: to the requester, the staff member, and the manager of the facility left."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": person.name,
        "provider_name": provider.name if provider else "",
        "left": left.name if left else "",
        "user_id": account.user_name or "",
        "entitlement": str(account.entitlement).lower(),
    }
    to = [request.requester_email, person.email]
    to += [register.managers(session, left.key)[0].email] if left else []
    notices._put(session, settings, request, "access_changed", list(dict.fromkeys(to)), context)
