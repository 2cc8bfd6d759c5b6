"""Every mail that leaves the house: written here, in the transaction of the change it tells of, sent by the drainer.

One function per mail. The key `(request, purpose, sequence)` is unique; a repeated step writes no second mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from db import messages, outbox
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, Credential, Kind, Outbox, Person, Provider, Request, Secret, Ticket, User
from tasks import letters
from tasks.directory_settings import DirectoryKind
from tasks.policy.findings import Effect, Finding, once
from tasks.settings import CredentialDelivery, Settings, UserIdMode

_NUMBER = len("CR-2026-000001")


def run_url(settings: Settings, request: Request) -> str:
    """Where the Prefect UI shows this request."""
    return f"{settings.base_url}/v2/runs/flow-run/{request.flow_run_id}"


def case_url(settings: Settings, request: Request) -> str:
    """Where the contract manager sees this request and answers."""
    return f"{settings.base_url}/desk/{request.number}"


def put(
    session: Session,
    settings: Settings,
    request: Request | None,
    template: str,
    recipients: Sequence[str],
    context: dict[str, Any],
    *,
    sequence: int = 1,
    purpose: str = "",
    about: str = "",
    secret: Secret | None = None,
    credential: Credential | None = None,
    attachments: Sequence[tuple[str, str, bytes]] = (),
    at: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Write a letter into the outbox, unless its key (request or `about`, purpose, sequence) is known.

    `urgent` overtakes the others.
    """
    purpose = purpose or template.replace("_", "-")
    subject_key = about or (request.number if request else "correquests")
    key = f"{subject_key}.{purpose}.{sequence}"
    if outbox.known(session, key):
        return
    unique = request.id[:8] if request else f"{(at or utc_now()):%Y%m%d}"
    message_id = f"<{key}.{unique}@{settings.mail_domain}>"
    to_requester = request is not None and request.requester_email in recipients
    thread = messages.of_request(session, request.id) if request and to_requester else []
    references = [m.message_id for m in thread if request and m.sender == request.requester_email and m.message_id]
    letter = letters.render(template, **context)
    raw = letters.compose(
        letter,
        sender=settings.mailbox_address,
        recipients=list(recipients),
        message_id=message_id,
        in_reply_to=references[-1] if references else "",
        references=references,
        date=at or utc_now(),
        attachments=attachments,
    )
    row = Outbox(
        key=key,
        request_id=request.id if request else None,
        purpose=purpose,
        sequence=sequence,
        message_id=message_id,
        recipients=list(recipients),
        subject=letter.subject,
        raw=raw,
        secret=secret,
        credential_id=credential.id if credential else None,
        urgent=urgent,
    )
    outbox.put(session, row)


ASKED = {
    Kind.NEW_ACCESS: "request for access to the offender management system",
    Kind.CHANGE: "request to change access to the offender management system",
    Kind.DEPARTURE: "notice of departure",
    Kind.LEAVE: "notice of leave",
    Kind.MOVE: "notice of a move to another facility",
    Kind.RESET: "request for a new password",
    Kind.UNLOCK: "request to unlock access",
    Kind.VIOLATION: "report",
}
"""What a sender has sent, in the words of mails: *your …*."""


def papers_missing(session: Session, settings: Settings, request: Request, findings: Sequence[Finding]) -> None:
    """One mail to the requester that names every defect with its clause (III.B.2)."""
    context = {
        "number": request.number,
        "asked": ASKED[request.kind],
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
        "defects": [f for f in once(findings) if f.effect is Effect.DEFECT],
    }
    answered = len(messages.of_request(session, request.id))  # each mail of the requester is answered at most once
    put(session, settings, request, "papers_missing", [request.requester_email], context, sequence=answered)


QUESTIONS = {
    State.TO_SORT: "sorting",
    State.ON_HOLD: "sender",
    State.IN_DOUBT: "reading",
    State.INCOMPLETE: "papers",
    State.AWAITING_APPROVAL: "approval",
    State.SCHEDULED: "day",
    State.WITH_IT: "completion",
}


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
        "case_url": case_url(settings, request),
        "list_url": f"{settings.base_url}/desk",
    }
    to = [manager.email for manager in managers]
    if not to:
        return
    sequence = request.asking * 10 + again  # each asking, and each reminder of it, has a mail of its own
    put(session, settings, request, "restricted_case", to, context, sequence=sequence, urgent=True)


def needs_you(
    session: Session,
    settings: Settings,
    request: Request,
    provider: Provider | None,
    managers: Sequence[User],
    findings: Sequence[Finding],
) -> None:
    """Tell the contract manager that a case waits for an answer (III.B.1), with a link to it."""
    if request.restricted:
        reported = request.state not in (State.UNDER_SUSPENSION, State.REINSTATING)
        restricted_case(session, settings, request, managers, reported=reported)
        return
    context = {
        "number": request.number,
        "question": QUESTIONS[request.state],
        "kind": request.kind.lower(),
        "manager_name": managers[0].name,
        "staff_name": request.staff_name,
        "provider_name": provider.name if provider else "",
        "requester_name": request.requester_name,
        "requester_email": request.requester_email,
        "findings": once(findings),
        "case_url": case_url(settings, request),
        "list_url": f"{settings.base_url}/desk",
    }
    put(session, settings, request, "needs_you", [managers[0].email], context, sequence=request.asking)


def ticket(
    session: Session,
    settings: Settings,
    request: Request,
    row: Ticket,
    account: Account,
    person: Person,
    provider: Provider,
    work: tuple[str, bytes],
    problem: str = "",
    *,
    entitlement: str,
    papers: Sequence[tuple[str, str, bytes]] = (),
    urgent: bool = False,
) -> None:
    """Ask IT to do something to an account (III.B.2.d). The JSON part says the same for a machine.

    `problem`: why it is asked again. `entitlement`: what the account may do afterwards. `papers`: further attachments.
    `urgent`: before anything else, and open sessions are to be ended (III.C.6).
    """
    title, facts = work
    context = {
        "number": request.number,
        "key": row.key,
        "title": title,
        "action": row.action,
        "problem": problem,
        "urgent": urgent,
        "user_id": account.user_name,
        "acquire": settings.user_id_mode is UserIdMode.ACQUIRE,
        "no_directory": settings.directory is DirectoryKind.NONE,
        "staff_name": person.name,
        "email": person.email,
        "provider_name": provider.name,
        "entitlement": entitlement,
    }
    carried = [("ticket.json", "application/json", facts), *papers]
    purpose, to = _ticket_purpose(row.key), [settings.desk_address]
    put(session, settings, request, "ticket", to, context, purpose=purpose, attachments=carried, urgent=urgent)


def ticket_key(key: str) -> str:
    """The outbox key of the mail that carries the ticket with this key."""
    return f"{key[:_NUMBER]}.{_ticket_purpose(key)}.1"


def _ticket_purpose(key: str) -> str:
    """A request's first ticket has the plain one; every other one has its own, by which its answer is known."""
    what = key[_NUMBER + 1 :]
    return "ticket" if what == "create" else f"ticket-{what}"


def access_implemented(
    session: Session,
    settings: Settings,
    request: Request,
    account: Account,
    person: Person,
    provider: Provider,
    credential: Credential | None,
) -> None:
    """Tell the submitter that access is in place, and give the pick-up code to hand over (III.B.2.d).

    Without a credential the staff member gets the initial password from IT.
    """
    by_link = credential is not None and settings.credential_delivery is CredentialDelivery.LINK
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": person.name,
        "provider_name": provider.name,
        "user_id": account.user_name,
        "entitlement": str(account.entitlement).lower(),
        "by_link": by_link,
        "by_desk": credential is None,
        "code": letters.PLACEHOLDER,
        "hours": settings.credential_hours,
    }
    put(
        session,
        settings,
        request,
        "access_implemented",
        [request.requester_email],
        context,
        secret=Secret.CODE if by_link else None,
        credential=credential if by_link else None,
    )


def credentials(
    session: Session,
    settings: Settings,
    request: Request,
    account: Account,
    person: Person,
    credential: Credential | None,
    *,
    handed_by: str = "",
) -> None:
    """Give the staff member the user ID and the road to the initial password (III.B.2.d), never to anybody else.

    `handed_by`: who has the pick-up code, when that is not the requester; then it is a reset (III.B.4.b).
    """
    context = {
        "number": request.number,
        "staff_name": person.name,
        "user_id": account.user_name,
        "hours": settings.credential_hours,
        "again": bool(handed_by),
    }
    to = [person.email]
    if credential and settings.credential_delivery is CredentialDelivery.LINK:
        link = f"{settings.base_url}/credentials/{letters.PLACEHOLDER}"
        context |= {"link": link, "requester_name": handed_by or request.requester_name or request.requester_email}
        put(session, settings, request, "credentials_link", to, context, secret=Secret.LINK, credential=credential)
        return
    put(session, settings, request, "credentials_user_id", to, context | {"by_desk": credential is None})
    if credential is None:
        return
    context |= {"password": letters.PLACEHOLDER}
    del context["again"]
    put(session, settings, request, "initial_password", to, context, secret=Secret.PASSWORD, credential=credential)


def rejected(session: Session, settings: Settings, request: Request, reason: str, clause: str) -> None:
    """Tell the requester that access was not approved, why, and under which clause."""
    context = {
        "number": request.number,
        "asked": ASKED[request.kind],
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
        "reason": reason,
        "clause": clause,
    }
    put(session, settings, request, "rejected", [request.requester_email], context)


def credential_void(
    session: Session, settings: Settings, request: Request, person: Person, managers: Sequence[User], reason: str
) -> None:
    """Tell the submitter and the contract manager that an initial password was never picked up and is void."""
    context = {
        "number": request.number,
        "staff_name": person.name,
        "hours": settings.credential_hours,
        "reason": reason,
    }
    to = [request.requester_email, managers[0].email]
    put(session, settings, request, "credential_void", to, context)


def alarm(
    session: Session,
    settings: Settings,
    managers: Sequence[User],
    purpose: str,
    clause: str,
    what: str,
    at: datetime,
    *,
    sequence: int | None = None,
) -> None:
    """Something is wrong that the product cannot mend; to the contract managers, once a day for each purpose.

    With a `sequence` of its own it is told once for ever instead.
    """
    alarm_to(session, settings, [manager.email for manager in managers], purpose, clause, what, at, sequence=sequence)


def alarm_to(
    session: Session,
    settings: Settings,
    to: Sequence[str],
    purpose: str,
    clause: str,
    what: str,
    at: datetime,
    *,
    sequence: int | None = None,
) -> None:
    """The same to these addresses."""
    day = at.astimezone(settings.zone).date()
    context = {"what": what, "day": day.isoformat(), "clause": clause}
    put(session, settings, None, "alarm", to, context, purpose=purpose, sequence=sequence or day.toordinal(), at=at)


def canary(session: Session, settings: Settings, number: int) -> None:
    """A mail to ourselves, by which we see that mail goes round."""
    put(session, settings, None, "canary", [settings.mailbox_address], {"count": str(number)}, sequence=number)


def audit_head(session: Session, settings: Settings, head: str, at: datetime) -> None:
    """Mail the head of the audit chain out of the house, so that a truncation can be proved later (AU-9)."""
    day = at.astimezone(settings.zone).date()
    context = {"head": head, "day": day.isoformat()}
    to = [settings.audit_head_to]
    put(session, settings, None, "audit_head", to, context, sequence=day.toordinal(), at=at)
