"""Reasons to doubt that marks in a slot are a signature in ink. Each is a person's question, none a refusal.

The figures are from 60 composed consents (seed 11 of the bench's development split): genuine signatures have few
parts of uneven height and foot, and a line several times as long as they are wide; print, block capitals and dates
have many parts on one line, and ticks and strikes are hardly longer than they are wide.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from forms.ink import Residue
from forms.picture import Picture

TWINS = 0.8
"""Likeness from which two marks count as one picture. Taken from a prototype that compared otherwise; not fitted."""

TWIN_HEIGHT = 72
"""Pixels to which marks are brought before they are compared."""


def doubts_about(n: Mapping[str, float]) -> tuple[str, ...]:
    """The doubts, in plain words, about marks with these numbers (see `forms.ink`); empty when there is none."""
    found = []
    rows = n["foot_spread"] < 0.15 and n["height_spread"] < 0.22
    if n["big_parts"] >= 9 or (n["big_parts"] >= 5 and rows) or (n["big_parts"] >= 8 and n["foot_spread"] < 0.3):
        found.append("The marks stand side by side on one line like print, block capitals or a date.")
    if n["read_share"] >= 4 or (n["read_letters"] >= 4 and n["read_sure"] > 0.8):
        found.append("Letters in the slot can be read as clearly as print.")
    reach = float(np.hypot(n["wide"], n["tall"]))
    if n["length"] < 1.2 * reach or (n["big_parts"] <= 1 and n["length"] < 1.6 * reach):
        found.append("The mark is a single stroke, tick or strike rather than a signature.")
    if n["wide"] < 60:
        found.append("The mark is too small to be surely a signature.")
    return tuple(found)


def likeness_of(one: Residue, other: Residue) -> float:
    """How alike two marks are, 0 to 1, whatever their size: near 1 for copies of one picture."""
    first, second = _normal(one.mask), _normal(other.mask)
    if first is None or second is None:
        return 0.0
    ratio = first.shape[1] / second.shape[1]
    if not 0.8 < ratio < 1.25:
        return 0.0
    best = 0.0
    for stretch in (0.94, 0.97, 1.0, 1.03, 1.06):
        size = (max(8, round(second.shape[1] * stretch)), TWIN_HEIGHT)
        moved = cv2.resize(second, size, interpolation=cv2.INTER_LINEAR)
        room = np.pad(first, ((10, 10), (max(10, size[0] - first.shape[1] + 10),) * 2))
        found = cv2.matchTemplate(room, np.asarray(moved, dtype=np.uint8), cv2.TM_CCOEFF_NORMED)
        best = max(best, float(found.max()))
    return best


def _normal(mask: Picture) -> Picture | None:
    """The mark cut out and brought to one height, softened so that a pixel's shift does not matter."""
    ys, xs = np.nonzero(mask)
    if len(ys) < 150:
        return None
    part = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    width = max(8, round(part.shape[1] * TWIN_HEIGHT / part.shape[0]))
    even = cv2.resize(part, (width, TWIN_HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(even, (0, 0), 1.5), dtype=np.uint8)
