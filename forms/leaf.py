"""One page in reading position: upright picture, words with their places, rules, and what programs laid on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from forms import ocr, sheet, upright
from forms.pages import RawPage
from forms.pdf_structure import Mark, Widget
from forms.picture import Frame, Picture, crop, frame_of, grey
from forms.reading import Box, Source
from forms.rules import Rules, erased, find_rules, without_print
from forms.words import Word, overlap

SPOTLESS = 0.97
"""Share of the paper's pixels that have one exact shade on a page that was never scanned."""

SENSIBLE = 12.0
"""A reading of this much sense needs no second try in another direction; see `ocr.sense`."""


@dataclass
class Leaf:
    """A page ready to read. All boxes (words, marks, widgets, rules) are in pixels of `picture`, which is BGR."""

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

    @cached_property
    def rules(self) -> Rules:
        """The drawn lines of the page."""
        return without_print(find_rules(self.picture), [w.box for w in self.words if w.confidence > 0.5])

    @cached_property
    def second_words(self) -> list[Word]:
        """Words that only a second reading finds, which takes the page for one block; made when a label is missing."""
        if not self.scan:
            return []
        again = ocr.read_words(erased(self.picture, self.rules), ocr.BLOCK)
        return [
            w
            for w in again
            if not any(overlap(w.box, own.box) > 0.2 or overlap(own.box, w.box) > 0.5 for own in self.words)
        ]

    def box(self, box: Box) -> Box:
        """A box in pixels as fractions of the page as stored."""
        return self.frame.to_page(box)

    def crop(self, box: Box) -> bytes:
        """PNG of a region of the upright page."""
        return crop(self.picture, box)


def spotless(picture: Picture) -> bool:
    """Whether a grey or colour page has paper of one exact shade, as a rendered page has and a scanned one has not.

    A page in pure black and white tells nothing: a fax has no shades either.
    """
    tone = grey(picture)[::2, ::2]
    counts = np.bincount(tone.ravel(), minlength=256)
    paper = int(counts.argmax())
    light = int(counts[max(0, paper - 4) :].sum())
    shades = int((counts > 20).sum())
    return shades > 12 and counts[paper] > SPOTLESS * light


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
    picture, frame, words = _read_upright(picture, frame)
    return _placed(raw, picture, frame, words, photo=photo)


def _read_upright(picture: Picture, frame: Frame) -> tuple[Picture, Frame, list[Word]]:
    """Read, and when it makes no sense try the other directions; the direction that makes most sense wins."""
    best = (picture, frame, _words(picture))
    most = ocr.sense(best[2])
    for quarter in (2, 1, 3):
        if most >= SENSIBLE:
            break
        other, place = upright.turned(picture, frame, quarter)
        words = _words(other)
        if ocr.sense(words) > most:
            best, most = (other, place, words), ocr.sense(words)
    return best


def _words(picture: Picture) -> list[Word]:
    """Labels touch rules and the sides of cells: painted over, the same pass finds more of them."""
    return ocr.read_words(erased(picture, find_rules(picture)))


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
    clean = raw.scan and not photo and not raw.bitonal and spotless(raw.shown)
    return Leaf(raw.number, picture, frame, words, raw.scan, photo, widgets, marks, raw.layers, clean)
