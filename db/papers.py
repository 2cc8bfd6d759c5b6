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
    other_pages: tuple[ReadingRow, ...] = ()
    """Readings of the same form's further pages in other files."""

    def value(self, name: str) -> str:
        """The final value of a field, or the empty string."""
        row = self.fields.get(name)
        return row.final if row else ""

    @property
    def missing_pages(self) -> tuple[int, ...]:
        """Pages of the form that stand in no file on file."""
        lacking = [set(reading.missing_pages) for reading in (self.reading, *self.other_pages)]
        return tuple(sorted(set.intersection(*lacking)))

    @property
    def mixed(self) -> bool:
        """Whether the pages of several forms lie between each other in a file."""
        return any(len(reading.notes) > bool(reading.missing_pages) for reading in (self.reading, *self.other_pages))


def _paper(session: Session, reading: ReadingRow) -> Paper:
    document = session.get(Document, reading.document_id)
    assert document is not None
    fields = session.exec(select(FieldRow).where(FieldRow.reading_id == reading.id).order_by(col(FieldRow.id))).all()
    slots = session.exec(select(SignatureRow).where(SignatureRow.reading_id == reading.id)).all()
    return Paper(reading, document, {f.name: f for f in fields}, {s.role: s for s in slots})


def of_request(session: Session, request_id: str) -> dict[str, Paper]:
    """The latest form of each kind on file for a request; one whose pages came in several files is put together."""
    rows = session.exec(
        select(ReadingRow).where(ReadingRow.request_id == request_id).order_by(col(ReadingRow.id))
    ).all()
    found: dict[str, Paper] = {}
    for row in rows:
        paper, before = _paper(session, row), found.get(row.kind)
        found[row.kind] = _together(before, paper) if before and _completes(paper, before) else paper
    return found


def _completes(paper: Paper, before: Paper) -> bool:
    """Whether a form is just pages that the one before it lacks: each has what the other has not."""
    lacks, gives = set(before.missing_pages), set(paper.missing_pages)
    return bool(lacks and gives) and not lacks & gives


def _together(before: Paper, paper: Paper) -> Paper:
    """Two parts of one form: a value is taken from the part that has one, a signature from the part with its place."""
    fields = before.fields | {n: r for n, r in paper.fields.items() if r.value or n not in before.fields}
    placed = {role: row for role, row in paper.signatures.items() if row.crop or role not in before.signatures}
    first = before if 1 not in before.reading.missing_pages else paper
    rest = [r for r in (before.reading, *before.other_pages, paper.reading) if r is not first.reading]
    return Paper(first.reading, first.document, fields, before.signatures | placed, tuple(rest))


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
