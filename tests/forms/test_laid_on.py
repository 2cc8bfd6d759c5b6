"""Text that a program draws over a scan is seen even when its font calls the glyphs blanks."""

from __future__ import annotations

import io

import pikepdf
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from forms.limits import Limits
from forms.pages import open_file
from tests.fuzz.pages import PEOPLE, scan

BLANKS = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
1 begincodespacerange <00> <FF> endcodespacerange
1 beginbfrange <00> <FF> [ %s ] endbfrange
endcmap end end""" % (b"<0020> " * 256)


def overlaid(*, silent: bool) -> bytes:
    """A scanned page with a name drawn over the second signature rule, its glyphs called blanks when `silent`."""
    out, picture = io.BytesIO(), io.BytesIO()
    scan().save(picture, "PNG")
    page = Canvas(out, pagesize=(612, 792), invariant=1)
    page.drawImage(ImageReader(picture), 0, 0, 612, 792)
    page.setFont("Times-Italic", 20)
    page.drawString(80, PEOPLE[1][2] + 4, "Pat-Roe")
    page.save()
    with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
        if silent:
            fonts = pdf.pages[0].Resources.Font
            for name in fonts.keys():  # noqa: SIM118  a pikepdf object, not a mapping
                fonts[name].ToUnicode = pdf.make_stream(BLANKS)
        pdf.save(changed := io.BytesIO())
    return changed.getvalue()


@pytest.mark.parametrize("silent", [False, True])
def test_drawn_text_leaves_a_mark(silent: bool) -> None:
    [page] = open_file(overlaid(silent=silent), Limits()).walk
    assert page.scan
    slot = (80 / 612, 1 - (PEOPLE[1][2] + 20) / 792, 140 / 612, 1 - PEOPLE[1][2] / 792)
    over = [
        m for m in page.marks if m.box[0] < slot[2] and m.box[2] > slot[0] and m.box[1] < slot[3] and m.box[3] > slot[1]
    ]
    assert {m.kind for m in over} == ({"path"} if silent else {"text"})


def test_a_plain_scan_has_no_marks() -> None:
    out = io.BytesIO()
    scan().save(out, "PDF", resolution=72)
    [page] = open_file(out.getvalue(), Limits()).walk
    assert page.marks == []
