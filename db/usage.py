"""Usage exports on file, and the last use of every account that they say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as core
from sqlalchemy import bindparam, or_, update
from sqlmodel import Session, col, select

from db import audit
from db.account_life import AccountState
from db.models.accounts import Account
from db.models.usage import UsageImport

CLAUSE = "III.C.3"


def known(session: Session, sha256: str) -> UsageImport | None:
    """The import of these very bytes, if they came before."""
    return session.exec(select(UsageImport).where(UsageImport.sha256 == sha256)).first()


def latest(session: Session) -> UsageImport | None:
    """The newest export that was believed."""
    query = select(UsageImport).where(UsageImport.refusal == "").order_by(col(UsageImport.as_of).desc())
    return session.exec(query.limit(1)).first()


def last_uses(session: Session) -> dict[str, date | None]:
    """Last use on record of every account that is not removed, by user ID."""
    query = core.select(col(Account.user_name), col(Account.last_used_on)).where(
        col(Account.state) != AccountState.REMOVED, col(Account.user_name).is_not(None)
    )
    return {str(name): day for name, day in session.connection().execute(query)}


def expected(session: Session, before: datetime) -> dict[str, date | None]:
    """Last use on record of every active account issued before `before`, by user ID; an export need not know others."""
    query = core.select(col(Account.user_name), col(Account.last_used_on)).where(
        col(Account.state) == AccountState.ACTIVE,
        or_(col(Account.issued_at).is_(None), col(Account.issued_at) < before),
        col(Account.user_name).is_not(None),
    )
    return {str(name): day for name, day in session.connection().execute(query)}


def move(session: Session, uses: Iterable[tuple[str, date]]) -> int:
    """Take over later days of last use, never earlier ones; how many moved. A use ends an earlier warning's count."""
    statement = (
        update(Account.__table__)  # type: ignore[attr-defined]  # the table itself: many rows in one statement
        .where(
            col(Account.user_name) == bindparam("user"),
            or_(col(Account.last_used_on).is_(None), col(Account.last_used_on) < bindparam("used_on")),
        )
        .values(last_used_on=bindparam("used_on"))
    )
    rows = [{"user": user, "used_on": day} for user, day in uses]
    if not rows:
        return 0
    return max(0, session.connection().execute(statement, rows).rowcount)


def keep(session: Session, row: UsageImport, by: str) -> UsageImport:
    """Write an import down, audited, believed or refused."""
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor=by,
        action="usage.refused" if row.refusal else "usage.imported",
        subject=f"usage-{row.id}",
        clause=CLAUSE,
        detail={
            "file": row.file_name,
            "sha256": row.sha256,
            "as_of": row.as_of.isoformat() if row.as_of else "",
            "lines": row.lines,
            "moved": row.moved,
            "refusal": row.refusal,
        },
    )
    return row
