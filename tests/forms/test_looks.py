"""Pages that look the same are read once; whatever a program adds to them is seen."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from PIL import Image

from forms import reader, sandbox
from forms.limits import Limits
from forms.reader import read_bytes
from forms.reading import FileReading, Looks
from forms.sandbox import keep_ready, read_file
from forms.shelf import Shelf
from forms.wire import pack, unpack
from tests.forms import papers


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """A consent of another house, on paper."""
    rough = np.random.default_rng(7).normal(246, 3.0, (2200, 1700))
    ink = papers.picture_of(papers.foreign_consent()).min(axis=2)
    return Image.fromarray(np.clip(np.minimum(rough, ink.astype(np.float64)), 0, 255).astype(np.uint8))


def as_pdf(*pages: Image.Image, title: str = "") -> bytes:
    out, saved = io.BytesIO(), io.BytesIO()
    pages[0].save(out, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    with pikepdf.open(out) as pdf:
        pdf.docinfo["/Title"] = title
        pdf.save(saved)
    return saved.getvalue()


def stamped(data: bytes) -> bytes:
    """The PDF with a rubber stamp that a program laid on its first page."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        mark = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[60, 500, 300, 540], Contents="Approved"
        )
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(mark)]))
        pdf.save(out)
    return out.getvalue()


def encoded(page: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    page.save(out, kind)
    return out.getvalue()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[FileReading]:
    """What each child answers, on a shelf of our own."""
    said: list[FileReading] = []

    def noted(data: bytes) -> FileReading:
        said.append(unpack(data))
        return said[-1]

    monkeypatch.setattr(sandbox, "unpack", noted)
    monkeypatch.setattr(sandbox, "_shelf", Shelf(most=8))
    return said


def test_the_same_pages_in_another_file_are_not_read_again(page: Image.Image, answers: list[FileReading]) -> None:
    first = read_file(as_pdf(page, title="scan"))
    again = read_file(as_pdf(page, title="scan, sent on"))
    assert len(answers) == 2
    assert answers[1].forms == ()
    assert first.forms
    assert again == replace(first, sha256=again.sha256)
    assert again.sha256 != first.sha256


def test_the_same_pixels_in_another_format_are_not_read_again(page: Image.Image, answers: list[FileReading]) -> None:
    first, again = read_file(encoded(page, "PNG")), read_file(encoded(page, "TIFF"))
    assert answers[1].forms == ()
    assert (first.forms, first.media_type, again.media_type) == (again.forms, "image/png", "image/tiff")


def test_what_a_program_lays_on_a_page_makes_it_another(page: Image.Image, answers: list[FileReading]) -> None:
    plain = as_pdf(page)
    first, second = read_file(plain), read_file(stamped(plain))
    assert answers[1].forms
    assert first.looks != second.looks


def test_one_pixel_makes_another_page(page: Image.Image, answers: list[FileReading]) -> None:
    other = page.copy()
    other.putpixel((850, 1100), 0)
    read_file(encoded(page, "PNG"))
    read_file(encoded(other, "PNG"))
    assert answers[1].forms


def test_a_file_that_only_begins_alike_is_read_whole() -> None:
    two, one = (papers.numbered(*pages) for pages in ((("CONSENT FORM", "1"), ("", "2")), (("CONSENT FORM", "1"),)))
    fresh = read_bytes(two, Limits())
    assert read_bytes(two, Limits(), [read_bytes(one, Limits()).looks]) == fresh
    assert len(fresh.looks) == 2
    longer: Looks = (*fresh.looks, "0" * 64)
    assert read_bytes(two, Limits(), [longer]) == fresh


def test_no_page_of_a_known_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = papers.numbered(("CONSENT FORM", "1"), ("", "2"))
    fresh = read_bytes(data, Limits())

    def never(_: object) -> None:
        raise AssertionError("a page was read again")

    monkeypatch.setattr(reader, "leaf_of", never)
    known = read_bytes(data, Limits(), [("0" * 64,), fresh.looks])
    assert (known.looks, known.forms, known.text) == (fresh.looks, (), "")


def test_looks_cross_the_border() -> None:
    reading = read_bytes(papers.numbered(("CONSENT FORM", "1")), Limits())
    assert reading.looks
    assert unpack(pack(reading)) == reading


def test_a_reading_made_elsewhere_stands_for_its_own_file_only(page: Image.Image, answers: list[FileReading]) -> None:
    data = encoded(page, "PNG")
    first = read_file(data)
    keep_ready(replace(first, sha256="f" * 64, text="made up"))
    assert read_file(encoded(page, "TIFF")).text == first.text
    assert len(answers) == 2


def test_limits_hold_for_known_pages_too(page: Image.Image, answers: list[FileReading]) -> None:
    read_file(as_pdf(page))
    refused = read_file(as_pdf(page, title="again"), Limits(max_pixels=1_000_000))
    assert refused.refusal
    assert answers[1].looks == ()
