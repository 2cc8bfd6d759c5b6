"""Who has access at a provider, and the yearly question whether each still needs it: state per provider and person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from db import audit
from db.account_life import AccountState
from db.models import Account, Affiliation, Person, Recertification, RecertificationLine, Verdict

CLAUSE = "III.B.3.a"
HAVE_ACCESS = (AccountState.ACTIVE, AccountState.ON_LEAVE, AccountState.LOCKED, AccountState.SUSPENDED)
"""An account that is locked, or suspended, can be opened again; whether it should be is part of the question."""
OPEN = (Verdict.OPEN, Verdict.UNSURE)


@dataclass(frozen=True)
class Holder:
    """Somebody with access, as a list shows it."""

    account_id: int
    user_id: str
    name: str
    position: str
    level: str

    @property
    def line(self) -> str:
        """The person in one line."""
        return f"{self.user_id}  {self.name}  {self.position or 'position not on record'}  {self.level}"


def holders(session: Session, provider_key: str, on: date) -> list[Holder]:
    """Everybody who works at the provider on that day and has access, by name."""
    rows = session.exec(
        select(Account, Person, Affiliation)
        .join(Person, col(Person.id) == col(Account.person_id))
        .join(Affiliation, col(Affiliation.person_id) == col(Person.id))
        .where(
            col(Account.state).in_(HAVE_ACCESS),
            col(Account.user_name).is_not(None),
            Affiliation.provider_key == provider_key,
            col(Affiliation.starts_on) <= on,
            or_(col(Affiliation.ends_on).is_(None), col(Affiliation.ends_on) >= on),
        )
        .order_by(col(Person.family_name), col(Person.given_name), col(Account.user_name), col(Affiliation.id))
    ).all()
    found = {
        a.id: Holder(a.id or 0, a.user_name or "", p.name, w.position, str(a.entitlement).lower()) for a, p, w in rows
    }
    return list(found.values())


def of_period(session: Session, provider_key: str, period: str) -> Recertification | None:
    """The question of a year, if it was put."""
    return session.exec(
        select(Recertification).where(Recertification.provider_key == provider_key, Recertification.period == period)
    ).first()


def by_mark(session: Session, mark: str) -> Recertification | None:
    """The question with that number."""
    return session.exec(select(Recertification).where(Recertification.mark == mark)).first() if mark else None


def under_way(session: Session) -> list[Recertification]:
    """What is not answered for everybody yet."""
    query = select(Recertification).where(col(Recertification.closed_on).is_(None))
    return list(session.exec(query.order_by(col(Recertification.mark))).all())


def lines(session: Session, asked: Recertification) -> list[RecertificationLine]:
    """The people of a question in the order of the list."""
    query = select(RecertificationLine).where(RecertificationLine.recertification_id == asked.id)
    return list(session.exec(query.order_by(col(RecertificationLine.id))).all())


def open_one(session: Session, provider_key: str, period: str, people: list[Holder], today: date) -> Recertification:
    """Put the question of a year; audited."""
    row = Recertification(
        mark=f"RC-{period}-{provider_key.upper()}", provider_key=provider_key, period=period, opened_on=today
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    for person in people:
        line = RecertificationLine(
            recertification_id=row.id,
            account_id=person.account_id,
            user_name=person.user_id,
            name=person.name,
            position=person.position,
            entitlement=person.level,
        )
        session.add(line)
        session.flush()  # one by one: the order of the list is that of the ids
    note(session, row, "opened", "correquests", people=len(people))
    return row


def note(session: Session, asked: Recertification, what: str, by: str, **detail: Any) -> None:
    """A link of the audit chain about a question."""
    audit.record(session, actor=by, action=f"recertification.{what}", subject=asked.mark, clause=CLAUSE, detail=detail)


def close_when_answered(session: Session, asked: Recertification, by: str, today: date) -> bool:
    """Close a question that is answered for everybody; audited."""
    if asked.closed_on is not None or any(line.said in OPEN for line in lines(session, asked)):
        return False
    asked.closed_on, asked.closed_by = today, by
    session.add(asked)
    note(session, asked, "closed", by)
    return True
