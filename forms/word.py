"""A form sent as a Word file (.docx): its text, tables and content controls laid out on a page, by python-docx only.

A Word file carries no ink. An access request may be read from it; a consent in it is never a signed one (III.B.2.b).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import docx
import numpy as np
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from forms.errors import Broken, TooLarge, TooManyPages
from forms.limits import Limits
from forms.pdf_structure import Mark
from forms.pdf_text import TextWord
from forms.picture import Picture

PAGE = (1700, 2200)
"""Width and height in pixels of the page on which the text is laid out: letter at 200 dpi."""

MARGIN, ROW, LETTER, HIGH = 120, 44, 12, 22
"""Pixels: margin, distance of two rows, width of a letter and height of a word."""

MOST_UNPACKED = 40 * 1024 * 1024
"""Bytes that all parts of the archive may unpack to; a form has some hundred thousand."""

_ON = "\u2612\u2611\u2714\u2718"
_BOX = "\u2610" + _ON
"""Signs by which Word shows a box, and which of them are ticked."""

Row = list[str]
"""The cells of a row of a table, or one text for a paragraph."""


@dataclass
class WordPage:
    """A page laid out: its picture, and its words in fractions of it."""

    picture: Picture
    words: list[TextWord] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


_DAMAGED = (
    zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, ValueError, OSError, EOFError, AttributeError,
    NotImplementedError,
)  # fmt: skip
"""What opening a damaged archive raises; lxml's complaints about XML are `SyntaxError`s."""


def pages(data: bytes, limits: Limits) -> list[WordPage]:
    """The document on as many pages as it takes. Raises `Broken`, `TooLarge` or `TooManyPages`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise TooLarge
            if b"<!DOCTYPE" in archive.read("word/document.xml")[:4096]:
                raise Broken
        rows = list(_rows(docx.Document(io.BytesIO(data))))
    except _DAMAGED as error:
        raise Broken from error
    per_page = (PAGE[1] - 2 * MARGIN) // ROW
    parts = [rows[n : n + per_page] for n in range(0, len(rows), per_page)] or [[]]
    if len(parts) > limits.max_pages:
        raise TooManyPages
    return [_laid_out(part) for part in parts]


def _rows(document: Document) -> Iterator[tuple[Row, bool]]:
    """Paragraphs and rows of tables in reading order; the flag tells the rows of tables."""
    for block in document.element.body.iter(qn("w:p"), qn("w:tr")):
        if block.tag == qn("w:tr"):
            yield [_text(cell) for cell in block.iterchildren(qn("w:tc"))], True
        elif next(block.iterancestors(qn("w:tr")), None) is None:
            for line in _text(block).split("\n"):
                yield [line], False


def _text(element: BaseOxmlElement) -> str:
    """All text of an element, that of content controls and of ticked boxes included."""
    parts = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:sym"), qn("w:p")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append("   ")
        elif parts:
            parts.append(" " if node.tag == qn("w:sym") else "\n")
    return "".join(parts).strip("\n")


def _laid_out(rows: list[tuple[Row, bool]]) -> WordPage:
    width, height = PAGE
    page = WordPage(np.full((height, width, 3), 255, np.uint8))
    for number, (cells, table) in enumerate(rows):
        top = MARGIN + ROW * number
        wide = (width - 2 * MARGIN) // max(1, len(cells))
        for column, cell in enumerate(cells):
            left = MARGIN + wide * column
            if table:
                cv2.rectangle(page.picture, (left, top), (left + wide, top + ROW), (0, 0, 0), 2)
            _write(page, cell.replace("\n", " "), left + 8, top + 10, left + wide - 6)
    page.marks.append(Mark("word", (0.0, 0.0, 1.0, 1.0)))
    return page


def _write(page: WordPage, text: str, left: int, top: int, right: int) -> None:
    """Put the words of one cell beside each other, closer when they would not fit."""
    letter = min(LETTER, max(2.0, (right - left) / max(1, len(text))))
    x = float(left)
    for piece in text.replace("\u00a0", " ").split(" "):
        if piece and piece[0] in _BOX:
            _draw_box(page.picture, round(x), top, ticked=piece[0] in _ON)
        elif piece:
            box = (x / PAGE[0], top / PAGE[1], (x + letter * len(piece)) / PAGE[0], (top + HIGH) / PAGE[1])
            page.words.append(TextWord(piece, box, "Word"))
        x += letter * (len(piece) + 1) if piece else letter


def _draw_box(picture: Picture, x: int, y: int, *, ticked: bool) -> None:
    cv2.rectangle(picture, (x, y), (x + HIGH, y + HIGH), (0, 0, 0), 2)
    if ticked:
        cv2.line(picture, (x + 4, y + 4), (x + HIGH - 4, y + HIGH - 4), (0, 0, 0), 3)
        cv2.line(picture, (x + HIGH - 4, y + 4), (x + 4, y + HIGH - 4), (0, 0, 0), 3)
