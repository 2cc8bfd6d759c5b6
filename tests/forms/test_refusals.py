"""Every hostile or broken file ends in its own refusal, through the sandbox, without an exception."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from forms.sandbox import Limits, read_file
from tests.forms import papers

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "blanks": (lambda: b"\n \n\x00\x00", "empty"),
    "text": (lambda: b"Dear all, please find the form attached.", "unsupported_type"),
    "zip named pdf": (papers.zipped, "unsupported_type"),
    "web page and pdf in one": (papers.polyglot, "unsupported_type"),
    "gif": (lambda: b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "unsupported_type"),
    "encrypted": (papers.encrypted, "encrypted"),
    "header only": (lambda: b"%PDF-1.7\n", "broken"),
    "noise after header": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "broken"),
    "png cut": (lambda: papers.png_bomb()[:20], "broken"),
    "png with a colour profile cut short": (
        lambda: papers.png_bomb()[:33] + b"\0\0\0\1iCCPx" + zlib.crc32(b"iCCPx").to_bytes(4, "big"),
        "broken",
    ),
    "jpeg cut": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "broken"),
    "tiff cut": (lambda: papers.tiff(1)[:12], "broken"),
    "png of 2.5 gigapixels": (papers.png_bomb, "too_many_pixels"),
    "pdf with a picture of 2.5 gigapixels": (papers.picture_bomb_pdf, "too_many_pixels"),
    "page kilometres wide": (papers.huge_page, "too_many_pixels"),
    "ten thousand pages": (lambda: papers.many_pages(10_000), "too_many_pages"),
    "tiff of forty pages": (lambda: papers.tiff(40), "too_many_pages"),
    "thirty megabytes": (lambda: b"%PDF-1.7\n" + bytes(30 * 1024 * 1024), "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refusal_names_what_is_wrong(name: str) -> None:
    make, code = HOSTILE[name]
    reading = read_file(make())
    assert reading.refusal is not None
    assert reading.refusal.code == code
    assert len(reading.refusal.sentence) > 20
    assert not reading.forms


def test_truncated_pdf_is_broken() -> None:
    whole = papers.scan_of(papers.picture_of(papers.foreign_consent(), 60), 60)
    for share in (0.2, 0.5, 0.9):
        reading = read_file(whole[: int(len(whole) * share)])
        assert reading.refusal is not None
        assert reading.refusal.code == "broken"


def test_drawing_bomb_is_stopped() -> None:
    reading = read_file(papers.stream_bomb_pdf(), Limits(wall_seconds=8, memory_bytes=700 * 1024 * 1024))
    assert reading.refusal is not None
    assert reading.refusal.code in {"took_too_long", "out_of_memory", "reader_failed", "broken"}
