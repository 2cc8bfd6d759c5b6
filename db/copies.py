"""Signatures that show the same strokes as one on another form on file."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from db import audit
from db.models.mail import Document
from db.models.papers import ReadingRow, SignatureCopy, SignatureRow
from db.models.requests import Request

EARLIER = aliased(SignatureRow)


@dataclass(frozen=True)
class Earlier:
    """A signature on file that another seems to be a copy of. `number` is its case, or its mail if it has none."""

    signature_id: int
    earlier_id: int
    number: str
    likeness: float


def on_file(session: Session, document: Document) -> list[tuple[int, bytes]]:
    """Ids and fingerprints of all signatures on file, but for those of this very file, whoever sent it when."""
    rows = session.exec(
        select(SignatureRow.id, SignatureRow.fingerprint)
        .join(ReadingRow, col(SignatureRow.reading_id) == ReadingRow.id)
        .join(Document, col(ReadingRow.document_id) == Document.id)
        .where(col(SignatureRow.fingerprint) != b"", col(Document.sha256) != document.sha256)
        .order_by(col(SignatureRow.id))
    ).all()
    return [(row_id, fingerprint) for row_id, fingerprint in rows if row_id is not None]


def note(session: Session, document: Document, slot: SignatureRow, earlier_id: int, likeness: float) -> None:
    """Keep that a signature shows the strokes of an earlier one, and audit it."""
    assert slot.id is not None
    session.add(SignatureCopy(signature_id=slot.id, earlier_id=earlier_id, likeness=likeness))
    audit.record(
        session,
        actor="correquests",
        action="signature.copied",
        subject=f"mail-{document.message_id}",
        clause="III.B.2.b",
        detail={"signature": slot.id, "role": slot.role, "earlier": earlier_id, "likeness": round(likeness, 3)},
    )


def of_reading(session: Session, reading: ReadingRow) -> list[Earlier]:
    """What the signatures of a form are copies of, most alike first.

    The same paper scanned and sent again for the same request is no copy.
    """
    rows = session.exec(
        select(SignatureCopy, ReadingRow, Document)
        .join(SignatureRow, col(SignatureCopy.signature_id) == SignatureRow.id)
        .where(SignatureRow.reading_id == reading.id)
        .join(EARLIER, col(SignatureCopy.earlier_id) == EARLIER.id)
        .join(ReadingRow, col(EARLIER.reading_id) == ReadingRow.id)
        .join(Document, col(ReadingRow.document_id) == Document.id)
        .order_by(col(SignatureCopy.likeness).desc())
    ).all()
    found = []
    for copy, earlier, document in rows:
        if earlier.request_id is not None and earlier.request_id == reading.request_id:
            continue
        case = session.get(Request, earlier.request_id) if earlier.request_id else None
        number = case.number if case else f"mail-{document.message_id}"
        found.append(Earlier(copy.signature_id, copy.earlier_id, number, copy.likeness))
    return found
