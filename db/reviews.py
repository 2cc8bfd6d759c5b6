"""Queries of reconciliation: what is compared, and the differences on record."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from db import audit
from db.account_life import AccountState
from db.models import Account, Credential, CredentialState, Difference, Document, ReadingRow, Request, ScanCheck


def accounts(session: Session) -> list[tuple[Account, bool, str | None]]:
    """Every account with a user ID; whether its latest password was picked up; the provider that it came from."""
    newest = select(func.max(col(Credential.id))).group_by(col(Credential.account_id))
    picked_up = set(
        session.exec(
            select(Credential.account_id).where(
                col(Credential.id).in_(newest), col(Credential.state) == CredentialState.VIEWED
            )
        ).all()
    )
    rows = session.exec(
        select(Account, Request.provider_key)
        .join(Request, col(Request.id) == col(Account.request_id))
        .where(col(Account.user_name).is_not(None), col(Account.state) != AccountState.REQUESTED)
    ).all()
    return [(account, account.id in picked_up, provider) for account, provider in rows]


def scans(session: Session, zone: ZoneInfo) -> list[tuple[int, date, bool]]:
    """Every file that a form of a request was read from: its id, the day of its last check, whether there was one."""
    read = (
        select(col(ReadingRow.document_id), func.min(col(ReadingRow.read_at)), col(ScanCheck.checked_on))
        .join(ScanCheck, col(ScanCheck.document_id) == col(ReadingRow.document_id), isouter=True)
        .where(col(ReadingRow.request_id).is_not(None))
        .group_by(col(ReadingRow.document_id), col(ScanCheck.checked_on))
    )
    return [
        (number, checked or first.astimezone(zone).date(), checked is not None)
        for number, first, checked in session.exec(read).all()
    ]


def readings(session: Session, document_id: int) -> list[ReadingRow]:
    """The forms that were read from a file and belong to a request."""
    query = select(ReadingRow).where(
        col(ReadingRow.document_id) == document_id, col(ReadingRow.request_id).is_not(None)
    )
    return list(session.exec(query.order_by(col(ReadingRow.id))).all())


def checked(session: Session, document: Document, today: date, fields: int, differences: int) -> None:
    """A file was read again."""
    assert document.id is not None
    row = session.get(ScanCheck, document.id) or ScanCheck(document_id=document.id, checked_on=today)
    row.checked_on, row.fields, row.differences = today, fields, differences
    session.add(row)


def note(session: Session, seen: Difference, clause: str) -> bool:
    """Write a difference down, audited; whether it is new, or back after it was gone."""
    row = session.exec(select(Difference).where(Difference.key == seen.key)).first()
    fresh = row is None or row.gone_on is not None
    if row is None:
        row = seen
    else:
        row.last_seen, row.gone_on, row.times = seen.last_seen, None, row.times + 1
        row.registry_side, row.other_side, row.sentence = seen.registry_side, seen.other_side, seen.sentence
    session.add(row)
    session.flush()
    if fresh:
        told = {"key": row.key, "source": row.source}
        audit.record(
            session,
            actor="correquests",
            action="reconciliation.difference",
            subject=row.subject,
            clause=clause,
            detail=told,
        )
    return fresh


def settle(session: Session, source: str, prefix: str, still: set[str], today: date, clause: str) -> int:
    """Differences that were looked for under that prefix and are seen no more; how many."""
    rows = session.exec(
        select(Difference).where(
            col(Difference.source) == source, col(Difference.gone_on).is_(None), col(Difference.key).startswith(prefix)
        )
    ).all()
    gone = [row for row in rows if row.key not in still]
    for row in gone:
        row.gone_on = today
        session.add(row)
        audit.record(
            session,
            actor="correquests",
            action="reconciliation.settled",
            subject=row.subject,
            clause=clause,
            detail={"key": row.key},
        )
    return len(gone)


def standing(session: Session) -> list[Difference]:
    """What differs still, the oldest first."""
    query = select(Difference).where(col(Difference.gone_on).is_(None))
    return list(session.exec(query.order_by(col(Difference.first_seen), col(Difference.key))).all())
