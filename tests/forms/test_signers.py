"""Names and dates are credited to the person beside whose signature they stand, whatever the form calls that person."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from forms.limits import Limits
from forms.reader import read_bytes
from forms.reading import FormReading
from tests.forms.papers import SENTENCE, picture_of, scan_of

STAFF, SECOND = ("Hannah O'Brien-McKay", "11/03/2026"), ("Daniel K. Monroe", "November 4, 2026")
Draw = Callable[[Canvas, str, int, tuple[str, str]], None]


def _under(page: Canvas, who: str, y: int, written: tuple[str, str]) -> None:
    """Labels under their rules: signature and date side by side, the name below."""
    for label, value, x, at in (
        (f"{who} Signature", "", 60, y), ("Date", written[1], 400, y), ("Printed Name", written[0], 60, y - 46)
    ):  # fmt: skip
        page.line(x, at, x + 180, at)
        page.drawString(x + 2, at - 12, label)
        page.drawString(x + 8, at + 4, value)


def _left(page: Canvas, who: str, y: int, written: tuple[str, str]) -> None:
    """Labels left of their rules, the name above the signature."""
    for label, value, x, at in (
        (f"{who} name:", written[0], 60, y), (f"Signature of {who}:", "", 60, y - 44),
        ("Date:", written[1], 390, y - 44),
    ):  # fmt: skip
        page.drawString(x, at, label)
        start = x + 8 + page.stringWidth(label)
        page.line(start, at - 2, start + 150, at - 2)
        page.drawString(start + 6, at, value)


def _cells(page: Canvas, who: str, y: int, written: tuple[str, str]) -> None:
    """Labels in the corner of numbered cells."""
    for number, label, value, x, wide in (
        (12, "NAME (PRINT)", written[0], 60, 170), (13, f"{who.upper()} SIGNATURE", "", 230, 200),
        (14, "DATE", written[1], 430, 130),
    ):  # fmt: skip
        page.rect(x, y - 40, wide, 40)
        page.setFont("Helvetica", 7)
        page.drawString(x + 3, y - 9, f"{number}. {label}")
        page.setFont("Helvetica", 10)
        page.drawString(x + 6, y - 34, value)


def form(draw: Draw, second: str, witness: bool) -> bytes:
    """A consent of another house whose second signer is called `second`, a witness between the two."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=letter, invariant=1)
    page.setFont("Helvetica-Bold", 14)
    page.drawString(170, 720, "USER CONSENT FORM")
    page.setFont("Helvetica", 10)
    for row in range(4):
        page.drawString(60, 690 - 16 * row, SENTENCE)
    page.drawString(60, 622, "The date of signing and the name must be legible. The staff named above agree to this.")
    people = [("Employee", STAFF), (second, SECOND)]
    if witness:
        people.insert(1, ("Witness", ("Pat Morgan", "01/02/2024")))
    for number, (who, written) in enumerate(people):
        draw(page, who, 560 - 130 * number, written)
    page.save()
    return out.getvalue()


def only(data: bytes) -> FormReading:
    (found,) = read_bytes(data, Limits()).forms
    return found


@pytest.mark.parametrize("second", ["Supervisor", "Executive Director", "Line Manager"])
@pytest.mark.parametrize("draw", [_under, _left, _cells])
@pytest.mark.parametrize("witness", [False, True])
def test_each_signer_has_the_own_name_and_date(draw: Draw, second: str, witness: bool) -> None:
    read = only(form(draw, second, witness))
    names = ("staff_name", "staff_date", "supervisor_name", "supervisor_date")
    assert [read.value(n) for n in names] == [STAFF[0], "2026-11-03", SECOND[0], "2026-11-04"]


def test_print_on_a_scan_is_trusted() -> None:
    read = only(scan_of(picture_of(form(_left, "Supervisor", witness=False))))
    fields = {f.name: f for f in read.fields}
    for name, value in (("staff_name", STAFF[0]), ("supervisor_name", SECOND[0]), ("supervisor_date", "2026-11-04")):
        assert (fields[name].value, fields[name].confidence > 0.75) == (value, True), name
