"""Notices of departures, leaves and moves: what was told, and when access really ended (III.B.3.a)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from db import audit, messages
from db.models import Notice, Request


def of_case(session: Session, case: Request) -> Notice:
    """The notice of a case, begun with the arrival of its first mail when there is none yet."""
    found = session.get(Notice, case.id)
    if found is None:
        mails = messages.of_request(session, case.id)
        found = Notice(request_id=case.id, noticed_at=mails[0].received_at if mails else case.opened_at)
        session.add(found)
        session.flush()
    return found


def known(session: Session, case: Request) -> Notice | None:
    """The notice of a case, or None before it was assessed."""
    return session.get(Notice, case.id)


def ended(session: Session, case: Request, at: datetime, hours: float | None) -> None:
    """The directory, or IT, has really ended the access of a case; kept once, audited with the hours it took."""
    notice = of_case(session, case)
    if notice.disabled_at is not None:
        return
    notice.disabled_at = at
    session.add(notice)
    session.flush()
    audit.record(
        session,
        actor="correquests",
        action="access.ended",
        subject=case.number,
        clause="III.B.3.a",
        detail={"hours_after_event": hours},
    )


def unended(session: Session, account_id: int) -> list[Request]:
    """The cases that ended this account in the registry, and wait for the directory to follow."""
    query = (
        select(Request)
        .join(Notice, col(Notice.request_id) == col(Request.id))
        .where(
            col(Request.account_id) == account_id,
            col(Notice.acted_at).is_not(None),
            col(Notice.disabled_at).is_(None),
        )
    )
    return list(session.exec(query).all())
