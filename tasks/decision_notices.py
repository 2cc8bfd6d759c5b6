"""The mails that follow from decisions of every kind: a question sent back, an answer not used, a decision undone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from db.models import Request, User
from tasks import notices
from tasks.settings import Settings


def sent_back(session: Session, settings: Settings, request: Request, question: str) -> None:
    """Ask the requester what the contract manager wants to know (III.B.1); once for each asking."""
    context = _about(request) | {"reason": question}
    notices.put(
        session, settings, request, "sent_back", [request.requester_email], context, sequence=request.asking
    )  # fmt: skip


def undone(
    session: Session, settings: Settings, request: Request, outcome: str, *, reopened: bool, to: Sequence[str] = ()
) -> None:
    """Tell the requester, or `to`, that a decision which they were told of was taken back; once for each asking."""
    context = _about(request) | {"answer": outcome, "reopened": reopened}
    recipients = list(dict.fromkeys(to)) or [request.requester_email]
    notices.put(session, settings, request, "undone", recipients, context, sequence=request.asking)


def withdrawn(session: Session, settings: Settings, request: Request, by: str, managers: Sequence[User]) -> None:
    """Tell the requester that the request was withdrawn, and, each by a mail of their own, those who were asked."""
    about = {
        "number": request.number,
        "by": by,
        "asked": notices.ASKED[request.kind],
        "staff_name": request.staff_name,
    }
    mine = about | {"to_name": request.requester_name, "asked_before": False}
    notices.put(session, settings, request, "withdrawn", [request.requester_email], mine, sequence=request.asking)
    for user in managers[:1]:
        theirs = about | {"to_name": user.name, "asked_before": True}
        notices.put(
            session, settings, request, "withdrawn", [user.email], theirs,
            purpose="withdrawn-asked", sequence=request.asking,
        )  # fmt: skip


def not_used(
    session: Session, settings: Settings, request: Request, user: User, answer: str, what: str, number: int
) -> None:
    """Tell an approver that an answer came too late, and what happened meanwhile. `number` makes the mail unique."""
    context = {
        "number": request.number,
        "manager_name": user.name,
        "answer": answer,
        "what": what,
        "case_url": notices.case_url(settings, request),
    }
    notices.put(session, settings, request, "answer_not_used", [user.email], context, sequence=number)


def _about(request: Request) -> dict[str, str]:
    return {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
    }
