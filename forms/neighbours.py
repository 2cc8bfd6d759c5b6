"""Marks that reach into a place from the next one: they belong to whoever signed there, and count for nobody else.

A signature seldom keeps to its cell. Its strokes are followed over rules and through labels, as far as they hang
together; what lies mostly beyond the edge that it crosses is the neighbour's.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from forms.picture import Picture
from forms.slots import Slot
from forms.wiping import clear_rules, is_print
from forms.words import overlap

AROUND = 130
"""Pixels at 200 dpi (17 mm) beyond the place within which a mark is followed."""

CROSSED = 15
"""Pixels of a wiped rule, or of a thin spot in the pen's line, over which a stroke is followed."""

LEAST_IN = 20
"""Pixels inside of the place below which nothing reaches in."""

UNDER, BESIDE, OVER = 0.5, 0.5, 0.8
"""Share of a mark beyond the foot, a side and the roof of the place from which it is the neighbour's. Writers stand on
the line: little of a signature hangs under it, but a tall one may rise far over its place."""

HANGS, HIGH = 0.35, 0.3
"""A mark with this share over the roof that ends this part of the place's height above the line stands on no line of
its own here: it hangs in from above."""

STANDS = 36
"""Pixels (4.5 mm) under the foot at which a mark that stands on this line may end; what stands on the next line ends
further down, for its label and its height are between."""

BODY, TAIL = 50, 0.85
"""Pixels of width in the place from which a mark is a row of letters, and the share of that width that its tails under
the foot may take: a neighbour's mark is the other way round, a body there and a tail here."""

ROW, NECK = 100, 0.2
"""The same where a tail runs into the signature under it: pixels of width in the place, and the share of them over
which the mark crosses the foot. What rises from the next line crosses with more than a tail."""

ROOF = 0.5
"""Share of the place's width that a rule over it must span to be the foot of whoever signed above."""

LABEL_UNDER = 12.0
"""Pixels over the rule at which the label under it may begin, for recognition's boxes are loose."""

INSIDE = 0.5
"""Share of a word inside of the place from which it is a mark that was read, not print of the form."""

Mask = npt.NDArray[np.bool_]


def reaching_in(slot: Slot, x0: int, y0: int, x1: int, y1: int) -> Mask:
    """The pixels of a window of the page (x0, y0, x1, y1) that belong to marks of a neighbouring place."""
    leaf, core = slot.leaf, slot.box
    height, width = leaf.rules.dark.shape
    west, north = max(0, int(core[0]) - AROUND), max(0, int(core[1]) - AROUND)
    east, south = min(width, int(core[2]) + AROUND), min(height, int(core[3]) + AROUND)
    marks = leaf.rules.dark[north:south, west:east].copy()
    clear_rules(marks, slot, west, north)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(_joined(marks, slot, west, north), connectivity=8)
    own = (marks > 0) & ~_print(slot, west, north, marks.shape)

    def of_each(area: tuple[slice, slice]) -> npt.NDArray[np.float64]:
        return np.bincount(parts[area][own[area]], minlength=count).astype(np.float64)

    left, top = max(0, int(core[0]) - west), max(0, int(core[1]) - north)
    right, foot = int(core[2]) - west, int(_foot(slot)) - north
    every = slice(None)
    within = of_each((slice(top, foot), slice(left, right)))
    whole = np.maximum(1.0, of_each((every, every)))
    ends = north + stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    under = (of_each((slice(foot + 1, None), every)) > UNDER * whole) & (ends > _foot(slot) + STANDS)
    for part in np.flatnonzero(under & (within >= LEAST_IN)):
        here, neck, there = (
            np.count_nonzero((own[rows] & (parts[rows] == part)).any(axis=0))
            for rows in (slice(0, foot), slice(foot + 1, foot + 4), slice(foot + 1, None))
        )
        under[part] = not ((here >= BODY and there <= TAIL * here) or (here >= ROW and neck <= NECK * here))
    foreign = under
    over = of_each((slice(0, max(0, int(_roof(slot)) - north)), every)) / whole
    foreign |= (over > OVER) | ((over > HANGS) & (ends < slot.line - HIGH * (core[3] - core[1])))
    foreign |= of_each((every, slice(0, left))) > BESIDE * whole
    foreign |= of_each((every, slice(right, None))) > BESIDE * whole
    foreign &= within >= LEAST_IN
    foreign[0] = False
    found = np.zeros((y1 - y0, x1 - x0), np.bool_)
    a, b = max(x0, west), max(y0, north)
    c, d = min(x1, east), min(y1, south)
    found[b - y0 : d - y0, a - x0 : c - x0] = foreign[parts[b - north : d - north, a - west : c - west]]
    return found


def _joined(marks: Picture, slot: Slot, west: int, north: int) -> Picture:
    """The marks with their strokes led over the wiped rules and over small breaks of the line."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (CROSSED, CROSSED))
    led = np.asarray(cv2.morphologyEx(marks, cv2.MORPH_CLOSE, disc), dtype=np.uint8)
    band = np.zeros_like(marks)
    for x0, y0, x1, y1 in (*slot.leaf.rules.across, *slot.leaf.rules.down):
        left, top = max(0, int(x0) - west - 6), max(0, int(y0) - north - 6)
        band[top : max(0, int(y1) - north + 7), left : max(0, int(x1) - west + 7)] = 255
    over = cv2.bitwise_or(marks, cv2.bitwise_and(led, band))
    return np.asarray(cv2.morphologyEx(over, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), dtype=np.uint8)


def _foot(slot: Slot) -> float:
    """The foot of the place; a label that stands under its rule belongs to it, and is crossed by many a signature."""
    under = slot.label_box[1] > slot.line - LABEL_UNDER and slot.label_box[3] < slot.line + AROUND / 2
    return max(slot.box[3], slot.label_box[3]) if under else slot.box[3]


def _roof(slot: Slot) -> float:
    """Over what a mark is somebody else's: the next rule over the place, or nothing where all is empty over it."""
    x0, top, x1, _ = slot.box
    near = [
        rule[3]
        for rule in slot.leaf.rules.across
        if top - AROUND < rule[3] < top + 4 and min(x1, rule[2]) - max(x0, rule[0]) > ROOF * (x1 - x0)
    ]
    if near:
        return min(top, max(near))
    boxes = [w.box for w in slot.leaf.words if is_print(w, slot) and overlap(w.box, slot.box) < INSIDE]
    boxes += [row.box for row in slot.leaf.prose]
    full = any(top - AROUND < box[3] < top + 4 and box[0] < x1 and box[2] > x0 for box in boxes)
    return top if full else top - AROUND


def _print(slot: Slot, west: int, north: int, shape: tuple[int, ...]) -> Mask:
    """Where words stand that were read well and are no larger than print; what was read in the place is a mark."""
    area = np.zeros(shape[:2], np.bool_)
    for word in slot.leaf.words:
        if is_print(word, slot) and overlap(word.box, slot.box) < INSIDE:
            x0, y0, x1, y1 = (round(v) for v in word.box)
            rows = slice(max(0, y0 - north - 2), max(0, y1 - north + 3))
            area[rows, max(0, x0 - west - 2) : max(0, x1 - west + 3)] = True
    return area
