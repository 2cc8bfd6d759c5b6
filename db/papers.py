"""Readings: written once per form found, corrected beside the value as read, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from db import messages
from db.models.mail import Document, Message
from db.models.papers import FieldRow, ReadingRow, SignatureRow


@dataclass(frozen=True)
class Paper:
    """One form on file with its fields by name and its signature slots by role."""

    reading: ReadingRow
    document: Document
    fields: dict[str, FieldRow] = field(default_factory=dict)
    signatures: dict[str, SignatureRow] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The final value of a field, or the empty string."""
        row = self.fields.get(name)
        return row.final if row else ""


def _paper(session: Session, reading: ReadingRow) -> Paper:
    document = session.get(Document, reading.document_id)
    assert document is not None
    fields = session.exec(select(FieldRow).where(FieldRow.reading_id == reading.id).order_by(col(FieldRow.id))).all()
    slots = session.exec(select(SignatureRow).where(SignatureRow.reading_id == reading.id)).all()
    return Paper(reading, document, {f.name: f for f in fields}, {s.role: s for s in slots})


def of_request(session: Session, request_id: str) -> dict[str, Paper]:
    """The latest form of each kind on file for a request."""
    rows = session.exec(
        select(ReadingRow).where(ReadingRow.request_id == request_id).order_by(col(ReadingRow.id))
    ).all()
    return {row.kind: _paper(session, row) for row in rows}


def of_message(session: Session, message_id: int) -> list[Paper]:
    """Every form found in a mail's attachments, in order."""
    rows = session.exec(
        select(ReadingRow)
        .join(Document, col(ReadingRow.document_id) == Document.id)
        .where(Document.message_id == message_id)
        .order_by(col(ReadingRow.id))
    ).all()
    return [_paper(session, row) for row in rows]


def refused(session: Session, request_id: str) -> list[Document]:
    """Attachments of the request's latest mail that could not be read. An older one has been answered already."""
    latest = session.exec(
        select(Message).where(messages.about(request_id)).order_by(col(Message.id).desc()).limit(1)
    ).first()
    if latest is None:
        return []
    return list(session.exec(select(Document).where(Document.message_id == latest.id, Document.refusal != "")).all())
