"""Tesseract itself, behind its one door: what it cannot read costs nothing but itself."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms import ocr
from forms.errors import ReaderFailed
from forms.picture import Picture

TOO_WIDE = 33_000
"""Pixels: more than tesseract takes in a picture; it gives up with an error, as it does when it crashes."""


def line(text: str, wide: int = 600) -> Picture:
    page = np.full((60, wide, 3), 255, np.uint8)
    cv2.putText(page, text, (20, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0, 0, 0), 2)
    return page


def test_a_line_that_tesseract_gives_up_on_holds_no_words_and_costs_no_other_line() -> None:
    names = ("Laura", "Owen", "Frank", "Peter")
    lines = [line(name) for name in names]
    lines.insert(2, line("Maria", TOO_WIDE))
    read = [[word.text for word in words] for words in ocr.read_lines(lines)]
    assert read == [["Laura"], ["Owen"], [], ["Frank"], ["Peter"]]


def test_a_page_that_tesseract_gives_up_on_is_refused() -> None:
    with pytest.raises(ReaderFailed):
        ocr.read_words(line("Maria", 2 * TOO_WIDE))


def test_nothing_to_read() -> None:
    assert ocr.read_lines([]) == []
