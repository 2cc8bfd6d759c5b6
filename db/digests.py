"""What a digest needs of the outbox and of the nights: which mails were written, and whom a run locked."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as core
from sqlmodel import Session, col, select

from db.models.mail import Outbox
from db.models.usage import LockoutRun, LockoutState


class Written(NamedTuple):
    """A mail that was written about no case."""

    subject: str
    recipients: list[str]
    at: datetime


def last(session: Session, purpose: str, about: str) -> datetime | None:
    """When the newest mail of that purpose was written about `about` (`tasks.notices.put`)."""
    keys = col(Outbox.key).startswith(f"{about}.{purpose}.", autoescape=True)
    found = select(Outbox.created_at).where(keys).order_by(col(Outbox.id).desc()).limit(1)
    return session.exec(found).first()


def written_since(session: Session, since: datetime) -> list[Written]:
    """Every mail about no case since then, oldest first, without its text."""
    query = core.select(col(Outbox.subject), col(Outbox.recipients), col(Outbox.created_at)).where(
        col(Outbox.request_id).is_(None), col(Outbox.created_at) >= since
    )
    return [Written(*row) for row in session.connection().execute(query.order_by(col(Outbox.id)))]


def runs_done_since(session: Session, since: datetime) -> list[LockoutRun]:
    """Lockout runs that were carried out since then, oldest first."""
    query = select(LockoutRun).where(col(LockoutRun.state) == LockoutState.DONE, col(LockoutRun.done_at) >= since)
    return list(session.exec(query.order_by(col(LockoutRun.id))).all())
