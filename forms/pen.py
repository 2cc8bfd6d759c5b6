"""Whether a value was printed or written with a pen, measured on its marks. Recognition is only good for print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from forms.leaf import Leaf
from forms.picture import Picture
from forms.reading import Box
from forms.words import Word, around

EVEN = 0.032
"""Unevenness of the feet up to which letters stand on one line as only print does."""

UNEVEN = 0.06
"""Unevenness from which they were written by hand."""

BLACK, VERY_BLACK = 0.25, 0.3
"""Share of ink under its words from which it may be print, and from which it is likely; a pen's line is thinner."""

NEARLY_EVEN = 0.045
"""Unevenness that print has where a poor scan runs letters together."""

COLOURED = 14.0
"""Saturation above the label's from which the ink is a pen's; toner and its scan have none of their own."""


class Hand(StrEnum):
    """Who made the marks of a value, as far as they show it."""

    PRINT = "print"
    LIKELY_PRINT = "likely print"
    PEN = "pen"
    UNSURE = "unsure"


def hand_of(leaf: Leaf, words: Sequence[Word], label: Box) -> Hand:
    """Whether the words of a value are printed or penned. Too few letters that stand apart leave it unsure."""
    marks = marks_of(leaf, words, label)
    letters = sum(c.isalnum() for w in words for c in w.text)
    if marks.colour > COLOURED or (marks.feet >= UNEVEN and marks.parts > 2):
        return Hand.PEN
    if marks.parts >= 0.6 * letters and marks.feet <= EVEN and marks.ink >= BLACK:
        return Hand.PRINT
    likely = marks.ink >= VERY_BLACK and (marks.feet <= NEARLY_EVEN or marks.parts < 3)
    return Hand.LIKELY_PRINT if likely else Hand.UNSURE


@dataclass(frozen=True)
class Marks:
    """The marks of a value in numbers; lengths in parts of the height of its letters.

    `parts`: letters and strokes; `feet`: how unevenly they stand on their line; `heights`: how unlike their heights
    are to the few that print has; `colour`: saturation of its ink above that of the label's, 0 to 255; `taller`: its
    letters against those of the label; `strokes`: spread of the width of its strokes; `ink`: share of dark pixels.
    """

    parts: int
    feet: float
    heights: float
    colour: float
    taller: float
    strokes: float
    ink: float


def marks_of(leaf: Leaf, words: Sequence[Word], label: Box) -> Marks:
    """Measure the marks under the words of a value; `label` is the box of print to compare with."""
    box = around(w.box for w in words)
    dark = _part(leaf.rules.dark, box)
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    tall = float(np.median([w.height for w in words]))
    sizes = [(int(t), int(h), int(a)) for _, t, w, h, a in stats[1:count] if h > 0.35 * tall and a > 8 and w < 4 * tall]
    if len(sizes) < 3:
        return Marks(len(sizes), 1.0, 1.0, 0.0, 1.0, 1.0, float((dark > 0).mean()))
    foot = np.array([t + h for t, h, _ in sizes], dtype=np.float64)
    high = np.array([h for _, h, _ in sizes], dtype=np.float64)
    line = np.polyfit(range(len(foot)), foot, 1)
    off = np.abs(foot - np.polyval(line, range(len(foot))))
    away = cv2.distanceTransform(dark, cv2.DIST_L2, 3)
    ridge = away[(away > 0) & (away >= cv2.dilate(away, np.ones((3, 3), np.uint8)))]
    return Marks(
        len(sizes),
        float(np.median(off) / tall),
        float(np.std(high) / tall),
        _saturation(leaf, box) - _saturation(leaf, label),
        float(np.median(high)) / max(8.0, label[3] - label[1]),
        float(ridge.std() / max(0.5, ridge.mean())) if len(ridge) else 1.0,
        float((dark > 0).mean()),
    )


def _part(dark: Picture, box: Box) -> Picture:
    x0, y0, x1, y1 = (max(0, round(v)) for v in box)
    return np.ascontiguousarray(dark[y0:y1, x0:x1])


def _saturation(leaf: Leaf, box: Box) -> float:
    ink = _part(leaf.rules.dark, box) > 0
    if leaf.picture.ndim < 3 or not ink.any():
        return 0.0
    x0, y0, x1, y1 = (max(0, round(v)) for v in box)
    pixels = leaf.picture[y0:y1, x0:x1][ink].astype(np.int16)
    return float(np.median(pixels.max(axis=1) - pixels.min(axis=1)))
