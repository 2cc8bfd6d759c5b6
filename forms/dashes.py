"""Dashes that a worn copier leaves down a page, one under the other in a column, are no pen's strokes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from forms.leaf import Leaf
from forms.picture import Picture

WIDEST, SHORTEST = 9, 8
"""Pixels at 200 dpi: how wide a dash may be, and how tall it must be; it is twice as tall as wide."""

LEAN = 0.03
"""How far a column may lean: the drum's marks stand upright on a page that was levelled afterwards."""

DRIFT = 3.0
"""Pixels by which a dash of a column may stand beside the line through it."""

LEAST, SPREAD = 6, 0.35
"""How many others a column has at least, and over which part of the page's height they are spread."""


def clear_dashes(mask: Picture, leaf: Leaf, page: Callable[[], Picture], x0: int, y0: int) -> None:
    """Wipe the dashes of a column from a mask whose upper left pixel is (x0, y0) on the page.

    `page` gives the whole page as the mask shows a part of it (255, 0); it is asked only when there is a dash.
    """
    alone = list(_dashes(mask))
    if not alone:
        return
    dark = page()
    for x, y, wide, tall in alone:
        if _column(leaf, dark, x0 + x + wide / 2, y0 + y + tall / 2, (y0, y0 + mask.shape[0])):
            mask[y : y + tall, x : x + wide] = 0


def _dashes(mask: Picture) -> Iterator[tuple[int, int, int, int]]:
    """Upright dashes that touch nothing else: left, top, width, height."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for x, y, wide, tall, _ in stats[1:].tolist():
        if wide <= WIDEST and tall >= max(SHORTEST, 2 * wide):
            yield x, y, wide, tall


def _column(leaf: Leaf, dark: Picture, x: float, y: float, window: tuple[int, int]) -> bool:
    """Whether dashes stand over and under this one all down the page, outside of the window and of print."""
    reach = round(LEAN * dark.shape[0])
    left, right = max(0, round(x) - reach), min(dark.shape[1], round(x) + reach + 1)
    strip = np.ascontiguousarray(dark[:, left:right])
    for box in (*(w.box for w in leaf.words if len(w.text) > 1), *(row.box for row in leaf.prose)):
        strip[max(0, int(box[1])) : int(box[3]) + 1, max(0, int(box[0]) - left) : max(0, int(box[2]) + 1 - left)] = 0
    found = [
        (left + at + wide / 2 - x, top + tall / 2 - y)
        for at, top, wide, tall in _dashes(strip)
        if not window[0] <= top <= window[1]
    ]
    if len(found) < LEAST:
        return False
    beside, along = np.array(found).T
    for lean in beside / along:
        if abs(lean) <= LEAN:
            own = along[np.abs(beside - lean * along) <= DRIFT]
            if len(own) >= LEAST and np.ptp(own) >= SPREAD * dark.shape[0]:
                return True
    return False
