"""Photographs of a page: find the sheet on its background, and lay it flat."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from forms.picture import Frame, Picture, grey

Corners = npt.NDArray[np.float32]

SMALL = 700
"""Longest side in pixels of the picture in which the sheet is looked for."""

EDGE = 5.0
"""Pixels of the small picture to both sides of an edge at which paper and background are compared."""

MOST_SHEET = 0.93
"""A sheet larger than this is a scan with dark edges, not a photograph."""

LEAST_SHEET = 0.3
"""A sheet smaller than this share of the picture is not taken for the page."""


LAID = 2600
"""Longest side in pixels of a sheet laid flat: a telephone's further pixels cost time and show nothing more."""


def find_sheet(picture: Picture) -> Corners | None:
    """Corners of the sheet (top left, top right, bottom right, bottom left; pixels), or None when the page fills all.

    A flat scan has paper up to its edges; a photograph has a rim that is darker than the paper and a sheet with four
    corners inside it.
    """
    scale = SMALL / max(picture.shape[:2])
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    height, width = small.shape[:2]
    tone = cv2.GaussianBlur(grey(small), (0, 0), 2)
    if not _has_rim(np.asarray(tone, dtype=np.uint8)):
        return None
    for mask in _paper_masks(small):
        corners = _quad(mask)
        if corners is None:
            continue
        share = float(cv2.contourArea(corners)) / (width * height)
        fits = LEAST_SHEET < share < MOST_SHEET and bool(cv2.isContourConvex(corners))
        if fits and _is_edge(np.asarray(tone, dtype=np.uint8), corners):
            return np.asarray(corners / scale, dtype=np.float32)
    return None


def _is_edge(tone: Picture, corners: Corners) -> bool:
    """Whether the paper ends at every side: a shadow's border lies on paper, and is soft."""
    middle = corners.mean(axis=0)
    paper = float(np.percentile(tone, 85))
    top = np.array([tone.shape[1] - 1, tone.shape[0] - 1])
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        line = start + (end - start) * np.linspace(0.08, 0.92, 40)[:, None]
        normal = np.array([end[1] - start[1], start[0] - end[0]]) / max(1.0, float(np.linalg.norm(end - start)))
        normal = normal if float(normal @ (middle - start)) > 0 else -normal
        within, beyond = (np.clip(line + side * EDGE * normal, 0, top).astype(int) for side in (1, -1))
        step = tone[within[:, 1], within[:, 0]].astype(float) - tone[beyond[:, 1], beyond[:, 0]]
        if float(np.median(step)) < 0.06 * paper:
            return False
    return True


def _has_rim(tone: Picture) -> bool:
    """At least two sides of the picture are clearly not paper over most of their length."""
    paper = float(np.percentile(tone, 85))
    depth = 4
    sides = (tone[:depth], tone[-depth:], tone[:, :depth], tone[:, -depth:])
    return sum(float(np.median(side)) < 0.82 * paper for side in sides) >= 2


def _paper_masks(small: Picture) -> list[Picture]:
    """Guesses of what is paper, best first: by brightness, and by brightness relative to uneven light."""
    tone = cv2.GaussianBlur(grey(small), (0, 0), 3)
    _, bright = cv2.threshold(tone, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edges = cv2.dilate(cv2.Canny(cv2.GaussianBlur(grey(small), (0, 0), 2), 15, 45), np.ones((3, 3), np.uint8))
    outside = edges.copy()
    filled = np.zeros((edges.shape[0] + 2, edges.shape[1] + 2), np.uint8)
    height, width = edges.shape
    for seed in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        if outside[seed[1], seed[0]] == 0:
            cv2.floodFill(outside, filled, seed, 128)
    framed = np.where(outside == 128, 0, 255)
    kernel = np.ones((15, 15), np.uint8)
    masks = []
    for mask in (bright, framed):
        whole = cv2.morphologyEx(np.asarray(mask, dtype=np.uint8), cv2.MORPH_CLOSE, kernel)
        masks.append(np.asarray(cv2.morphologyEx(whole, cv2.MORPH_OPEN, kernel), dtype=np.uint8))
    return masks


def _quad(mask: Picture) -> Corners | None:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    length = cv2.arcLength(hull, True)
    for tolerance in (0.015, 0.02, 0.03, 0.045, 0.06):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(corners) == 4:
            return _ordered(np.asarray(corners.reshape(4, 2), dtype=np.float32))
    return None


def _ordered(corners: Corners) -> Corners:
    total, slope = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    picked = [corners[total.argmin()], corners[slope.argmin()], corners[total.argmax()], corners[slope.argmax()]]
    return np.asarray(picked, dtype=np.float32)


def lay_flat(picture: Picture, frame: Frame, corners: Corners) -> tuple[Picture, Frame]:
    """The sheet seen straight from above, evenly lit, and its frame."""
    top, right = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[1])
    bottom, left = np.linalg.norm(corners[2] - corners[3]), np.linalg.norm(corners[3] - corners[0])
    width, height = float(max(top, bottom)), float(max(left, right))
    scale = min(1.0, LAID / max(width, height))
    width, height = round(width * scale), round(height * scale)
    target = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, target), dtype=np.float64)
    flat = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return even_light(np.asarray(flat, dtype=np.uint8)), frame.then(np.linalg.inv(matrix).astype(np.float64))


def even_light(picture: Picture) -> Picture:
    """The picture divided by its own background, so that paper is white everywhere."""
    scale = 400 / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(np.asarray(cv2.dilate(small, np.ones((7, 7), np.uint8)), dtype=np.uint8), 21)
    ground = cv2.resize(np.maximum(paper, 1), (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(picture, ground, scale=250.0), dtype=np.uint8)


def unevenly_lit(picture: Picture) -> bool:
    """True when the paper's brightness changes over the page as it does under a lamp, not in a scanner."""
    tone = grey(picture)
    small = cv2.resize(tone, (48, 64), interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(np.asarray(small, dtype=np.uint8), np.ones((9, 9), np.uint8))[6:-6, 6:-6]
    low, high = np.percentile(paper, [5, 95])
    return bool(high > 40 and low < 0.78 * high)
