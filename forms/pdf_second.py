"""A second opinion on a page's text, by pdfplumber only: for pages whose characters pdfium draws and cannot name.

It takes three to six times as long, so it is asked for such pages alone.
"""

from __future__ import annotations

import io
from contextlib import suppress

import pdfplumber
from pdfplumber.page import Page

from forms.pdf_render import MOST_CHARACTERS
from forms.pdf_text import HOLE, SAME_ROW, TextWord


def words(data: bytes, index: int) -> list[TextWord]:
    """The words of page `index` (from 0); none when the page's text cannot be read (its picture still can)."""
    try:
        pdf = pdfplumber.open(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception:  # pdfminer fails in many ways on odd files
        return []
    try:
        page = pdf.pages[index]
        if len(page.chars) > MOST_CHARACTERS:
            return []
        found = page.extract_words(extra_attrs=["fontname"], x_tolerance=HOLE, y_tolerance=SAME_ROW)
        return [_placed(page, word) for word in found]
    except MemoryError:
        raise
    except Exception:  # as above
        return []
    finally:
        with suppress(Exception):  # closing walks the pages once more and fails where reading them did
            pdf.close()


def _placed(page: Page, word: dict[str, object]) -> TextWord:
    left, top, right, bottom = (float(v) for v in page.cropbox)
    width, height = max(right - left, 1e-6), max(bottom - top, 1e-6)
    x0, y0, x1, y1 = (float(str(word[key])) for key in ("x0", "top", "x1", "bottom"))
    box = ((x0 - left) / width, (y0 - top) / height, (x1 - left) / width, (y1 - top) / height)
    return TextWord(str(word["text"]), box, str(word.get("fontname", "")))
