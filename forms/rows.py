"""Rows of print found by their shape alone, before anything is read: which way up they stand, and which are prose."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.picture import Picture
from forms.reading import Box
from forms.rules import Rules

HALF = 2
"""Rows are looked for at half of the page picture's resolution: about 100 dpi."""

LETTERS = (5, 26)
"""Heights in pixels at 100 dpi of a row of print: 4 to 18 points."""

TALLEST_LETTER = 22
"""Pixels at 100 dpi (16 points): what is taller in one piece was not printed as a label."""

COLOURED = 45
"""Difference of the strongest and the weakest colour of a pixel from which ink is coloured."""

LONG = 0.5
"""Share of the page's width from which an unbroken row is running text; labels and values are shorter."""

HEAD = 0.14
"""Share of the page's height that holds letterhead and title: always read."""

BLOCK_GAP = 1.6
"""Heights of white from one row of a block to the next; more white begins a new block."""

LEAST_LEAN = 1.12
"""Ratio of ink above to ink below the small letters from which a page is surely upright (or its inverse, over)."""


@dataclass(frozen=True)
class Row:
    """An unbroken run of print. `box` in pixels of the page picture."""

    box: Box

    @property
    def width(self) -> float:
        """Pixels from end to end."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Pixels from the top of the tallest letter to the foot of the lowest."""
        return self.box[3] - self.box[1]


def print_mask(rules: Rules) -> Picture:
    """Ink without rules at half resolution, 255 on 0."""
    lines = np.zeros_like(rules.dark)
    for x0, y0, x1, y1 in (*rules.across, *rules.down):
        lines[max(0, int(y0) - 1) : int(y1) + 2, max(0, int(x0) - 1) : int(x1) + 2] = 255
    left = cv2.bitwise_and(rules.dark, cv2.bitwise_not(lines))
    small = cv2.resize(left, (left.shape[1] // HALF, left.shape[0] // HALF), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.threshold(small, 100, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def pen_mask(picture: Picture, rules: Rules) -> Picture:
    """255 on what a pen wrote: strokes far taller than letters, and coloured ink. Print under it is lost with it."""
    mask = print_mask(rules)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = stats[:, cv2.CC_STAT_HEIGHT] > TALLEST_LETTER
    keep[0] = False
    tall = (keep * np.uint8(255)).astype(np.uint8)[labels]
    whole = cv2.resize(tall, (rules.dark.shape[1], rules.dark.shape[0]), interpolation=cv2.INTER_NEAREST)
    blue, green, red = cv2.split(picture)  # a channel at a time: numpy takes thirty times as long for three at once
    spread = cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red))
    coloured = cv2.bitwise_and(cv2.threshold(spread, COLOURED, 255, cv2.THRESH_BINARY)[1], rules.dark)
    return np.asarray(cv2.dilate(cv2.bitwise_or(whole, coloured), np.ones((3, 3), np.uint8)), dtype=np.uint8)


def find_rows(mask: Picture) -> list[Row]:
    """Runs of print of `print_mask`, from top to bottom; a hole of about one and a half letters ends a run."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 13), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, dtype=np.uint8), connectivity=8)
    found = []
    for x, y, wide, tall, ink in stats[1:count].tolist():
        if LETTERS[0] <= tall <= LETTERS[1] and wide > 3 * tall and ink > 0.25 * wide * tall:
            found.append(Row((x * HALF, y * HALF, (x + wide) * HALF, (y + tall) * HALF)))
    return sorted(found, key=lambda r: r.box[1])


def lean(mask: Picture, rows: list[Row]) -> float:
    """Ink above the small letters over ink below them, summed over the rows. Latin print has more above.

    1.0 when nothing can be told: capitals have neither.
    """
    above = below = 1.0
    for row in rows:
        x0, y0, x1, y1 = (int(v) // HALF for v in row.box)
        if x1 - x0 < 5 * (y1 - y0) or y1 - y0 < 6:
            continue
        profile: npt.NDArray[np.float64] = (mask[y0:y1, x0:x1] > 0).sum(axis=1).astype(np.float64)
        body = np.nonzero(profile > 0.55 * np.percentile(profile, 85))[0]
        above += float(profile[: body[0]].sum())
        below += float(profile[body[-1] + 1 :].sum())
    return above / below


def prose(rows: list[Row], rules: Rules) -> list[Row]:
    """The running text of a page but for the first row of each block: long unbroken rows that stand on no rule.

    No verdict and no field of a consent stands in them, and reading them is most of the price of a page.
    """
    height, width = rules.dark.shape
    found = []
    for number, row in enumerate(rows):
        if row.width < LONG * width or row.box[1] < HEAD * height:
            continue
        inner = any(_right_above(other, row) for other in rows[:number])
        if inner and not any(_stands_on(row, rule) for rule in rules.across):
            found.append(row)
    return found


def _right_above(other: Row, row: Row) -> bool:
    beside = min(row.box[2], other.box[2]) > max(row.box[0], other.box[0])
    return beside and other.box[1] < row.box[1] and row.box[1] - other.box[3] < BLOCK_GAP * row.height


def _stands_on(row: Row, rule: Box) -> bool:
    """Whether a drawn rule runs under a part of the row, as under a blank that somebody fills."""
    beside = min(row.box[2], rule[2]) - max(row.box[0], rule[0])
    foot = (rule[1] + rule[3]) / 2 - row.box[3]
    return beside > 40 and -0.3 * row.height < foot < 0.4 * row.height
