"""What a worn copier leaves down a page is no signature, and a signature's own strokes are nothing of a copier's."""

from __future__ import annotations

import cv2
import pytest

from forms.picture import Picture
from forms.reading import Verdict
from forms.schema import Role
from tests.forms.test_neighbours import slot, table, written


def dashed(page: Picture, columns: tuple[int, ...], lean: float, tone: int, step: int = 60) -> Picture:
    """The page with columns of upright dashes from its head to its foot."""
    made = page.copy()
    for column in columns:
        for top in range(40 + column % 17, page.shape[0] - 60, step):
            x, foot = round(column + lean * (top - 1100)), top + 22
            cv2.line(made, (x, top), (round(x + 22 * lean), foot), (tone, tone, tone), 3)
    return made


@pytest.mark.parametrize("tone", [60, 190])
@pytest.mark.parametrize("lean", [0.0, 0.012, -0.02])
def test_columns_of_dashes_leave_a_place_empty(lean: float, tone: int) -> None:
    page = dashed(table(), (640, 760, 905, 1010), lean, tone)
    assert slot(page, Role.STAFF).verdict is Verdict.BLANK


def test_a_signature_across_the_columns_is_ink() -> None:
    page = dashed(written(table(), "Marta Ellis", 0, 30), (640, 905), 0.012, 60)
    assert slot(page, Role.STAFF).verdict is Verdict.INK


def test_a_few_strokes_in_the_place_are_no_column() -> None:
    page = table()
    for x in (700, 760, 820):
        cv2.line(page, (x, 770), (x + 6, 812), (60, 60, 60), 3)
    assert slot(page, Role.STAFF).verdict not in (Verdict.BLANK, Verdict.INK)
