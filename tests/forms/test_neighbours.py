"""A signature that overflows from the next cell is nobody else's: an empty slot under it is never called signed."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from deployments.samples import handwriting
from forms.limits import Limits
from forms.picture import Picture
from forms.reader import read_bytes
from forms.reading import SignatureReading, Verdict
from forms.schema import Role
from tests.forms.papers import headed, picture_of, scan_of

CELL = 42
"""Points from one signer's cell to the next."""


def table() -> Picture:
    """A consent whose signers stand in cells, one under the other, an owner of the data last."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=letter, invariant=1)
    headed(page)
    page.setFont("Helvetica", 7)
    for number, who in enumerate(("USER", "SUPERVISOR", "INFORMATION OWNER")):
        top = 520 - CELL * number
        for left, right, label in ((60, 200, "PRINTED NAME"), (200, 430, f"{who} SIGNATURE"), (430, 550, "DATE")):
            page.rect(left, top - CELL, right - left, CELL)
            page.drawString(left + 3, top - 9, label)
    page.save()
    return picture_of(out.getvalue())


def written(page: Picture, name: str, cell: int, size: float, x: float = 260, low: float = 0.0) -> Picture:
    """The page with a signature on the floor of a cell, or `low` points under it; `size` is the x-height in pixels."""
    hand = handwriting.hand_of(name, 31)
    mark, (left, base) = handwriting.ink(handwriting.signature_paths(name, hand), hand, size, 3.4)
    floor = 792 - (520 - CELL * (cell + 1)) + low
    made = Image.fromarray(np.ascontiguousarray(page[..., ::-1]))
    made.paste(mark, (int(x * 200 / 72 - left), int(floor * 200 / 72 - base - 4)), mark)
    return np.ascontiguousarray(np.asarray(made)[..., ::-1])


def slot(page: Picture, role: Role) -> SignatureReading:
    [form] = read_bytes(scan_of(page), Limits()).forms
    found = form.signature(role)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "size"), [("Marta Ellis", 52), ("Sofia Brandt", 48), ("Emil Carver", 50)])
def test_a_signature_from_the_cell_below_does_not_sign_the_empty_one(name: str, size: float) -> None:
    page = written(written(table(), "Lena Voss", 0, 24), name, 2, size)
    found = slot(page, Role.SUPERVISOR)
    assert found.verdict is Verdict.UNCLEAR
    assert "next place" in found.evidence[0]


def test_a_tail_from_the_cell_above_does_not_sign_the_empty_one() -> None:
    page = written(table(), "Ray Okafor", 0, 34, low=9)
    assert slot(page, Role.SUPERVISOR).verdict in (Verdict.BLANK, Verdict.UNCLEAR)


TAILS = [("Lena Voss", "Emil Carver", 260, 260), ("Sofia Brandt", "Ray Okafor", 250, 260)]


@pytest.mark.parametrize(("name", "under", "x", "x_under"), TAILS, ids=[t[0] for t in TAILS])
def test_a_signature_keeps_its_letters_when_its_tail_runs_into_the_next(
    name: str, under: str, x: float, x_under: float
) -> None:
    page = written(written(table(), name, 0, 24, x), under, 1, 28, x_under)
    floor, left = int((792 - (520 - CELL)) * 200 / 72), int(x * 200 / 72)
    letters = page[floor - 40 : floor - 8, left:1180].min(axis=(0, 2)) < 128
    end = left + int(np.flatnonzero(letters)[-1]) - 4
    tail = np.array([(end, floor - 26), (end - 20, floor + 50), (end - 90, floor + 104)])
    cv2.polylines(page, [tail], False, (60, 40, 20), 4)
    assert slot(page, Role.STAFF).verdict is Verdict.INK
    assert slot(page, Role.SUPERVISOR).verdict is Verdict.INK


def test_who_signed_in_the_own_cell_is_believed_beside_an_overflowing_neighbour() -> None:
    page = written(written(table(), "Lena Voss", 0, 24), "Ray Okafor", 1, 24, 220)
    page = written(page, "Emil Carver", 2, 50, 330)
    assert slot(page, Role.SUPERVISOR).verdict in (Verdict.INK, Verdict.UNCLEAR)
    assert slot(page, Role.STAFF).verdict is Verdict.INK


def stemmed(page: Picture, cell: int, x: int) -> Picture:
    """The page with the long stem of a letter from roof to floor of a cell, and what hangs on it."""
    made = page.copy()
    top, foot = (round((792 - (520 - CELL * n)) * 200 / 72) for n in (cell, cell + 1))
    cv2.line(made, (x, top + 2), (x + 1, foot + 8), (70, 50, 40), 3)
    cv2.ellipse(made, (x + 22, top + 70), (22, 16), 10, 150, 400, (70, 50, 40), 3)
    cv2.line(made, (x - 24, top + 62), (x + 70, top + 52), (70, 50, 40), 3)
    return made


@pytest.mark.parametrize("x", [700, 760])
def test_a_stem_from_roof_to_floor_closes_no_cell(x: int) -> None:
    page = stemmed(written(table(), "Lena Voss", 0, 30, x=285), 0, x)
    found = slot(page, Role.STAFF)
    assert found.verdict is Verdict.INK
    assert found.box[2] * page.shape[1] > 1_150  # as far as the cell


def test_a_side_that_a_signature_runs_over_stays_a_side() -> None:
    page = written(table(), "Marta Ellis", 0, 40, x=330)
    assert slot(page, Role.STAFF).box[2] * page.shape[1] < 1_230


def test_strokes_that_stand_over_the_place_leave_it_not_empty() -> None:
    page = written(table(), "Marta Ellis", 0, 30, low=-26)
    assert slot(page, Role.STAFF).verdict is not Verdict.BLANK
