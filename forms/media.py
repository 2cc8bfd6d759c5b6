"""What the bytes of a file are, whatever its name says."""

from __future__ import annotations

from forms.errors import Empty, UnsupportedType

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"

_HEADER_WINDOW = 1024
"""A PDF may carry this many bytes before its header (ISO 32000-1, annex H, implementation note 13)."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"%PDF-", PDF),
)

_FOREIGN = (b"PK\x03\x04", b"MZ", b"\x7fELF", b"GIF8", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"<html", b"<!DOC")
"""Starts of files that may hide a PDF further on; a file of two natures is never read."""


def media_type(data: bytes) -> str:
    """One of the four media types read here. Raises `Empty` or `UnsupportedType`."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Empty
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    head = data[:_HEADER_WINDOW]
    if b"%PDF-" in head and not head.lstrip().startswith(_FOREIGN):
        return PDF
    raise UnsupportedType
