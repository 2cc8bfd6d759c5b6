"""What health is read from: the oldest of whatever must not become old. Times and counts, nothing about anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from db.lifecycle import State
from db.models.mail import Delivery, Disposition, Message, Outbox
from db.models.requests import Request

WAITING_TO_GO = (Delivery.PENDING, Delivery.SENDING, Delivery.UNKNOWN)


def oldest_unsorted(session: Session) -> datetime | None:
    """When the oldest mail came that is stored and not sorted yet."""
    stored = col(Message.disposition) == Disposition.STORED
    return session.exec(select(func.min(Message.received_at)).where(stored)).one()


def oldest_to_sort(session: Session) -> tuple[datetime | None, int]:
    """Since when the oldest mail waits for a person to sort it, and how many do."""
    found = select(func.min(Request.opened_at), func.count()).where(col(Request.state) == State.TO_SORT)
    oldest, count = session.exec(found).one()
    return oldest, count


def oldest_due(session: Session, now: datetime) -> tuple[datetime | None, int]:
    """Since when the oldest mail in the outbox is due, first tries that failed included, and how many wait to go."""
    going = col(Outbox.delivery).in_(WAITING_TO_GO)
    waiting = select(func.min(Outbox.created_at), func.count()).where(
        going, or_(col(Outbox.due_at) <= now, col(Outbox.attempts) > 0)
    )
    oldest, count = session.exec(waiting).one()
    return oldest, count


def held(session: Session) -> int:
    """How many mails are held for a person's word."""
    return session.exec(select(func.count()).select_from(Outbox).where(Outbox.delivery == Delivery.HELD)).one()
