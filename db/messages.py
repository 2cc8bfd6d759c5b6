"""Mail as it came: one row per mail for ever, whatever the mailbox does with its own ids."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from db import audit
from db.columns import utc_now
from db.models.mail import Attempt, Disposition, Document, MailCase, Message


def known(session: Session, *digests: str) -> Message | None:
    """The mail with one of those digests, if it was stored before."""
    return session.exec(select(Message).where(col(Message.digest).in_(digests))).first()


def store(session: Session, message: Message, documents: list[Document]) -> Message:
    """Keep a mail and its attachments. The caller settles it in the mailbox after the commit, never before."""
    add_documents(session, message, documents)
    audit.record(
        session,
        actor=message.sender or "unknown sender",
        action="mail.received",
        subject=f"mail-{message.id}",
        clause="III.B.2",
        detail={"digest": message.digest, "message_id": message.message_id, "documents": len(documents)},
    )
    return message


def add_documents(session: Session, message: Message, documents: list[Document]) -> None:
    """Keep what is attached to a mail."""
    session.add(message)
    session.flush()
    assert message.id is not None
    for document in documents:
        document.message_id = message.id
        session.add(document)
    session.flush()


def begin(session: Session, handle: str) -> int:
    """Note that intake begins on a mail in the inbox; the number of this try, from 1."""
    row = session.get(Attempt, handle) or Attempt(handle=handle)
    row.attempts += 1
    row.began_at = utc_now()
    session.add(row)
    session.flush()
    return row.attempts


def put_off(session: Session, handle: str) -> None:
    """Intake could not begin for a reason that lies not in the mail: this was no try."""
    if row := session.get(Attempt, handle):
        row.attempts = max(0, row.attempts - 1)
        session.add(row)


def finish(session: Session, handle: str) -> bool:
    """Intake of a mail is done. Whether it had begun."""
    if row := session.get(Attempt, handle):
        session.delete(row)
    return row is not None


def unsorted(session: Session) -> list[int]:
    """Ids of mails that were stored and not sorted yet, oldest first."""
    rows = session.exec(
        select(Message.id).where(col(Message.disposition) == Disposition.STORED).order_by(col(Message.id))
    ).all()
    return [row for row in rows if row is not None]


def unread_documents(session: Session, message_id: int) -> list[Document]:
    """Attachments of a mail that the reader has not seen yet."""
    return list(
        session.exec(
            select(Document)
            .where(Document.message_id == message_id, col(Document.read_at).is_(None))
            .order_by(col(Document.part))
        ).all()
    )


def sort_again(session: Session, message: Message, by: str) -> None:
    """Put a mail that was filed or quarantined back to be read and sorted, audited."""
    message.disposition, message.reason, message.request_id, message.attempts = Disposition.STORED, "", None, 0
    session.add(message)
    session.flush()
    audit.record(
        session, actor=by, action="mail.sorted_again", subject=f"mail-{message.id}", clause="III.B.2", detail={}
    )


def dispose(
    session: Session, message: Message, disposition: Disposition, reason: str, request_id: str | None = None
) -> None:
    """Say what became of a mail, and audit it."""
    message.disposition, message.reason, message.request_id = disposition, reason, request_id
    session.add(message)
    session.flush()
    audit.record(
        session,
        actor="correquests",
        action=f"mail.{disposition.lower()}",
        subject=f"mail-{message.id}",
        clause="III.B.2",
        detail={"reason": reason, "request": request_id or ""},
    )


def of_request(session: Session, request_id: str) -> list[Message]:
    """The mails of a request, oldest first."""
    query = select(Message).where(about(request_id)).order_by(col(Message.id))
    return list(session.exec(query).all())


def about(request_id: str) -> ColumnElement[bool]:
    """That a mail is about this case: the first one it opened or joined, or a further one."""
    further = select(MailCase.message_id).where(MailCase.request_id == request_id)
    return or_(col(Message.request_id) == request_id, col(Message.id).in_(further))


def cases(session: Session, message_id: int) -> list[str]:
    """Ids of every case that a mail is about, the one it went to first in front."""
    first = session.exec(select(Message.request_id).where(Message.id == message_id)).first()
    further = session.exec(select(MailCase.request_id).where(MailCase.message_id == message_id)).all()
    return [case for case in (first, *further) if case]


def link(session: Session, message: Message, request_id: str, text: str, reason: str) -> None:
    """Note, audited, that a mail opened or joined a further case; the mail itself is counted once, where it went first.

    `text`: what of the mail's text is about this case, empty for all of it.
    """
    assert message.id is not None
    session.merge(MailCase(message_id=message.id, request_id=request_id, text=text))
    session.flush()
    audit.record(
        session,
        actor="correquests",
        action="mail.linked",
        subject=f"mail-{message.id}",
        clause="III.B.2",
        detail={"reason": reason, "request": request_id},
    )


def counts(session: Session, since: datetime, until: datetime) -> dict[Disposition, int]:
    """How many of the mails received in `[since, until)` ended how."""
    rows = session.exec(
        select(Message.disposition, func.count())
        .where(col(Message.received_at) >= since, col(Message.received_at) < until)
        .group_by(Message.disposition)
    ).all()
    return {Disposition(disposition): count for disposition, count in rows}


def of_sender_since(session: Session, sender: str, since: datetime) -> int:
    """How many mails this address has sent since an instant."""
    return session.exec(
        select(func.count()).where(col(Message.sender) == sender, col(Message.received_at) >= since)
    ).one()


def first_received(session: Session) -> datetime | None:
    """When the first mail ever came."""
    return session.exec(select(func.min(Message.received_at))).one()


def with_message_id(session: Session, message_id: str) -> bool:
    """Whether a mail with that Message-ID has come."""
    return session.exec(select(Message.id).where(Message.message_id == message_id)).first() is not None


def total(session: Session) -> int:
    """How many mails are on file."""
    return session.exec(select(func.count()).select_from(Message)).one()
