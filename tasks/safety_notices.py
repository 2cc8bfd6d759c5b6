"""Mails of violations, suspensions, resets and reviews. None holds anything of a restricted case (III.C.5)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from db.models import Account, Credential, Person, Request, Secret, User
from tasks import letters, notices
from tasks.settings import CredentialDelivery, Settings


def report_received(session: Session, settings: Settings, request: Request) -> None:
    """Tell whoever reports that the report has arrived, and nothing else."""
    context = {"number": request.number, "requester_name": request.requester_name}
    notices.put(session, settings, request, "report_received", [request.requester_email], context)


def report_question(session: Session, settings: Settings, request: Request, asked: str) -> None:
    """Put the contract manager's own words to whoever reported."""
    context = {"number": request.number, "requester_name": request.requester_name, "reason": asked}
    to = [request.requester_email]
    notices.put(session, settings, request, "report_question", to, context, sequence=request.asking)


def request_stopped(session: Session, settings: Settings, request: Request, managers: Sequence[User]) -> None:
    """Tell a requester that the request is over, without a word about the person (III.C.6)."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "manager_name": managers[0].name,
    }
    notices.put(session, settings, request, "request_stopped", [request.requester_email], context)


def reset(
    session: Session,
    settings: Settings,
    request: Request,
    account: Account,
    person: Person,
    holder: tuple[str, str],
    credential: Credential,
) -> None:
    """The code to whoever hands it over, the link to the person: neither alone is enough (III.B.4.b).

    `holder`: name and address of whoever gets the code. With delivery by mail the person gets the password instead.
    """
    by_link = settings.credential_delivery is CredentialDelivery.LINK
    context = {
        "number": request.number,
        "requester_name": holder[0],
        "staff_name": person.name,
        "user_id": account.user_name,
        "by_link": by_link,
        "code": letters.PLACEHOLDER,
        "hours": settings.credential_hours,
    }
    secret, carried = (Secret.CODE, credential) if by_link else (None, None)
    notices.put(session, settings, request, "reset_done", [holder[1]], context, secret=secret, credential=carried)
    notices.credentials(session, settings, request, account, person, credential, handed_by=holder[0])


def refused(session: Session, settings: Settings, request: Request, reason: str, clause: str) -> None:
    """Tell a requester that a reset or an unlocking was not granted, and why."""
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "reason": reason,
        "clause": clause,
    }
    notices.put(session, settings, request, "not_granted", [request.requester_email], context)


def access_removed(session: Session, settings: Settings, request: Request, to: Sequence[str], person: Person) -> None:
    """Tell whom it concerns that an access is over; the reason stays with the decision (III.C.3, III.C.6)."""
    context = {"number": request.number, "staff_name": person.name}
    notices.put(session, settings, request, "access_removed", to, context)
