"""Strokes brought to lines one pixel wide, so that pen, scanner and resolution no longer matter."""

from __future__ import annotations

import cv2
import numpy as np

from forms.picture import Picture

AROUND = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], dtype=np.float32)
"""The eight neighbours of a pixel as bits, clockwise from the one above."""


def _tables() -> tuple[Picture, Picture]:
    """For each of the two passes of Zhang and Suen (CACM 27, 1984): which neighbourhoods let a pixel go."""
    first, second = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    for code in range(256):
        n = [(code >> bit) & 1 for bit in range(8)]
        starts = sum(not n[i] and bool(n[(i + 1) % 8]) for i in range(8))
        if 2 <= sum(n) <= 6 and starts == 1:
            first[code] = not (n[0] and n[2] and n[4]) and not (n[2] and n[4] and n[6])
            second[code] = not (n[0] and n[2] and n[6]) and not (n[0] and n[4] and n[6])
    return first, second


TABLES = _tables()


def thinned(mask: Picture) -> Picture:
    """The middle lines of the strokes in a mask (not 0 is ink): 1 on the lines, else 0."""
    lines = np.pad((mask > 0).astype(np.uint8), 1)
    gone = 1
    while gone:
        gone = 0
        for table in TABLES:
            codes = cv2.filter2D(lines, cv2.CV_32F, AROUND, borderType=cv2.BORDER_CONSTANT)
            peeled = table[np.asarray(codes, dtype=np.uint8)] & lines
            gone += int(peeled.sum())
            lines = lines - peeled
    return np.asarray(lines[1:-1, 1:-1], dtype=np.uint8)
