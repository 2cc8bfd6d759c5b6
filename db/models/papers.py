"""What was read from the papers: every value with its page, box and crop, kept for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now


class ReadingRow(SQLModel, table=True):
    """One form found in one document, and the request it belongs to.

    A later form of the same kind supersedes an earlier one, or completes it when it is just the pages that one lacks;
    nothing is overwritten. `missing_pages` are numbers within the form, `notes` are sentences for a person.
    """

    __tablename__ = "reading"

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    request_id: str | None = Field(default=None, foreign_key="request.id", index=True)
    kind: str
    confidence: float
    edition: str = ""
    pages: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    photo: bool = False
    engine: str = ""
    missing_pages: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    notes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    read_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class FieldRow(SQLModel, table=True):
    """A field as read, and as corrected by a person; both values stay. The box is in fractions of the page."""

    __tablename__ = "field"

    id: int | None = Field(default=None, primary_key=True)
    reading_id: int = Field(foreign_key="reading.id", index=True)
    name: str
    value: str
    confidence: float
    source: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    crop: bytes = b""
    corrected_value: str | None = None
    corrected_by: str | None = None

    @property
    def final(self) -> str:
        """The corrected value where a person corrected it, else the value as read."""
        return self.value if self.corrected_value is None else self.corrected_value


class SignatureRow(SQLModel, table=True):
    """A signature slot as judged by the reader, and by a person where the reader was in doubt; both stay.

    `fingerprint` is the shape of the mark (`forms/twins.py`), empty where there is none.
    """

    __tablename__ = "signature_finding"

    id: int | None = Field(default=None, primary_key=True)
    reading_id: int = Field(foreign_key="reading.id", index=True)
    role: str
    verdict: str
    confidence: float
    evidence: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    crop: bytes = b""
    fingerprint: bytes = b""
    judged_verdict: str | None = None
    judged_by: str | None = None

    @property
    def final(self) -> str:
        """The person's verdict where there is one, else the reader's."""
        return self.verdict if self.judged_verdict is None else self.judged_verdict


class SignatureCopy(SQLModel, table=True):
    """A signature that shows the same strokes as one on an earlier form; `likeness` (0 to 1) is how much agrees."""

    __tablename__ = "signature_copy"

    id: int | None = Field(default=None, primary_key=True)
    signature_id: int = Field(foreign_key="signature_finding.id", index=True)
    earlier_id: int = Field(foreign_key="signature_finding.id")
    likeness: float
