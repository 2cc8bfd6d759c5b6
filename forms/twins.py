"""Whether two marks are copies of one picture, on one page or on forms that came months apart.

Nobody writes a signature twice alike: two genuine ones of one person differ by several percent of their length, while
copies, however scaled, turned, coloured and scanned, agree to less than one percent. So marks are brought to lines
(`forms/thinning.py`), laid over each other, and the part of the lines that agree within a hair is their likeness.
The thresholds stand above every pair of genuine signatures by one hand that was measured; worn copies fall below them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.picture import Picture
from forms.reading import Verdict
from forms.thinning import thinned

Points = NDArray[np.float64]
Grids = NDArray[np.float32]
Move = tuple[NDArray[np.float64], NDArray[np.float64]]

SAME_PICTURE = 0.65
"""Likeness from which two marks are surely one picture."""

PERHAPS_SAME = 0.52
"""Likeness from which two marks of one page may be worn copies of one picture."""

ONE_HAND = 0.42
"""Likeness from which one person may have written both marks of a page. Of 225 pairs by two people none came above
0.36; a quarter of the pairs by one person do."""

COPY_ON_FILE = 0.70
"""Likeness from which a mark counts as a copy of one on an earlier form: it is compared with very many."""

REACH = 60.0
"""Root mean square distance of a mark's lines from their centre, in pixels of the fingerprint."""

WIDE, TALL = 336, 216
HEAD = 4
"""Bytes of width and height before the bits of a fingerprint."""

MIDDLE = np.array([WIDE / 2, TALL / 2])
"""The field on which fingerprints are laid over each other, in their pixels; what reaches beyond is cut off."""

CELL = 12
"""Side of a cell of the coarse grid by which likely pairs are found."""

HAIR = 1.35
"""Distance in pixels of the fingerprint within which two lines agree: 0.6 % of the length of a usual signature."""

LEAST_POINTS = 60
"""Fewer pixels of line than this have no shape that could be recognised."""

LOOKED_AT = 30
"""How many of the marks on file are laid over a new one: those most alike in the coarse grid."""

TURNS = (-10.0, -5.0, 0.0, 5.0, 10.0)
SIZES = (0.78, 0.88, 1.0, 1.13, 1.28)
ACROSS, UP = 2, 1
"""Degrees, factors and steps of the grid by which a mark is moved to find its likely place."""


def fingerprint_of(mask: Picture) -> bytes:
    """The lines of a mark at one size, as bits: width and height (two bytes each), then rows of pixels, packed.

    At most 9,076 bytes, usually under 2,400. Empty when the mark is too small to be recognised.
    """
    ys, xs = np.nonzero(mask)
    if len(ys) < LEAST_POINTS:
        return b""
    part = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    ys, xs = np.nonzero(thinned(part))
    scale = REACH / max(1.0, float(np.sqrt(xs.var() + ys.var())))
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    if max(size) > 2_000:
        return b""
    even = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    ys, xs = np.nonzero(thinned(np.asarray(even > 70, dtype=np.uint8)))
    left, top = int(xs.mean() - WIDE / 2) if len(xs) else 0, int(ys.mean() - TALL / 2) if len(ys) else 0
    seen = (xs >= left) & (xs < left + WIDE) & (ys >= top) & (ys < top + TALL)
    xs, ys = xs[seen], ys[seen]
    if len(ys) < LEAST_POINTS:
        return b""
    lines = np.zeros((np.ptp(ys) + 1, np.ptp(xs) + 1), np.uint8)
    lines[ys - ys.min(), xs - xs.min()] = 1
    return struct.pack("<HH", lines.shape[1], lines.shape[0]) + np.packbits(lines).tobytes()


def is_fingerprint(data: bytes) -> bool:
    """Whether bytes are a fingerprint, or empty."""
    if len(data) < HEAD:
        return not data
    wide, tall = struct.unpack_from("<HH", data)
    return bool(0 < wide <= WIDE and 0 < tall <= TALL and len(data) == HEAD + -(-wide * tall // 8))


def points_of(fingerprint: bytes) -> Points:
    """The pixels of the lines (n, 2) as x, y around their centre; none when it is not a fingerprint."""
    if not fingerprint or not is_fingerprint(fingerprint):
        return np.zeros((0, 2))
    wide, tall = struct.unpack_from("<HH", fingerprint)
    bits = np.unpackbits(np.frombuffer(fingerprint, np.uint8, offset=HEAD), count=wide * tall)
    at = np.flatnonzero(bits)
    points = np.stack([at % wide, at // wide], axis=1).astype(np.float64)
    return points - points.mean(axis=0) if len(points) >= LEAST_POINTS else np.zeros((0, 2))


def same_picture(likeness: float) -> tuple[Verdict, float, tuple[str, ...]] | None:
    """The verdict on both slots of a page whose marks are so alike, how sure it is, and why; None when they differ."""
    if likeness >= SAME_PICTURE:
        return Verdict.ELECTRONIC, 0.9, ("Both slots show the same strokes: they are copies of one picture.",)
    if likeness >= PERHAPS_SAME:
        return Verdict.UNCLEAR, 0.5, ("Both slots show nearly the same strokes, as copies of one picture do.",)
    if likeness >= ONE_HAND:
        return Verdict.UNCLEAR, 0.5, ("Both signatures are so alike that one person may have written them.",)
    return None


def likeness_of(one: bytes, other: bytes) -> float:
    """How much of two marks' lines agrees within a hair, 0 to 1, when one is laid over the other as well as can be."""
    return next((likeness for _, likeness in alike(one, [other])), 0.0)


def alike(one: bytes, others: Sequence[bytes]) -> list[tuple[int, float]]:
    """Numbers and likeness of those of `others` that look most like `one`, most alike first; at most `LOOKED_AT`."""
    mine = points_of(one)
    every = [points_of(other) for other in others]
    numbers = [number for number, points in enumerate(every) if len(points)]
    if not len(mine) or not numbers:
        return []
    moves = list(_moves(mine))
    tried = np.stack([grid for _, grid in moves])
    likely: list[tuple[float, int]] = []
    for start in range(0, len(numbers), 1_000):  # as many at a time as memory allows
        some = numbers[start : start + 1_000]
        best = (tried @ np.stack([_grid(every[n]) for n in some]).T).max(axis=0)
        likely += zip(best.tolist(), some, strict=True)
    likely = sorted(likely, reverse=True)[:LOOKED_AT]
    found = [(number, _laid_over(mine, every[number], moves, tried)) for _, number in likely]
    return sorted(found, key=lambda pair: -pair[1])


def _grid(points: Points) -> Grids:
    """How much line lies in each cell of the field, softened, of length one."""
    cells = np.floor((points + MIDDLE) / CELL).astype(int)
    wide, tall = WIDE // CELL, TALL // CELL
    kept = cells[(cells[:, 0] >= 0) & (cells[:, 1] >= 0) & (cells[:, 0] < wide) & (cells[:, 1] < tall)]
    count = np.bincount(kept[:, 1] * wide + kept[:, 0], minlength=wide * tall).reshape(tall, wide)
    soft = cv2.GaussianBlur(np.sqrt(count).astype(np.float32), (0, 0), 0.8).ravel()
    return np.asarray(soft / max(1e-6, float(np.linalg.norm(soft))), dtype=np.float32)


def _moves(points: Points) -> Iterator[tuple[Move, Grids]]:
    """The coarse ways to turn, size and shift a mark, each with the grid that it then has."""
    for degrees in TURNS:
        angle = np.deg2rad(degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for size in SIZES:
            grid = _grid(points @ (turn * size).T).reshape(TALL // CELL, WIDE // CELL)
            room = np.pad(grid, ((UP, UP), (ACROSS, ACROSS)))
            for dy in range(-UP, UP + 1):
                for dx in range(-ACROSS, ACROSS + 1):
                    shifted = room[UP - dy :, ACROSS - dx :][: grid.shape[0], : grid.shape[1]]
                    yield (turn * size, np.array([dx, dy], dtype=np.float64) * CELL), shifted.ravel()


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


def _laid_over(mine: Points, theirs: Points, moves: Sequence[tuple[Move, Grids]], tried: Grids) -> float:
    """The likeness of two marks: from the few best coarse places, moved until the lines fit as well as they can."""
    sheet = _sheet(theirs)
    order = np.argsort(-(tried @ _grid(theirs)))[:40]
    starts: list[Move] = []
    for number in order:
        move = moves[number][0]
        if len(starts) < 4 and not any(np.allclose(move[0], other[0]) for other in starts):
            starts.append(move)
    some = mine[:: max(1, len(mine) // 150)]
    settled = [_settled(some, sheet, start, (10.0, 7.8, 5.8, 4.5, 3.3, 2.5, 2.0, 1.8, 1.8)) for start in starts]
    ends = [_settled(mine, sheet, move, (1.8, 1.8, 1.5)) for move in settled]
    return max((_agreement(mine, sheet, move) for move in ends), default=0.0)


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


def _agreement(mine: Points, sheet: _Sheet, move: Move) -> float:
    """Harmonic mean of the parts of both marks' lines that lie within a hair of the other's."""
    placed = mine @ move[0].T + move[1]
    there = float((sheet.under(placed)[1] <= HAIR).mean())
    back = float((_sheet(placed).under(sheet.points)[1] <= HAIR).mean())
    return 2 * there * back / max(1e-9, there + back)
