"""Which pictures of a mail are mere layout: logos, signature pictures, icons. A form is larger."""

from __future__ import annotations

_LAYOUT_BYTES = 40_000
_LAYOUT_PIXELS = 300
_FORM_PIXELS = 1000
_BELIEVABLE = 30_000
"""Pixels along one side above which the header of a picture lies."""


def is_layout(kind: str, data: bytes, size: int) -> bool:
    """Whether a picture shown in the text is too small for a form. `data` is its start, `size` its length in bytes."""
    if not kind.startswith("image/"):
        return False
    pixels = picture_size(data)
    if pixels is None or max(pixels) > _BELIEVABLE:
        return size < _LAYOUT_BYTES
    return min(pixels) < _LAYOUT_PIXELS or (size < _LAYOUT_BYTES and max(pixels) < _FORM_PIXELS)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG by its header alone; None when it does not say."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"GIF8") and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _jpeg_size(data) if data.startswith(b"\xff\xd8\xff") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """The frame header of a JPEG (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + max(2, length)
    return None
