"""Words of a PDF's text layer with their places, by pdfplumber only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pdfplumber
from pdfplumber.page import Page as PlumberPage
from pdfplumber.pdf import PDF

from forms.reading import Box

MOST_CHARACTERS = 40_000
"""A page with more characters than this is not a form; its text layer is left alone."""


@dataclass(frozen=True)
class TextWord:
    """A word of the text layer; `box` in fractions of the page as shown, `font` as the PDF names it."""

    text: str
    box: Box
    font: str


class TextLayer:
    """An open PDF's text. Use through `text_layer`."""

    def __init__(self, pdf: PDF) -> None:
        self._pdf = pdf

    def words(self, index: int) -> list[TextWord]:
        """The words of page `index` (from 0); none when the page's text cannot be read."""
        try:
            page = self._pdf.pages[index]
            if len(page.chars) > MOST_CHARACTERS:
                return []
            found = page.extract_words(extra_attrs=["fontname"], keep_blank_chars=False, x_tolerance=2, y_tolerance=2)
            return [self._placed(page, word) for word in found]
        except MemoryError:
            raise
        except Exception:  # pdfminer fails in many ways on odd fonts; the picture is still there to read
            return []

    @staticmethod
    def _placed(page: PlumberPage, word: dict[str, object]) -> TextWord:
        left, top, right, bottom = (float(v) for v in page.cropbox)
        width, height = max(right - left, 1e-6), max(bottom - top, 1e-6)
        x0, y0, x1, y1 = (float(str(word[key])) for key in ("x0", "top", "x1", "bottom"))
        box = ((x0 - left) / width, (y0 - top) / height, (x1 - left) / width, (y1 - top) / height)
        return TextWord(str(word["text"]), box, str(word.get("fontname", "")))


@contextmanager
def text_layer(data: bytes) -> Iterator[TextLayer | None]:
    """The text of a PDF, or None when pdfminer cannot open it (the page pictures are still there to read)."""
    try:
        pdf = pdfplumber.open(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception:  # as above
        yield None
        return
    try:
        yield TextLayer(pdf)
    finally:
        with suppress(Exception):  # closing walks the pages once more and fails where reading them did
            pdf.close()
