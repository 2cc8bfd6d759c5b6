"""Mails of violations, suspensions, resets and reviews. None holds anything of a restricted case (III.C.5)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from db.models import Request, User
from tasks import notices
from tasks.settings import Settings


def restricted_case(
    session: Session,
    settings: Settings,
    request: Request,
    managers: Sequence[User],
    *,
    reported: bool,
    again: int = 0,
    stopped: Sequence[Request] = (),
) -> None:
    """Tell the contract manager and the deputy that a restricted case waits; `again` counts the reminders.

    The mail is urgent: it overtakes all others.
    """
    context = {
        "number": request.number,
        "urgent": reported,
        "reported": reported,
        "again": again > 0,
        "stopped": ", ".join(r.number for r in stopped),
        "case_url": notices.case_url(settings, request),
        "list_url": f"{settings.base_url}/desk",
    }
    to = [manager.email for manager in managers]
    sequence = request.asking * 10 + again  # each asking, and each reminder of it, has a mail of its own
    notices._put(session, settings, request, "restricted_case", to, context, sequence=sequence, urgent=True)


def report_received(session: Session, settings: Settings, request: Request) -> None:
    """Tell whoever reports that the report has arrived, and nothing else."""
    context = {"number": request.number, "requester_name": request.requester_name}
    notices._put(session, settings, request, "report_received", [request.requester_email], context)


def report_question(session: Session, settings: Settings, request: Request, asked: str) -> None:
    """Put the contract manager's own words to whoever reported."""
    context = {"number": request.number, "requester_name": request.requester_name, "reason": asked}
    to = [request.requester_email]
    notices._put(session, settings, request, "report_question", to, context, sequence=request.asking)


def request_stopped(session: Session, settings: Settings, request: Request, managers: Sequence[User]) -> None:
    """Tell a requester that the request is over, without a word about the person (III.C.6)."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "manager_name": managers[0].name,
    }
    notices._put(session, settings, request, "request_stopped", [request.requester_email], context)
