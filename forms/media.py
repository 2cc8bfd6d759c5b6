"""What the bytes of a file are, whatever its name says."""

from __future__ import annotations

import io
import zipfile

from forms.errors import Empty, OldOffice, Unreadable, UnsupportedType

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
WEBP = "image/webp"
HEIC = "image/heic"
BMP = "image/bmp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_HEADER_WINDOW = 1024
"""A PDF may carry this many bytes before its header (ISO 32000-1, annex H, implementation note 13)."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"%PDF-", PDF),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Start of a compound file: .doc, .xls, and every Office file locked with a password ([MS-CFB] 2.2)."""

_ZIP = b"PK\x03\x04"

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
"""Brands of still pictures in a HEIF container (ISO/IEC 23008-12, annex B)."""

_FOREIGN = (_ZIP, b"MZ", b"\x7fELF", b"GIF8", _OLE, b"Rar!", b"7z\xbc\xaf", b"<html", b"<!DOC")
"""Starts of files that may hide a PDF further on; a file of two natures is never read."""


def media_type(data: bytes) -> str:
    """One of the media types read here. Raises `Empty`, `OldOffice` or `UnsupportedType`."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Empty
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(_OLE):
        raise OldOffice
    if data.startswith(_ZIP) and _is_word(data):
        return DOCX
    if picture := _picture(data[:16], len(data)):
        return picture
    head = data[:_HEADER_WINDOW]
    if b"%PDF-" in head and not head.lstrip().startswith(_FOREIGN):
        return PDF
    raise UnsupportedType


def hopeless(data: bytes) -> Unreadable | None:
    """Why a file need not be opened at all, by its bytes as they stand; None when it must be, as an archive must."""
    if data.startswith(_ZIP):
        return None
    try:
        media_type(data)
    except Unreadable as why:
        return why
    return None


def _picture(head: bytes, size: int) -> str:
    """The kind of picture whose start says less than eight bytes; empty when it is none."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return HEIC
    if head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == size:
        return BMP
    return ""


def _is_word(data: bytes) -> bool:
    """Whether an archive is a Word document, by its directory alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return False
