"""What the trained judge looks at: a small normalised picture of the mark in a slot, and a few plain numbers."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from forms.ink import Residue
from forms.picture import grey
from forms.slots import Slot

TALL, WIDE = 80, 320
"""Pixels of the strip."""

MOST_SCALE = 0.5
"""Strip pixels per page pixel for marks of usual size (100 dpi); larger marks are made smaller to fit."""

MARGIN = 12
"""Page pixels kept around the mark."""

NUMBERS = (
    "pixels", "length", "wide", "tall", "share", "density", "stroke", "stroke_spread", "parts", "big_parts", "largest",
    "largest_wide", "part_tall", "height_spread", "foot_spread", "holes", "below", "upright", "level", "entropy",
    "saturation", "tone_spread", "edge", "stroke_ratio", "dark_ratio",
)  # fmt: skip
"""Numbers of `forms.ink` given to the judge, in order. What OCR reads in the slot is weighed apart."""

LOGGED = frozenset({"pixels", "length", "wide", "tall", "parts", "big_parts", "part_tall", "share", "holes"})
"""Numbers that are taken as log(1 + x)."""

Strip = npt.NDArray[np.float32]


def strip_of(slot: Slot, residue: Residue) -> Strip:
    """The mark as (2, TALL, WIDE), 0 to 1: darkness against the paper with all print around, and the mark alone."""
    x0, y0 = int(residue.box[0]), int(residue.box[1])
    ys, xs = np.nonzero(residue.mask)
    if not len(ys):
        ys, xs = np.array([0, residue.mask.shape[0] - 1]), np.array([0, residue.mask.shape[1] - 1])
    left, right = x0 + int(xs.min()) - MARGIN, x0 + int(xs.max()) + MARGIN + 1
    top, bottom = y0 + int(ys.min()) - MARGIN, y0 + int(ys.max()) + MARGIN + 1
    scale = min(MOST_SCALE, WIDE / (right - left), TALL / (bottom - top))
    matrix = np.array(
        [
            [scale, 0, WIDE / 2 - scale * (left + right) / 2],
            [0, scale, TALL / 2 - scale * (top + bottom) / 2],
        ],
        dtype=np.float64,
    )
    area = _reach(matrix, slot.leaf.picture.shape[:2])
    dark = _darkness(grey(slot.leaf.picture[area]), area, residue)
    whole = np.zeros(slot.leaf.picture.shape[:2], np.float32)[area]
    _lay(whole, residue, area)
    place = matrix.copy()
    place[:, 2] += scale * np.array([area[1].start, area[0].start])
    return np.stack([_shrunk(dark, place, scale), _shrunk(whole, place, scale)])


def _reach(matrix: npt.NDArray[np.float64], shape: tuple[int, int]) -> tuple[slice, slice]:
    """The part of the page that the strip shows."""
    scale = matrix[0, 0]
    x0, y0 = -matrix[0, 2] / scale, -matrix[1, 2] / scale
    rows = slice(max(0, int(y0) - 2), min(shape[0], int(y0 + TALL / scale) + 3))
    return rows, slice(max(0, int(x0) - 2), min(shape[1], int(x0 + WIDE / scale) + 3))


def _darkness(tone: npt.NDArray[np.uint8], area: tuple[slice, slice], residue: Residue) -> Strip:
    """How much darker than the paper each pixel is, 1 at the dark end of the mark itself."""
    ground = cv2.GaussianBlur(cv2.dilate(tone, np.ones((9, 9), np.uint8)), (0, 0), 9).astype(np.float32)
    dark = ground - tone
    mark = np.zeros(tone.shape, np.float32)
    _lay(mark, residue, area)
    full = float(np.percentile(dark[mark > 0], 80)) if mark.any() else float(np.percentile(dark, 99))
    return np.asarray(np.clip(dark / max(20.0, full), 0.0, 1.25), dtype=np.float32)


def _lay(onto: Strip, residue: Residue, area: tuple[slice, slice]) -> None:
    """Lay the mask into a picture of the area, as ones."""
    x0, y0 = int(residue.box[0]) - area[1].start, int(residue.box[1]) - area[0].start
    tall, wide = residue.mask.shape
    top, left = max(0, y0), max(0, x0)
    bottom, right = min(onto.shape[0], y0 + tall), min(onto.shape[1], x0 + wide)
    if bottom > top and right > left:
        onto[top:bottom, left:right] = residue.mask[top - y0 : bottom - y0, left - x0 : right - x0] > 0


def _shrunk(picture: Strip, matrix: npt.NDArray[np.float64], scale: float) -> Strip:
    soft = cv2.GaussianBlur(picture, (0, 0), 0.42 / scale)
    return np.asarray(cv2.warpAffine(soft, matrix, (WIDE, TALL), flags=cv2.INTER_LINEAR), dtype=np.float32)


def numbers_of(residue: Residue) -> npt.NDArray[np.float32]:
    """The plain numbers of a mark, in the order of `NUMBERS`."""
    n = residue.numbers
    return np.array([np.log1p(n.get(k, 0.0)) if k in LOGGED else n.get(k, 0.0) for k in NUMBERS], dtype=np.float32)
