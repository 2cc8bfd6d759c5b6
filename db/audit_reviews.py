"""The reviews of the audit chain (AU-6): what was laid before people, and who confirmed having read it.

They stand in the chain itself, under one subject: a review is a link `audit.review_made`, a confirmation
`audit.reviewed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db import audit
from db.models.evidence import Audit

SUBJECT = "audit-review"
CLAUSE = "AU-6"
MADE, READ = "audit.review_made", "audit.reviewed"


@dataclass(frozen=True)
class Made:
    """A review: its number, the last link that it covers, when it was made, and who confirmed having read it."""

    number: int
    last: int
    at: datetime
    read_by: str = ""


def links(session: Session, first: int, last: int) -> list[Audit]:
    """The links with these numbers and between them."""
    query = select(Audit).where(col(Audit.seq) >= first, col(Audit.seq) <= last)
    return list(session.exec(query.order_by(col(Audit.seq))).all())


def every(session: Session) -> list[Made]:
    """Every review, oldest first."""
    said = audit.of_subject(session, SUBJECT)
    read: dict[int, str] = {}
    for link in said:
        if link.action == READ:
            read.setdefault(int(link.detail["review"]), link.actor)
    return [
        Made(
            int(link.detail["review"]),
            int(link.detail["last"]),
            datetime.fromisoformat(link.at),
            read.get(int(link.detail["review"]), ""),
        )
        for link in said
        if link.action == MADE
    ]


def made(session: Session, number: int, first: int, last: int, head: str, unusual: int) -> None:
    """Write down that a review was laid before the contract managers."""
    detail = {"review": number, "first": first, "last": last, "head": head, "unusual": unusual}
    audit.record(session, actor="correquests", action=MADE, subject=SUBJECT, clause=CLAUSE, detail=detail)


def confirmed(session: Session, review: Made, by: str, remark: str) -> None:
    """Write down that somebody has read a review, and what they say to it."""
    detail = {"review": review.number, "last": review.last, "remark": remark}
    audit.record(session, actor=by, action=READ, subject=SUBJECT, clause=CLAUSE, detail=detail)
