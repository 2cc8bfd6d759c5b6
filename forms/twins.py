"""Whether two marks are copies of one picture, on one page or on forms that came months apart.

Nobody writes a signature twice alike: two genuine ones of one person differ by several percent of their length, while
copies, however scaled, turned, coloured and scanned, agree to less than one percent. So marks are brought to lines
(`forms/thinning.py`), laid over each other (`forms/laying.py`), and the part of the lines that agree is their likeness.
The thresholds stand above every pair of genuine signatures by one hand that was measured; worn copies fall below them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from forms.laying import NOTHING, TALL, WIDE, Grid, Likeness, Points, grid_of, laid_over, turn_by
from forms.picture import Picture
from forms.reading import Verdict
from forms.thinning import thinned

COPY = 0.70
"""Likeness on common ground from which two marks are surely one picture, on one page or on two. Of 1,124 pairs of
signatures by one person none came above 0.69, of 3,000 pairs by two people none above 0.53."""

PERHAPS_COPY = 0.58
"""Likeness on common ground from which two marks of one page may be worn copies of one picture."""

ONE_HAND = 0.44
"""Likeness on the whole from which one person may have written both marks of a page. Of 700 pairs by two people none
came above 0.42, nor did three in four pairs by one person."""

REACH = 60.0
"""Root mean square distance of a mark's lines from their centre, in pixels of the fingerprint."""

HEAD = 4
"""Bytes of width and height before the bits of a fingerprint."""

CELL, SOFT = 12, 0.8
"""Side of a cell of the coarse grid by which likely pairs are found, and over how many cells it is softened."""

LEAST_POINTS = 60
"""Fewer pixels of line than this have no shape that could be recognised."""

LOOKED_AT = 30
"""How many of the marks on file are laid over a new one: those most alike in the coarse grid."""

TURNS = (-10.0, -5.0, 0.0, 5.0, 10.0)
SIZES = (0.78, 0.88, 1.0, 1.13, 1.28)
ACROSS, UP = 2, 1
"""Degrees, factors and steps of the grid by which a mark is moved to find its likely place."""


def fingerprint_of(mask: Picture, spread: float = 0.0) -> bytes:
    """The lines of a mark at one size, as bits: width and height (two bytes each), then rows of pixels, packed.

    The size is such that lines that are spread over `spread` pixels of the mask (its own spread when none is given)
    come to `REACH`. At most 9,076 bytes, usually under 2,400. Empty when the mark is too small to be recognised.
    """
    ys, xs = np.nonzero(mask)
    if len(ys) < LEAST_POINTS:
        return b""
    part = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    scale = REACH / (spread or spread_of(part))
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


def spread_of(mask: Picture) -> float:
    """Root mean square distance of a mark's lines from their centre, in pixels; at least 1."""
    ys, xs = np.nonzero(thinned(mask))
    return max(1.0, float(np.sqrt(xs.var() + ys.var()))) if len(ys) else 1.0


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


def same_picture(likeness: Likeness) -> tuple[Verdict, float, tuple[str, ...]] | None:
    """The verdict on both slots of a page whose marks are so alike, how sure it is, and why; None when they differ."""
    if likeness.common >= COPY:
        return Verdict.ELECTRONIC, 0.9, ("Both slots show the same strokes: they are copies of one picture.",)
    if likeness.common >= PERHAPS_COPY:
        return Verdict.UNCLEAR, 0.5, ("Both slots show nearly the same strokes, as copies of one picture do.",)
    if likeness.whole >= ONE_HAND:
        return Verdict.UNCLEAR, 0.5, ("Both signatures are so alike that one person may have written them.",)
    return None


def likeness_of(one: bytes, other: bytes) -> Likeness:
    """How much of two marks' lines agrees within a hair when one is laid over the other as well as can be."""
    mine, theirs = points_of(one), points_of(other)
    return laid_over(mine, theirs) if len(mine) and len(theirs) else NOTHING


def likeness_on_page(masks: Sequence[Picture], prints: Sequence[bytes]) -> Likeness:
    """The likeness of two masks of one page: each at its own size (`prints`), and both at that of the more spread.

    A part that one of them lost, or a far stroke of somebody else, changes its own size; the page's it does not.
    """
    spread = max(spread_of(mask) for mask in masks)
    return likeness_of(*prints).best(likeness_of(*(fingerprint_of(mask, spread) for mask in masks)))


def alike(one: bytes, others: Sequence[bytes]) -> list[tuple[int, float]]:
    """Numbers and likeness (on common ground) of those of `others` that look most like `one`, most alike first.

    At most `LOOKED_AT`, found by a coarse grid.
    """
    mine = points_of(one)
    every = [points_of(other) for other in others]
    numbers = [number for number, points in enumerate(every) if len(points)]
    if not len(mine) or not numbers:
        return []
    tried = np.stack(list(_moved(mine)))
    likely: list[tuple[float, int]] = []
    for start in range(0, len(numbers), 1_000):  # as many at a time as memory allows
        some = numbers[start : start + 1_000]
        best = (tried @ np.stack([_grid(every[n]) for n in some]).T).max(axis=0)
        likely += zip(best.tolist(), some, strict=True)
    likely = sorted(likely, reverse=True)[:LOOKED_AT]
    found = [(number, laid_over(mine, every[number]).common) for _, number in likely]
    return sorted(found, key=lambda pair: -pair[1])


def _grid(points: Points) -> Grid:
    """The coarse grid of a mark, of length one."""
    soft = grid_of(points, CELL, SOFT).ravel()
    return np.asarray(soft / max(1e-6, float(np.linalg.norm(soft))), dtype=np.float32)


def _moved(points: Points) -> Iterator[Grid]:
    """The grids of a mark turned, sized and shifted a little."""
    for degrees in TURNS:
        turn = turn_by(degrees)
        for size in SIZES:
            grid = _grid(points @ (turn * size).T).reshape(TALL // CELL, WIDE // CELL)
            room = np.pad(grid, ((UP, UP), (ACROSS, ACROSS)))
            for dy in range(-UP, UP + 1):
                for dx in range(-ACROSS, ACROSS + 1):
                    shifted = room[UP - dy :, ACROSS - dx :][: grid.shape[0], : grid.shape[1]]
                    yield shifted.ravel()
