"""The values a reading is made of. Plain, frozen, JSON-ready: this is what crosses the process border.

Boxes are `(x0, y0, x1, y1)` as fractions of the page as it was stored, origin top left, so that a box can be shown on
any rendering of the page. Confidences run from 0.0 to 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forms.schema import FormKind, Role

Box = tuple[float, float, float, float]

Looks = tuple[str, ...]
"""What the pages of a file look like: a digest of each, in their order (see `forms.looks`)."""


class Verdict(StrEnum):
    """What stands in a signature slot. Anything doubtful is `UNCLEAR` and goes to a person (III.B.2.b).

    `STRAY` is a mark on paper that is no signature: a date, a tick, a line through the slot, "N/A", a rubber stamp.
    """

    INK = "ink"
    BLANK = "blank"
    TYPED = "typed"
    ELECTRONIC = "electronic"
    STRAY = "stray"
    UNCLEAR = "unclear"


class Source(StrEnum):
    """Where a value was found: filled form field, text layer of a born-digital page, or recognised from a picture."""

    ACROFORM = "acroform"
    TEXT = "text"
    OCR = "ocr"


@dataclass(frozen=True)
class FieldReading:
    """One field as read. `page` counts from 1; `crop` is a PNG of the region, empty when the value has no place."""

    name: str
    value: str
    confidence: float
    source: Source
    page: int
    box: Box
    crop: bytes = b""


@dataclass(frozen=True)
class SignatureReading:
    """One slot as judged, with the evidence in words that a contract manager understands."""

    role: Role
    verdict: Verdict
    confidence: float
    evidence: tuple[str, ...]
    page: int
    box: Box
    crop: bytes = b""
    fingerprint: bytes = b""
    """The mark's lines (see `forms.twins`), by which a copy on another form is known; empty where there is no mark."""


@dataclass(frozen=True)
class FormReading:
    """One form found in a file. `photo` is true when the page looks photographed rather than scanned.

    `edition` is the footer mark when one could be read, else the empty string. `pages` are the file's page numbers.
    `missing_pages` are numbers within the form ("Page 1 of 2" without its second); `notes` are sentences for a person.
    """

    kind: FormKind
    confidence: float
    edition: str
    pages: tuple[int, ...]
    photo: bool
    fields: tuple[FieldReading, ...]
    signatures: tuple[SignatureReading, ...]
    missing_pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        """The value of a field, or the empty string when the form does not carry it."""
        return next((f.value for f in self.fields if f.name == name), "")

    def signature(self, role: Role) -> SignatureReading | None:
        """The judged slot of a role, or None when no such slot was found."""
        return next((s for s in self.signatures if s.role is role), None)


@dataclass(frozen=True)
class Refusal:
    """A file that was not read, and why: `code` for programs, `sentence` tells a person what to do."""

    code: str
    sentence: str


@dataclass(frozen=True)
class FileReading:
    """Everything read from one file: its forms, or the refusal. Exactly one of `forms` and `refusal` carries meaning.

    `text` is the plain text of the file, for sorting; it is clipped to 20,000 characters.
    `sha256` is the digest of the file's bytes, `media_type` what the bytes are (not what the name says).
    """

    sha256: str
    media_type: str
    pages: int
    forms: tuple[FormReading, ...] = ()
    refusal: Refusal | None = None
    text: str = ""
    engine: str = ""
    looks: Looks = ()
