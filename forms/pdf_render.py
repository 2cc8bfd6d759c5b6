"""Pictures of PDF pages, the objects drawn on them and the characters of their text, by pypdfium2 only."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped,unused-ignore]

from forms.errors import Broken, Encrypted, TooManyPixels
from forms.limits import Limits
from forms.pdf_structure import shown_box, sorted_box
from forms.picture import Picture
from forms.reading import Box

DPI = 200
"""Rendering resolution: an OCR pass at 200 dpi costs half of one at 300 and reads labels as well (bench, 2026-11)."""

LONGEST_SIDE = 2800
"""Longest side in pixels: a legal page at 200 dpi. Pages that claim to be larger are rendered coarser."""

LEAST_SIDE = 4
"""Pixels of the shortest side; a page thinner than that was never one."""

LARGEST_PAGE = 14_400.0
"""Points a side; the largest page PDF readers must support (ISO 32000-1, annex C)."""

MOST_CHARACTERS = 40_000
"""A page with more characters than this is not a form; its text layer is left alone."""

LONGEST_NAME = 256
"""Bytes of a font's name."""

MOST_OBJECTS = 20_000
"""Page objects looked at; a born-digital page of text has some thousand."""


@dataclass(frozen=True)
class Drawn:
    """One object drawn on a page: `kind` is text, image or path; `hidden` text is a scanner's invisible OCR layer."""

    kind: str
    box: Box
    hidden: bool = False


@dataclass(frozen=True)
class Glyph:
    """A character of a page's text. `box` in points of the page as shown, origin top left; `font` as the PDF names it.

    The boxes of all letters of a row have one foot and one height, that of their font.
    """

    text: str
    box: Box
    font: str


class Renderer:
    """An open PDF. Use through `opened`."""

    def __init__(self, document: pypdfium2.PdfDocument, limits: Limits) -> None:
        self._document = document
        self._limits = limits

    def picture(self, index: int) -> Picture:
        """Page `index` (from 0) as a BGR picture at `DPI`, annotations and filled fields included.

        Raises `TooManyPixels`, or `Broken` when the page has next to no height or width.
        """
        page = self._document[index]
        width, height = page.get_size()
        if not 0 < width <= LARGEST_PAGE or not 0 < height <= LARGEST_PAGE:
            raise TooManyPixels
        scale = min(DPI / 72, LONGEST_SIDE / max(width, height))
        if width * height * scale * scale > self._limits.max_pixels:
            raise TooManyPixels
        if min(width, height) * scale < LEAST_SIDE:
            raise Broken
        bitmap = page.render(scale=scale, rev_byteorder=False)
        pixels = bitmap.to_numpy()
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)
        return np.ascontiguousarray(pixels[..., :3]).astype(np.uint8)

    def size(self, index: int) -> tuple[float, float]:
        """Width and height of page `index` in points as shown."""
        wide, tall = self._document[index].get_size()
        return float(wide), float(tall)

    def drawn(self, index: int) -> list[Drawn]:
        """What is drawn on page `index`, in drawing order; things inside form XObjects at their place on the page."""
        page = self._document[index]
        crop, turn = sorted_box(list(page.get_cropbox())), page.get_rotation()
        found: list[Drawn] = []
        nesting: list[pypdfium2.PdfMatrix] = []
        for item in page.get_objects(max_depth=6):
            if len(found) >= MOST_OBJECTS:
                break
            with suppress(pypdfium2.PdfiumError):
                del nesting[item.level :]
                bounds = sorted_box(list(item.get_bounds()))
                for matrix in reversed(nesting):
                    bounds = sorted_box(list(matrix.on_rect(*bounds)))
                if item.type == pdfium.FPDF_PAGEOBJ_FORM:
                    nesting.append(item.get_matrix())
                kind = _KINDS.get(item.type)
                if kind:
                    found.append(Drawn(kind, shown_box(bounds, crop, turn), kind == "text" and _hidden(item)))
        return found

    def glyphs(self, index: int) -> list[Glyph]:
        """The characters of page `index` in the order of the file, blanks among them; none of a page with too many."""
        page = self._document[index]
        crop, turn, (wide, tall) = sorted_box(list(page.get_cropbox())), page.get_rotation(), page.get_size()
        text = page.get_textpage()
        try:
            if text.count_chars() > MOST_CHARACTERS:
                return []
            found = []
            for number in range(text.count_chars()):
                sign = pdfium.FPDFText_GetUnicode(text.raw, number)
                if sign in _NO_SIGN or pdfium.FPDFText_IsGenerated(text.raw, number) == 1:
                    continue
                x0, y0, x1, y1 = shown_box(_body(text, number), crop, turn)
                found.append(Glyph(chr(sign), (x0 * wide, y0 * tall, x1 * wide, y1 * tall), _font(text.raw, number)))
            return found
        finally:
            text.close()


_NO_SIGN = frozenset((*range(32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))
"""Control characters, and halves of pairs that are no text on their own."""


def _body(text: pypdfium2.PdfTextPage, number: int) -> Box:
    """The box of a character in PDF user space: as high as its font's size, where it stands upright."""
    x0, y0, x1, y1 = text.get_charbox(number, loose=True)
    turn, size = pdfium.FS_MATRIX(), pdfium.FPDFText_GetFontSize(text.raw, number)
    if pdfium.FPDFText_GetMatrix(text.raw, number, turn) and turn.d > 0 and abs(turn.c) < 0.01 * turn.d:
        return x0, y0, x1, min(y1, y0 + size * turn.d)
    return x0, y0, x1, y1


def _font(text: pdfium.FPDF_TEXTPAGE, number: int) -> str:
    """The name of a character's font; empty when it has none."""
    name, flags = ctypes.create_string_buffer(LONGEST_NAME), ctypes.c_int()
    size = pdfium.FPDFText_GetFontInfo(text, number, name, LONGEST_NAME, flags)
    return name.value.decode("utf-8", "replace") if 0 < size <= LONGEST_NAME else ""


_KINDS = {
    pdfium.FPDF_PAGEOBJ_TEXT: "text",
    pdfium.FPDF_PAGEOBJ_IMAGE: "image",
    pdfium.FPDF_PAGEOBJ_PATH: "path",
    pdfium.FPDF_PAGEOBJ_SHADING: "path",
}


def _hidden(item: pypdfium2.PdfObject) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[Renderer]:
    """Open a PDF for rendering. Raises `Encrypted` or `Broken`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise (Encrypted if "password" in str(error).lower() else Broken) from error
    try:
        document.init_forms()
        yield Renderer(document, limits)
    except pypdfium2.PdfiumError as error:
        raise Broken from error
    finally:
        document.close()
