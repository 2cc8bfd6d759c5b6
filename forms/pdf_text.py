"""Words of a PDF's text layer: its characters put together by where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms.pdf_render import Glyph
from forms.reading import Box
from forms.words import around

SAME_ROW = 2.0
"""Points by which the tops of characters of one row may differ."""

HOLE = 2.0
"""Points of white between two characters from which on they belong to different words."""


@dataclass(frozen=True)
class TextWord:
    """A word of the text layer; `box` in fractions of the page as shown, `font` as the PDF names it."""

    text: str
    box: Box
    font: str


@dataclass
class _Run:
    """Characters written one after the other; `closed` when a blank follows them."""

    glyphs: list[Glyph]
    closed: bool = False

    @property
    def box(self) -> Box:
        return around(glyph.box for glyph in self.glyphs)


def words_of(glyphs: Iterable[Glyph], size: tuple[float, float]) -> list[TextWord]:
    """The words of a page of `size` (width, height in points), row by row from the left."""
    wide, tall = max(size[0], 1e-6), max(size[1], 1e-6)
    found = []
    for run in _joined(_runs(glyphs)):
        x0, y0, x1, y1 = run.box
        box = (x0 / wide, y0 / tall, x1 / wide, y1 / tall)
        found.append(TextWord("".join(glyph.text for glyph in run.glyphs), box, run.glyphs[0].font))
    return found


def _runs(glyphs: Iterable[Glyph]) -> list[_Run]:
    """The characters in the order of the file, parted at blanks and where the pen jumps. Blanks belong to no word.

    The order of the file counts within a word: the letters of a script font reach under their neighbours.
    """
    runs: list[_Run] = []
    for glyph in glyphs:
        last = runs[-1] if runs else None
        if glyph.text.isspace():
            if last:
                last.closed = True
        elif last and not last.closed and _follows(last.glyphs[-1].box, glyph.box):
            last.glyphs.append(glyph)
        else:
            runs.append(_Run([glyph]))
    return runs


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    """Rows from the top, runs from the left; what was written in pieces with no blank between is one word."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda r: r.glyphs[0].box[1]):
        if rows and run.glyphs[0].box[1] - rows[-1][-1].glyphs[0].box[1] <= SAME_ROW:
            rows[-1].append(run)
        else:
            rows.append([run])
    found: list[_Run] = []
    for row in rows:
        row.sort(key=lambda r: r.glyphs[0].box[0])
        for number, run in enumerate(row):
            if number and not found[-1].closed and _follows(found[-1].glyphs[-1].box, run.glyphs[0].box):
                found[-1] = _Run(found[-1].glyphs + run.glyphs, run.closed)
            else:
                found.append(run)
    return found


def _follows(before: Box, after: Box) -> bool:
    """Whether a character continues the word of the one before it."""
    level = abs(after[1] - before[1]) <= SAME_ROW
    return level and before[0] - HOLE <= after[0] <= before[2] + HOLE
