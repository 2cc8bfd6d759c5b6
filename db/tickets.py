"""Tickets: opened once per key, closed once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from db import audit
from db.columns import utc_now
from db.models.mail import Ticket, TicketState
from db.models.requests import Request


def open_new(session: Session, case: Request, *, key: str, action: str, by: str) -> Ticket:
    """A ticket for IT, audited; the mail that carries it is put into the outbox by the caller."""
    ticket = Ticket(key=key, request_id=case.id, action=action)
    session.add(ticket)
    session.flush()
    audit.record(
        session,
        actor=by,
        action="ticket.opened",
        subject=case.number,
        clause="III.B.2.d",
        detail={"key": key, "action": action},
    )
    return ticket


def by_key(session: Session, key: str) -> Ticket | None:
    """The ticket with that key."""
    return session.exec(select(Ticket).where(Ticket.key == key)).first()


def of_request(session: Session, request_id: str) -> Ticket | None:
    """The ticket of a request."""
    return session.exec(select(Ticket).where(Ticket.request_id == request_id).order_by(col(Ticket.id).desc())).first()


def close(
    session: Session,
    case: Request,
    ticket: Ticket,
    *,
    by: str,
    reference: str = "",
    note: str = "",
    user_name: str = "",
) -> bool:
    """Close an open ticket, audited. `user_name` is the ID that IT assigned. False when it was closed before."""
    changed = session.connection().execute(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.state) == TicketState.OPEN)
        .values(
            state=TicketState.CLOSED,
            closed_at=utc_now(),
            closed_by=by,
            desk_reference=reference,
            note=note,
            user_name=user_name.upper(),
        )
    )
    if changed.rowcount != 1:
        return False
    session.refresh(ticket)
    audit.record(
        session,
        actor=by,
        action="ticket.closed",
        subject=case.number,
        clause="III.B.2.d",
        detail={"key": ticket.key, "reference": reference, "note": note, "user_name": user_name},
    )
    return True


def count(session: Session, request_id: str, action: str) -> int:
    """How many tickets a request has had for an action."""
    query = select(Ticket.id).where(Ticket.request_id == request_id, Ticket.action == action)
    return len(session.exec(query).all())


def open_ones(session: Session) -> list[Ticket]:
    """Every open ticket, oldest first."""
    return list(session.exec(select(Ticket).where(Ticket.state == TicketState.OPEN).order_by(col(Ticket.id))).all())


def closed_since(session: Session, since: datetime, action: str) -> list[Ticket]:
    """The tickets for an action that were closed since then, oldest first."""
    query = select(Ticket).where(Ticket.state == TicketState.CLOSED, Ticket.action == action)
    return list(session.exec(query.where(col(Ticket.closed_at) >= since).order_by(col(Ticket.id))).all())


def note(session: Session, ticket: Ticket, reference: str, what: str) -> None:
    """Keep the desk's number of an open ticket, and what was last told about it."""
    ticket.desk_reference, ticket.note = reference, what
    session.add(ticket)
    session.flush()
