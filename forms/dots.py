"""Dotted rules: rows of small dots at even steps, also where a pen's strokes run over some of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import cv2
import numpy as np
import numpy.typing as npt

from forms.picture import Picture
from forms.reading import Box

LARGEST = 7
"""Pixels at 200 dpi: width and height of a dot."""

STEPS = (4.0, 20.0)
"""Pixels from dot to dot."""

LEAST = 5
"""Dots in a row that nothing interrupts; fewer are the points of a sentence's end or dirt."""

EVEN = 0.2
"""Share of a step by which dots may stand off it."""

LEVEL = 2.5
"""Pixels by which the next dot may stand higher or lower."""

WIDEST_GAP = 420.0
"""Pixels (53 mm) of a row that a signature may cover."""

SEEN = 0.7
"""Share of a gap's dots that must be dark, each where the row's steps have it: under a pen's strokes they are."""

MISSED = 3
"""Dots in a row that may be missing: more is the end of one rule and the beginning of another."""

DRIFT = 0.006
"""Share of a gap by which its steps may be wrong, for they were measured on the dots beside it."""


@dataclass(frozen=True)
class Row:
    """Dots from `left` to `right`, `step` apart; `y` is their height at either end, all in pixels."""

    left: float
    right: float
    y: tuple[float, float]
    step: float


def dotted_rules(dark: Picture, shortest: float) -> list[Box]:
    """The boxes of dotted rules of at least that length, in pixels; `dark` is the page in ink and paper at 200 dpi."""
    whole: list[Row] = []
    for row in sorted(_rows(_dots(dark)), key=lambda row: row.left):
        for number, other in enumerate(whole):
            if step := _goes_on(other, row, dark):
                last = max(other, row, key=lambda one: one.right)
                whole[number] = Row(other.left, last.right, (other.y[0], last.y[1]), step)
                break
        else:
            whole.append(row)
    long = [row for row in whole if row.right - row.left >= shortest]
    return [(row.left - 1, min(row.y) - 1, row.right + 2, max(row.y) + 2) for row in long]


def _dots(dark: Picture) -> npt.NDArray[np.float64]:
    """The middles of everything as small as a dot, by x."""
    count, _, stats, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, tall = stats[:count, cv2.CC_STAT_WIDTH], stats[:count, cv2.CC_STAT_HEIGHT]
    small = (wide <= LARGEST) & (tall <= LARGEST) & (stats[:count, cv2.CC_STAT_AREA] >= 2)
    found = np.asarray(middles[small], dtype=np.float64)
    return found[np.argsort(found[:, 0])]


def _rows(dots: npt.NDArray[np.float64]) -> list[Row]:
    """Runs of at least `LEAST` dots at even steps."""
    found: list[Row] = []
    free = np.ones(len(dots), np.bool_)
    for start in range(len(dots)):
        if not free[start]:
            continue
        run = [start]
        step = 0.0
        while (after := _next(dots, free, run[-1], step)) is not None:
            run.append(after)
            step = (dots[after, 0] - dots[start, 0]) / (len(run) - 1)
        if len(run) >= LEAST:
            free[run] = False
            (left, top), (right, foot) = (map(float, dots[number]) for number in (start, run[-1]))
            found.append(Row(left, right, (top, foot), float(step)))
    return found


def _next(dots: npt.NDArray[np.float64], free: npt.NDArray[np.bool_], last: int, step: float) -> int | None:
    """The next dot of a run, which stands one step on; any step within bounds when none is known yet."""
    x, y = dots[last]
    low, high = (step * (1 - EVEN), step * (1 + EVEN)) if step else STEPS
    first, end = np.searchsorted(dots[:, 0], (x + low, x + high))
    for number in range(int(first), int(end)):
        if free[number] and abs(dots[number, 1] - y) <= LEVEL:
            return number
    return None


def _goes_on(left: Row, right: Row, dark: Picture) -> float:
    """The step of both when `right` continues `left`: at the same height, with dots in between at even steps; else 0.

    In a run that skips dots the steps are multiples of the other's.
    """
    gap, step = right.left - left.right, min(left.step, right.step)
    if gap > WIDEST_GAP or abs(left.y[1] - right.y[0]) > LEVEL + 0.01 * abs(gap):
        return 0.0
    count = round(gap / step)
    if any(abs(n - round(n)) > 0.1 for n in (left.step / step, right.step / step)):
        return 0.0
    if count <= 0:
        return step
    if abs(gap - count * step) > EVEN * step + DRIFT * gap:
        return 0.0
    across = np.linspace(left.right, right.left, count + 1)[1:-1]
    heights = np.linspace(left.y[1], right.y[0], count + 1)[1:-1]
    spots = ((round(x), round(y)) for x, y in zip(across, heights, strict=True))
    seen = [bool(dark[max(0, y - 2) : y + 3, max(0, x - 1) : x + 2].any()) for x, y in spots]
    holes = [len(list(run)) for there, run in groupby(seen) if not there]
    return step if sum(seen) >= SEEN * len(seen) and max(holes, default=0) <= MISSED else 0.0
