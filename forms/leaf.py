"""One page in reading position: upright picture, words with their places, rules, and what programs laid on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from forms import ocr, sheet, upright
from forms.pages import RawPage
from forms.pdf_structure import Mark, Widget
from forms.picture import Frame, Picture, crop, frame_of
from forms.reading import Box, Source
from forms.rows import LEAST_LEAN, Row, find_rows, lean, pen_mask, print_mask, prose
from forms.rules import Rules, erased, find_rules, without_print
from forms.spotless import spotless
from forms.words import Word, overlap

NEARBY = 70
"""Pixels up and down from a pen's stroke within which print may be a label that was lost to it."""

Pass = tuple[int, float]
"""How a page is read once more: tesseract's page segmentation, and the scale."""

FURTHER: tuple[Pass, ...] = ((ocr.SPARSE, ocr.SCALE), (ocr.BLOCK, 1.0))
"""Labels beside a signature that the sparse pass takes for part of it are found in one block, at full size."""

SENSIBLE = 12.0
"""A reading of this much sense needs no second try in another direction; see `ocr.sense`."""


@dataclass
class Leaf:
    """A page ready to read. All boxes (words, marks, widgets, rules) are in pixels of `picture`, which is BGR.

    `prose` are rows of running text that were passed over and are not among the `words`; `drawn` are the lines as seen
    before anything was read.
    """

    number: int
    picture: Picture
    frame: Frame
    words: list[Word]
    scan: bool
    photo: bool
    widgets: list[Widget] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    layers: int = 1
    spotless: bool = False
    fonts: dict[str, str] = field(default_factory=dict)
    drawn: Rules | None = None
    prose: list[Row] = field(default_factory=list)
    further: list[Pass] = field(default_factory=lambda: list(FURTHER))

    @cached_property
    def rules(self) -> Rules:
        """The drawn lines of the page."""
        sure = [w.box for w in self.words if w.confidence > 0.5 and any(c.isalnum() for c in w.text)]
        return without_print(self.drawn or find_rules(self.picture), sure + [row.box for row in self.prose])

    def read_prose(self) -> None:
        """Read the running text as well, for the forms that need it; a consent does not."""
        if self.prose:
            self.words += ocr.read_words(_only(self.picture, self.prose))
            self.prose = []

    def read_again(self) -> bool:
        """Read once more with the pen's strokes wiped, for labels that a signature crosses; whether that gave words.

        Each time as `further` says, until that is empty; a page made by a program is not read again.
        """
        if not self.scan or not self.further:
            return False
        mode, scale = self.further.pop(0)
        clean = erased(self.picture, self.rules)
        for row in self.prose:
            clean[_area(row)] = 255
        pen = pen_mask(self.picture, self.rules)
        clean[pen > 0] = 255
        clean[~_near(pen)] = 255
        better = []
        for word in _apart(ocr.read_words(clean, mode, scale)):
            rivals = [w for w in self.words if overlap(word.box, w.box) > 0.2 or overlap(w.box, word.box) > 0.4]
            if all(word.confidence > w.confidence for w in rivals):
                better.append(word)
                self.words = [w for w in self.words if w not in rivals]
        self.words += better
        return bool(better)

    def box(self, box: Box) -> Box:
        """A box in pixels as fractions of the page as stored."""
        return self.frame.to_page(box)

    def crop(self, box: Box) -> bytes:
        """PNG of a region of the upright page."""
        return crop(self.picture, box)


def leaf_of(raw: RawPage) -> Leaf:
    """Bring a page into reading position and read its words. Raises `ReaderFailed` when tesseract fails."""
    if not raw.scan:
        return _printed(raw)
    picture, frame = raw.shown, frame_of(raw.shown)
    corners = sheet.find_sheet(picture)
    photo = corners is not None
    if corners is not None:
        picture, frame = sheet.lay_flat(picture, frame, corners)
    elif sheet.unevenly_lit(picture):
        photo, picture = True, sheet.even_light(picture)
    picture, frame = upright.sized(picture, frame)
    picture, frame, _ = upright.straightened(picture, frame)
    sight, frame = _read_upright(picture, frame)
    leaf = _placed(raw, sight.picture, frame, sight.words, photo=photo)
    leaf.drawn, leaf.prose = sight.drawn, sight.prose
    return leaf


@dataclass
class _Sight:
    """A page picture in one direction: its rules and rows by vision, and its words once it was read."""

    picture: Picture
    drawn: Rules
    rows: list[Row]
    lean: float
    prose: list[Row] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def read(self) -> float:
        """Read all but the prose; how much sense it makes. Labels touch rules and sides of cells: those are wiped."""
        self.prose = prose(self.rows, self.drawn)
        clean = erased(self.picture, self.drawn)
        for row in self.prose:
            clean[_area(row)] = 255
        self.words = ocr.read_words(clean)
        return ocr.sense(self.words)


def _look(picture: Picture) -> _Sight:
    drawn = find_rules(picture)
    mask = print_mask(drawn)
    rows = find_rows(mask)
    return _Sight(picture, without_print(drawn, [row.box for row in rows]), rows, lean(mask, rows))


def _read_upright(picture: Picture, frame: Frame) -> tuple[_Sight, Frame]:
    """Read the way up that the letters show; when it makes no sense try the others, the most sensible wins."""
    sight = _look(picture)
    if sight.lean < 1 / LEAST_LEAN:
        picture, frame = upright.turned(picture, frame, 2)
        sight = _look(picture)
    best, most = (sight, frame), sight.read()
    for quarter in (2, 1, 3):
        if most >= SENSIBLE or not sight.rows:
            break
        other, place = upright.turned(picture, frame, quarter)
        turned = _look(other)
        if (sense := turned.read()) > most:
            best, most = (turned, place), sense
    return best


def _area(row: Row) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (int(v) for v in row.box)
    return slice(max(0, y0 - 2), y1 + 3), slice(max(0, x0 - 2), x1 + 3)


def _apart(words: Sequence[Word]) -> list[Word]:
    """The words without those that lie over a surer one: a stroke through print is read beside it."""
    return [w for w in words if all(o.confidence <= w.confidence or overlap(w.box, o.box) <= 0.2 for o in words)]


def _near(pen: Picture) -> npt.NDArray[np.bool_]:
    """The rows of pixels where a pen's strokes may have spoiled print; all other print was read well enough before."""
    marked = ((pen > 0).sum(axis=1) > 2).astype(np.uint8)[:, np.newaxis]
    return np.asarray(cv2.dilate(marked, np.ones((2 * NEARBY + 1, 1), np.uint8)))[:, 0] > 0


def _only(picture: Picture, rows: Sequence[Row]) -> Picture:
    """The rows on an otherwise white page."""
    page = np.full_like(picture, 255)
    for row in rows:
        page[_area(row)] = picture[_area(row)]
    return page


def _printed(raw: RawPage) -> Leaf:
    """A born-digital page: its text layer, or OCR when the text is drawn as outlines."""
    frame = frame_of(raw.shown)
    words = [Word(w.text, frame.from_page(w.box), 0.99, Source.TEXT) for w in raw.words]
    picture = raw.shown
    if len(words) < 5:
        picture, frame = upright.sized(picture, frame)
        words = ocr.read_words(picture)
    leaf = _placed(raw, picture, frame, words, photo=False)
    leaf.fonts = {w.text: w.font for w in raw.words}
    return leaf


def _placed(raw: RawPage, picture: Picture, frame: Frame, words: list[Word], *, photo: bool) -> Leaf:
    widgets = [Widget(w.name, w.tooltip, w.kind, w.value, w.state, frame.from_page(w.box)) for w in raw.widgets]
    marks = [Mark(m.kind, frame.from_page(m.box), m.words) for m in raw.marks]
    clean = raw.scan and not photo and spotless(raw.shown)
    return Leaf(raw.number, picture, frame, words, raw.scan, photo, widgets, marks, raw.layers, clean)
