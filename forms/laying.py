"""Two marks laid over each other: one is sized, turned and moved until its lines fit the other's as well as they can.

A mark on paper is seldom whole: a rule, a label or the next cell took a part of it, or a neighbour's stroke came to it.
So the place is sought by the parts that fit, wherever they are, and what only one of both has counts little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Pixels of a mark's lines (n, 2) as x, y around their centre, at the size of a fingerprint (`forms.twins`)."""

Grid = NDArray[np.float32]
Move = tuple[NDArray[np.float64], NDArray[np.float64]]

WIDE, TALL = 336, 216
MIDDLE = np.array([WIDE / 2, TALL / 2])
"""The field on which marks are laid, in pixels; what reaches beyond is cut off."""

HAIR = 1.35
"""Distance in pixels within which two lines agree: 0.6 % of the length of a usual signature."""

BESIDE = 10.0
"""Distance in pixels to the other mark's lines within which a line is on common ground: it agrees there, or differs."""

LEAST_COMMON = 30
"""Pixels of line on common ground below which nothing can be said."""

ENOUGH = 0.6
"""Share of the smaller mark that must be on common ground; with less, the likeness falls in proportion."""

CELL, SOFT = 6, 0.9
"""Side of a cell of the grid in which likely places are sought, and over how many cells it is softened."""

TURNS = tuple(range(-12, 13, 3))
SIZES = tuple(0.64 * 1.09**n for n in range(11))
"""Degrees and factors that are tried."""

STARTS = 8
"""How many likely places are looked at closely."""

ROUGHLY, CLOSELY = (10.0, 7.8, 5.8, 4.5, 3.3, 2.5, 2.0, 1.8, 1.8), (1.8, 1.8, 1.5)
"""Reach in pixels of a line's pull, step by step: at first with a part of the mark's pixels, at last with all."""


class Likeness(NamedTuple):
    """How well two marks agree within a hair, 0 to 1: on `common` ground, and of all lines on the `whole`."""

    common: float
    whole: float

    def best(self, other: Likeness) -> Likeness:
        """The higher of both, each for itself."""
        return Likeness(max(self.common, other.common), max(self.whole, other.whole))


NOTHING = Likeness(0.0, 0.0)


def laid_over(one: Points, other: Points) -> Likeness:
    """The likeness of two marks, the smaller laid over the larger from each of the likeliest places."""
    small, large = sorted((one, other), key=len)
    sheet, some = _sheet(large), small[:: max(1, len(small) // 200)]
    found = NOTHING
    for start in _starts(small, large):
        move = _settled(small, sheet, _settled(some, sheet, start, ROUGHLY), CLOSELY)
        found = found.best(_agreement(small, sheet, move))
    return found


def _starts(small: Points, large: Points) -> list[Move]:
    """The turns, sizes and shifts with the most line over line, best first."""
    down, across = TALL // CELL, WIDE // CELL
    field = np.pad(grid_of(large, CELL, SOFT), ((down // 2, down // 2), (across // 2, across // 2)))
    likely: list[tuple[float, Move]] = []
    for degrees in TURNS:
        turn = turn_by(degrees)
        for size in SIZES:
            grid = grid_of(small @ (turn * size).T, CELL, SOFT)
            over = cv2.matchTemplate(field, grid, cv2.TM_CCORR)
            for _ in range(2):
                _, most, _, (x, y) = cv2.minMaxLoc(over)
                shift = np.array([x - across // 2, y - down // 2], dtype=np.float64) * CELL
                likely.append((most / max(1e-6, float(np.linalg.norm(grid))), (turn * size, shift)))
                over[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4] = 0
    likely.sort(key=lambda place: -place[0])
    return [move for _, move in likely[:STARTS]]


def turn_by(degrees: float) -> NDArray[np.float64]:
    """The matrix (2, 2) that turns points so far."""
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def grid_of(points: Points, cell: int, soft: float) -> Grid:
    """How much line lies in each cell of the field (rows, columns), softened over so many cells."""
    cells = np.floor((points + MIDDLE) / cell).astype(int)
    wide, tall = WIDE // cell, TALL // cell
    kept = cells[(cells[:, 0] >= 0) & (cells[:, 1] >= 0) & (cells[:, 0] < wide) & (cells[:, 1] < tall)]
    count = np.bincount(kept[:, 1] * wide + kept[:, 0], minlength=wide * tall).reshape(tall, wide)
    return np.asarray(cv2.GaussianBlur(np.sqrt(count).astype(np.float32), (0, 0), soft), dtype=np.float32)


@dataclass(frozen=True)
class _Sheet:
    """A mark as a field on which another is laid: from every pixel, the nearest point of its lines."""

    nearest: NDArray[np.int32]
    points: Points

    def under(self, points: Points) -> tuple[Points, NDArray[np.float64]]:
        """For each point the nearest one of this mark, and how far it is, in pixels."""
        at = np.round(points + MIDDLE).astype(int)
        x, y = np.clip(at[:, 0], 0, WIDE - 1), np.clip(at[:, 1], 0, TALL - 1)
        near = self.points[self.nearest[y, x]]
        return near, np.hypot(*(points - near).T)


def _sheet(points: Points) -> _Sheet:
    at = np.round(points + MIDDLE).astype(int)
    kept = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < WIDE) & (at[:, 1] < TALL)
    at, points = at[kept], points[kept]
    paper = np.ones((TALL, WIDE), np.uint8)
    paper[at[:, 1], at[:, 0]] = 0
    _, labels = cv2.distanceTransformWithLabels(paper, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    point_of = np.zeros(int(labels.max()) + 1, np.int32)
    point_of[labels[at[:, 1], at[:, 0]]] = np.arange(len(at))
    return _Sheet(point_of[labels], points)


def _settled(points: Points, sheet: _Sheet, move: Move, spans: Sequence[float]) -> Move:
    """A move improved step by step: each point is drawn to the line nearest to it, far ones (in pixels) hardly."""
    turn, shift = move
    for span in spans:
        placed = points @ turn.T + shift
        near, far = sheet.under(placed)
        weight = np.exp(-0.5 * (far / span) ** 2) + 1e-9
        mid, goal = weight @ points / weight.sum(), weight @ near / weight.sum()
        own, wanted = points - mid, near - goal
        spread = float(weight @ (own**2).sum(axis=1)) + 1e-6
        cos = float(weight @ (own * wanted).sum(axis=1)) / spread
        sin = float(weight @ (own[:, 0] * wanted[:, 1] - own[:, 1] * wanted[:, 0])) / spread
        if not 0.5 < np.hypot(cos, sin) < 2.0:
            break
        turn = np.array([[cos, -sin], [sin, cos]])
        shift = goal - turn @ mid
    return turn, shift


def _agreement(small: Points, sheet: _Sheet, move: Move) -> Likeness:
    """Harmonic means of the parts of both marks' lines that lie within a hair of the other's."""
    placed = small @ move[0].T + move[1]
    seen = np.all(np.abs(placed) < MIDDLE, axis=1)
    if int(seen.sum()) < LEAST_COMMON:
        return NOTHING
    there, back = sheet.under(placed)[1], _sheet(placed).under(sheet.points)[1]
    over, under = there <= BESIDE, back <= BESIDE
    if min(over.sum(), under.sum()) < LEAST_COMMON:
        return NOTHING
    ground = min(over.sum(), under.sum()) / min(len(small), len(sheet.points))
    common = _mean((there <= HAIR).sum() / over.sum(), (back <= HAIR).sum() / under.sum())
    return Likeness(common * min(1.0, ground / ENOUGH), _mean((there <= HAIR).mean(), (back <= HAIR).mean()))


def _mean(one: float, other: float) -> float:
    return float(2 * one * other / max(1e-9, one + other))
