"""Requests: opened, found, asked about, decided."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from db import audit, numbers
from db.lifecycle import OPEN, StaleState, State
from db.models.notices import Notice
from db.models.requests import Decision, Kind, Question, Request
from db.procedure import REVISION


class UnknownRequest(Exception):
    """No request has this number."""


def open_new(
    session: Session,
    *,
    kind: Kind,
    requester_email: str,
    requester_name: str,
    at: datetime,
    subject: str = "",
    state: State = State.RECEIVED,
) -> Request:
    """A new request with the next number of its year, audited. `subject` is its first mail's."""
    number = f"CR-{at.year}-{numbers.take(session, f'CR-{at.year}'):06d}"
    request = Request(
        id=str(uuid.uuid4()),
        number=number,
        kind=kind,
        state=state,
        subject=subject,
        requester_email=requester_email.casefold(),
        requester_name=requester_name,
    )
    session.add(request)
    session.flush()
    audit.record(
        session,
        actor=requester_email or "unknown sender",
        action="request.opened",
        subject=number,
        clause="III.B.2",
        detail={"kind": str(kind)},
    )
    return request


def get(session: Session, request_id: str) -> Request:
    """The request, or `UnknownRequest`."""
    request = session.get(Request, request_id)
    if request is None:
        raise UnknownRequest(request_id)
    return request


def by_number(session: Session, number: str) -> Request:
    """The request with that case number, or `UnknownRequest`."""
    request = session.exec(select(Request).where(col(Request.number) == number)).first()
    if request is None:
        raise UnknownRequest(number)
    return request


def open_requests(session: Session) -> list[Request]:
    """Everything that still needs somebody, oldest first."""
    return list(
        session.exec(select(Request).where(col(Request.state).in_(OPEN)).order_by(col(Request.opened_at))).all()
    )


def due(session: Session, on: date) -> list[Request]:
    """What waits for a day that has come, the longest overdue first."""
    query = select(Request).where(col(Request.state) == State.SCHEDULED, col(Request.due_on) <= on)
    return list(session.exec(query.order_by(col(Request.due_on), col(Request.number))).all())


def notices_due(session: Session, on: date) -> list[Request]:
    """Departures and leaves whose day has come while somebody has still to answer, and which are not acted on yet."""
    query = (
        select(Request)
        .join(Notice, col(Notice.request_id) == col(Request.id))
        .where(
            col(Request.kind).in_((Kind.DEPARTURE, Kind.LEAVE)),
            col(Request.state).in_((State.INCOMPLETE, State.AWAITING_APPROVAL, State.APPROVED, State.SCHEDULED)),
            or_(col(Request.effective_on) <= on, col(Request.terminated)),
            col(Notice.acted_at).is_(None),
        )
    )
    return list(session.exec(query.order_by(col(Request.number))).all())


def closed_since(session: Session, instant: datetime) -> list[Request]:
    """What came to its end since then, and has a run."""
    query = select(Request).where(col(Request.closed_at) >= instant, col(Request.flow_run_id).is_not(None))
    return list(session.exec(query).all())


def ask_again(session: Session, request: Request, problem: str) -> None:
    """Put the same question once more, because the answer could not be accepted; `problem` says why.

    Raises `StaleState` when somebody else moved the request or asked again first.
    """
    changed = session.connection().execute(
        update(Request)
        .where(
            col(Request.id) == request.id, col(Request.asking) == request.asking, col(Request.state) == request.state
        )
        .values(asking=request.asking + 1, problem=problem)
    )
    if changed.rowcount != 1:
        raise StaleState(f"{request.number} was answered meanwhile")
    session.refresh(request)


def hand_over(session: Session, request: Request, *, before: str, to: str) -> None:
    """Ask the present question of somebody else, audited; the reason why it is asked again stays."""
    ask_again(session, request, request.problem)
    audit.record(
        session,
        actor="correquests",
        action="request.handed_over",
        subject=request.number,
        clause="III.B.1",
        detail={"from": before, "to": to},
    )


FURTHER = "III.B.1 further_approval"
"""Among the findings of an approval whose approver asked for another person's as well."""


def approved_by(session: Session, request: Request) -> list[str]:
    """Who approved the earlier stages of the present round, in their order (`Event.ENDORSE`)."""
    latest = {d.stage: d.decided_by for d in decisions(session, request.id) if d.question is Question.APPROVAL}
    return [latest[stage] for stage in range(1, request.stage) if stage in latest]


def decide(
    session: Session,
    request: Request,
    *,
    question: Question,
    outcome: str,
    by: str,
    on_behalf_of: str = "",
    clause: str,
    reason: str = "",
    findings: list[str] | None = None,
) -> Decision:
    """Write down an accepted answer to the present asking, and audit it. Unique per asking: the first one counts."""
    decision = Decision(
        request_id=request.id,
        asking=request.asking,
        stage=request.stage,
        question=question,
        outcome=outcome,
        decided_by=by,
        on_behalf_of=on_behalf_of,
        clause=clause,
        revision=REVISION,
        reason=reason,
        findings=findings or [],
    )
    session.add(decision)
    session.flush()
    audit.record(
        session,
        actor=by,
        action=f"decision.{question.lower()}",
        subject=request.number,
        clause=clause,
        detail={"outcome": outcome, "reason": reason, "for": on_behalf_of, "findings": findings or []},
    )
    return decision


def decisions(session: Session, request_id: str) -> list[Decision]:
    """Every decision on a request, oldest first."""
    return list(
        session.exec(select(Decision).where(col(Decision.request_id) == request_id).order_by(col(Decision.id))).all()
    )


def set_run(session: Session, request: Request, flow_run_id: str) -> None:
    """Note which flow run shows this request in the Prefect UI."""
    request.flow_run_id = flow_run_id
    request.flow_runs += 1
    session.add(request)
    session.flush()
