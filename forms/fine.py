"""Strokes of a fine or faint pen, of which only the darkest bits pass the threshold that parts ink from paper."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from forms.dashes import clear_dashes
from forms.leaf import Leaf
from forms.measures import stroke_of
from forms.picture import Picture, grey
from forms.slots import Slot
from forms.wiping import clear_print, clear_rules
from forms.words import Word

MORE = 1.35
"""Times the length that the lighter strokes must add up to with the dark bits: an ordinary pen gains less."""

DIMMER = 0.4
"""Share of the darkness of the dark bits down to which a stroke that hangs on them belongs to the same pen."""

QUIET, LEAST = 5.0, 10.0
"""Times the spread of the paper's tone from which a stroke stands out, and at least how many tones of 256."""

PIECE = 24
"""Pixels (3 mm) of width or height from which a lighter stroke counts that touches no dark bit."""

FOLD = 24
"""Pixels up to which a faint band that runs in at one edge and out at the other is a fold's or a copier's shadow."""

WIDER = 25
"""Pixels (3 mm) up to which what is dark lies on the paper; what is wider is the paper's own shade."""

STRAIGHT = 0.7
"""Share of the window's width or height from which a straight band is no stroke."""

Tones = npt.NDArray[np.float32]


def contrast_of(picture: Picture) -> tuple[Tones, float]:
    """How much darker than the paper around it each pixel is, in tones of 256, and the spread of the paper's own."""
    tone = cv2.GaussianBlur(grey(picture), (0, 0), 1.0)
    paper = cv2.morphologyEx(tone, cv2.MORPH_CLOSE, np.ones((WIDER, WIDER), np.uint8))
    contrast = cv2.GaussianBlur(paper, (0, 0), 6).astype(np.float32) - tone
    usual = float(np.median(contrast))
    return contrast - usual, float(np.median(np.abs(contrast - usual))) * 1.48


def darker(leaf: Leaf, level: float) -> Picture:
    """The page's pixels that are so many tones darker than the paper around them (255, 0)."""
    return np.where(contrast_of(leaf.picture)[0] > level, 255, 0).astype(np.uint8)


def followed(
    mask: Picture, slot: Slot, picture: Picture, own: tuple[Word, ...], corner: tuple[int, int]
) -> Picture | None:
    """The dark bits of a mark with the lighter strokes of the same pen, when those are most of it; else None.

    `mask` and `picture` cover the same window of the page, whose upper left pixel is `corner`.
    """
    contrast, spread = contrast_of(picture)
    level = max(LEAST, QUIET * spread)
    if mask.any():
        level = max(level, DIMMER * float(np.median(contrast[mask > 0])))
    light = np.where(contrast > level, 255, 0).astype(np.uint8)
    clear_rules(light, slot, *corner, pad=5)
    light[_folds(light) > 0] = 0
    clear_print(light, slot, own, *corner)
    clear_dashes(light, slot.leaf, lambda: darker(slot.leaf, level), *corner)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_or(light, mask), connectivity=8)
    keep = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= PIECE
    keep &= ~through(stats, light.shape)
    keep[np.unique(parts[mask > 0])] = True
    keep[0] = False
    whole = np.where(keep[parts], 255, 0).astype(np.uint8)
    return whole if length_of(whole) > MORE * length_of(mask) else None


def _folds(light: Picture) -> Picture:
    """Straight bands over most of the window: the shadow of a fold, a copier's line. No pen runs so far so straight."""
    return np.asarray(_bands(light) | _bands(np.ascontiguousarray(light.T)).T, dtype=np.uint8)


def _bands(light: Picture) -> Picture:
    """The level ones; they lean a little, and what crosses them parts them."""
    width = light.shape[1]
    runs = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((1, max(PIECE, width // 4)), np.uint8))
    joined = np.asarray(cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((7, 2 * PIECE), np.uint8)), dtype=np.uint8)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    long = stats[:, cv2.CC_STAT_WIDTH] >= STRAIGHT * width
    long[0] = False
    band = np.where(long[parts], 255, 0).astype(np.uint8)
    return np.asarray(cv2.dilate(band, np.ones((7, 7), np.uint8)), dtype=np.uint8)


def length_of(mask: Picture) -> float:
    """Length of the pen line in pixels, about; 0 where there is none."""
    return cv2.countNonZero(mask) / stroke_of(mask)[0]


def through(stats: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which connected parts run in at one edge of their window and out at the other, as the shadow of a fold does."""
    left, top, wide, tall = (stats[:, n] for n in range(4))
    across, down = (left == 0) & (left + wide == shape[1]), (top == 0) & (top + tall == shape[0])
    return np.asarray((across | down) & (np.minimum(wide, tall) <= FOLD), dtype=np.bool_)
