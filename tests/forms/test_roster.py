"""The marked list of people with access: drawn, marked by hand, signed, scanned, and read by the reader."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.blank.roster import BOX, COLUMNS, ROWS, SIGN, STEP, TOP, Listed, draw, pages_of
from forms.reading import FormReading
from forms.sandbox import read_file
from forms.schema import FormKind
from tests.forms.papers import picture_of, scan_of, signed

PEOPLE = [Listed(f"CX{10001 + n}", f"Pat Staff{n}", "Case manager", "view") for n in range(5)]
SCALE = 200 / 72


def scanned(marks: list[list[int]], *, sign: bool = True) -> bytes:
    """The list of `PEOPLE` with these boxes crossed in each row, as an office scanner sends it."""
    return cross(draw("RC-2026-NEXUS", "Nexus", "2026-07-01", PEOPLE), marks, sign=sign)


def cross(paper: bytes, marks: list[list[int]], *, sign: bool = True) -> bytes:
    """The first page of a list with crosses, signed and scanned."""
    page = picture_of(paper).copy()
    for row, columns in enumerate(marks):
        for column in columns:
            x, y = (int(v * SCALE) for v in (COLUMNS[column], TOP + row * STEP))
            side = int(BOX * SCALE)
            for a, b in (((x - 2, y + 3), (x + side + 3, y + side - 2)), ((x + side, y - 3), (x + 2, y + side))):
                cv2.line(page, a, b, (60, 30, 20), 4, cv2.LINE_AA)
    if sign:
        page = signed(page, int(70 * SCALE), int(SIGN * SCALE))
    return scan_of(np.ascontiguousarray(page))


def roster(data: bytes) -> FormReading:
    (form,) = read_file(data).forms
    assert form.kind is FormKind.ROSTER
    return form


def test_every_box_is_read() -> None:
    form = roster(scanned([[0], [1], [2], [], [0, 1]]))
    assert form.value("mark") == "RC-2026-NEXUS"
    assert [form.value(f"row-1-{n:02d}") for n in range(5)] == ["keep", "remove", "changed", "", ""]
    digits = ["".join(filter(str.isdigit, form.value(f"id-1-{n:02d}"))) for n in range(5)]
    assert digits == [p.user_id[2:] for p in PEOPLE]
    sure = {f.name: f.confidence for f in form.fields}
    assert [sure[f"row-1-{n:02d}"] > 0.75 for n in range(5)] == [True, True, True, False, False]
    assert form.value("signed-1") == "yes"


def test_an_unsigned_list_says_so() -> None:
    form = roster(scanned([[0]] * 5, sign=False))
    assert form.value("signed-1") == ""
    assert {form.value(f"row-1-{n:02d}") for n in range(5)} == {"keep"}


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (ROWS, 1), (ROWS + 1, 2)])
def test_pages(count: int, pages: int) -> None:
    assert pages_of(count) == pages


def test_the_same_list_is_the_same_paper() -> None:
    assert draw("RC-2026-NEXUS", "Nexus", "d", PEOPLE) == draw("RC-2026-NEXUS", "Nexus", "d", PEOPLE)
