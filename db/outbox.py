"""Outgoing mail: written with the change it tells of, claimed by one drainer, sent once, marked.

The unique key makes a repeated step write nothing new. A row that was claimed before is only sent again after Sent was
looked into (`tasks.mail`); nothing is ever dropped.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import true, update
from sqlmodel import Session, col, or_, select

from db import audit
from db.columns import utc_now
from db.models.mail import Delivery, Outbox

CLAUSES = {
    "papers-missing": "III.B.2",
    "needs-you": "III.B.1",
    "papers-reminder": "III.B.2",
    "papers-expired": "III.B.2",
    "still-waiting": "III.B.1",
    "silence": "III.B.1",
    "sent-back": "III.B.1",
    "undone": "III.B.1",
    "answer-not-used": "III.B.1",
    "rejected": "III.B.1",
    "audit-head": "AU-9",
    "audit-review": "AU-6",
    "audit-review-unread": "AU-6",
    "daily-digest": "III.B.1",
    "mail-not-accounted": "III.B.1",
    "canary": "III.B.2",
    "canary-missing": "III.B.2",
    "mail-held": "III.B.2.d",
    "idle-warning": "III.C.3",
    "locked-out": "III.C.3",
    "locked-out-provider": "III.C.3",
    "usage-refused": "III.C.3",
    "usage-stale": "III.C.3",
    "usage-feed-down": "III.C.3",
    "lockout-held": "III.C.3",
    "restricted-case": "III.C.5",
    "report-received": "III.C.5",
    "report-question": "III.C.5",
    "request-stopped": "III.C.6",
    "reset-done": "III.B.4.b",
    "not-granted": "III.B.1",
    "access-removed": "III.B.3",
    "purge-notice": "ICOTS 24.0 B",
}
"""What a mail rests on, by its purpose; every other one carries out III.B.2.d."""


def known(session: Session, key: str) -> bool:
    """Whether a mail with this key was written already."""
    return session.exec(select(Outbox.id).where(Outbox.key == key)).first() is not None


def of_key(session: Session, key: str) -> Outbox | None:
    """The mail that was written under this key."""
    return session.exec(select(Outbox).where(Outbox.key == key)).first()


def put(session: Session, row: Outbox) -> None:
    """Write a finished mail in the caller's transaction."""
    session.add(row)
    session.flush()


def due(session: Session, now: datetime, claim_lasts: timedelta, *, urgent_only: bool = False) -> list[int]:
    """Ids of mails that wait to be sent, urgent ones first: pending, and claims older than `claim_lasts`."""
    rows = session.exec(
        select(Outbox.id)
        .where(col(Outbox.urgent).is_(True) if urgent_only else true())
        .where(
            or_(
                (col(Outbox.delivery) == Delivery.PENDING) & (col(Outbox.due_at) <= now),
                col(Outbox.delivery).in_([Delivery.SENDING, Delivery.UNKNOWN])
                & (col(Outbox.claimed_at) <= now - claim_lasts),
            )
        )
        .order_by(col(Outbox.urgent).desc(), col(Outbox.id))
    ).all()
    return [row for row in rows if row is not None]


def claim(session: Session, outbox_id: int, now: datetime, claim_lasts: timedelta) -> Outbox | None:
    """Take a due mail for sending, or None when another drainer has it. `attempts` counts this claim."""
    taken = session.connection().execute(
        update(Outbox)
        .where(
            col(Outbox.id) == outbox_id,
            or_(
                col(Outbox.delivery) == Delivery.PENDING,
                col(Outbox.delivery).in_([Delivery.SENDING, Delivery.UNKNOWN])
                & (col(Outbox.claimed_at) <= now - claim_lasts),
            ),
        )
        .values(delivery=Delivery.SENDING, claimed_at=now, attempts=Outbox.attempts + 1)
    )
    return session.get(Outbox, outbox_id, populate_existing=True) if taken.rowcount == 1 else None


def mark(
    session: Session,
    outbox_id: int,
    delivery: Delivery,
    *,
    error: str = "",
    due_at: datetime | None = None,
    unknown: bool = False,
    place: str = "",
) -> None:
    """Note how sending went. What went out is audited as an outward effect; `place`: not by mail, but there."""
    row = session.get_one(Outbox, outbox_id)
    row.delivery, row.error = delivery, error[:500]
    row.due_at = due_at or row.due_at
    row.unknowns += unknown
    if delivery is Delivery.SENT:
        row.sent_at = utc_now()
        audit.record(
            session,
            actor="correquests",
            action="ticket.handed_in" if place else "mail.sent",
            subject=row.key.partition(".")[0],
            clause=CLAUSES.get(row.purpose, "III.B.2.d"),
            detail={"purpose": row.purpose, "message_id": row.message_id, "to": [place] if place else row.recipients},
        )
    session.add(row)


def sent_at(session: Session, key: str) -> datetime | None:
    """When the mail with that key went out, or None when it has not."""
    return session.exec(select(Outbox.sent_at).where(Outbox.key == key)).first()


def latest(session: Session, purpose: str, *, sent: bool = False) -> Outbox | None:
    """The newest mail of a purpose, or the newest that was sent."""
    query = select(Outbox).where(Outbox.purpose == purpose).order_by(col(Outbox.id).desc())
    return session.exec(query.where(col(Outbox.sent_at).is_not(None)) if sent else query).first()


def held(session: Session, key: str = "") -> list[Outbox]:
    """The mails that wait for a person's word, or the one with that key."""
    query = select(Outbox).where(col(Outbox.delivery) == Delivery.HELD).order_by(col(Outbox.id))
    return list(session.exec(query.where(Outbox.key == key) if key else query).all())


def release(session: Session, row: Outbox, *, again: bool, by: str) -> None:
    """A person says whether a held mail is sent again or was delivered another way; audited."""
    row.delivery = Delivery.PENDING if again else Delivery.SENT
    row.unknowns, row.due_at = 0, utc_now()
    session.add(row)
    audit.record(
        session,
        actor=by,
        action="mail.released" if again else "mail.settled",
        subject=row.key.partition(".")[0],
        clause=CLAUSES.get(row.purpose, "III.B.2.d"),
        detail={"purpose": row.purpose, "message_id": row.message_id, "to": row.recipients},
    )


def of_message_id(session: Session, message_ids: list[str]) -> Outbox | None:
    """The mail of ours that one of these Message-IDs names; used to join an answer to its request."""
    if not message_ids:
        return None
    return session.exec(select(Outbox).where(col(Outbox.message_id).in_(message_ids))).first()
