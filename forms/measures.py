"""What a mark in a signature slot looks like, in numbers: lengths, shapes, directions, colour, and what was read."""

from __future__ import annotations

import cv2
import numpy as np

from forms.picture import Picture, grey
from forms.reading import Box
from forms.words import Word

REACH_UP = 26
"""Pixels over the place that belong to the mark when most of it lies inside: signatures do not keep to the rule."""

SPECK = 14
"""Pixels at 200 dpi: smaller dark spots are dirt."""


def measure(mask: Picture, picture: Picture, words: tuple[Word, ...], core: Box) -> dict[str, float]:
    """Numbers that describe the marks in `mask`, all finite; `forms/signatures.py` says what they mean."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    parts = stats[1:count]
    dark = mask > 0
    pixels = float(dark.sum())
    numbers = dict.fromkeys(NUMBERS, 0.0)
    numbers |= _reading_of(words)
    if pixels < SPECK or not len(parts):
        return numbers
    ys, xs = np.nonzero(dark)
    wide, tall = float(np.ptp(xs)) + 1, float(np.ptp(ys)) + 1
    stroke, spread = stroke_of(mask)
    heights, widths = parts[:, cv2.CC_STAT_HEIGHT].astype(float), parts[:, cv2.CC_STAT_WIDTH].astype(float)
    feet = (parts[:, cv2.CC_STAT_TOP] + parts[:, cv2.CC_STAT_HEIGHT]).astype(float)
    big = heights >= 0.35 * heights.max()
    numbers |= {
        "pixels": pixels,
        "length": pixels / stroke,
        "wide": wide,
        "tall": tall,
        "share": wide / max(1.0, core[2] - core[0]),
        "density": pixels / (wide * tall),
        "stroke": stroke,
        "stroke_spread": spread,
        "parts": float(len(parts)),
        "big_parts": float(big.sum()),
        "largest": float(parts[:, cv2.CC_STAT_AREA].max()) / pixels,
        "largest_wide": float(widths.max()) / max(1.0, wide),
        "part_tall": float(heights.max()),
        "height_spread": float(heights[big].std() / heights[big].mean()),
        "foot_spread": float(feet[big].std() / max(8.0, heights[big].mean())) if big.sum() > 2 else 1.0,
        "holes": _holes(mask) / max(1.0, big.sum()),
        "below": float((ys > (core[3] - core[1]) + REACH_UP - 8).mean()),
    }
    return numbers | _directions(mask) | colour_of(picture, dark)


NUMBERS = (
    "pixels",
    "length",
    "wide",
    "tall",
    "share",
    "density",
    "stroke",
    "stroke_spread",
    "parts",
    "big_parts",
    "largest",
    "largest_wide",
    "part_tall",
    "height_spread",
    "foot_spread",
    "holes",
    "below",
    "upright",
    "level",
    "entropy",
    "saturation",
    "darkness",
    "tone_spread",
    "edge",
    "read_words",
    "read_letters",
    "read_sure",
    "read_share",
)
"""Names of the numbers, in the order a fitted judge uses them."""


def _reading_of(words: tuple[Word, ...]) -> dict[str, float]:
    solid = [w for w in words if sum(c.isalnum() for c in w.text) >= 2]
    letters = sum(sum(c.isalnum() for c in w.text) for w in solid)
    sure = sum(w.confidence * len(w.text) for w in solid) / max(1, sum(len(w.text) for w in solid))
    clear = sum(sum(c.isalnum() for c in w.text) for w in solid if w.confidence > 0.8)
    return {
        "read_words": float(len(solid)),
        "read_letters": float(letters),
        "read_sure": sure,
        "read_share": float(clear),
    }


def _holes(mask: Picture) -> float:
    _, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return 0.0 if tree is None else float((np.asarray(tree).reshape(-1, 4)[:, 3] >= 0).sum())


def _directions(mask: Picture) -> dict[str, float]:
    """How the edges of the marks run: print has many upright and level ones, a pen runs every way."""
    soft = cv2.GaussianBlur(mask, (0, 0), 1.2).astype(np.float32)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    weight = np.hypot(gx, gy)
    angle = (np.degrees(np.arctan2(gy, gx)) + 180) % 180
    histogram, _ = np.histogram(angle, bins=12, range=(0, 180), weights=weight)
    total = float(histogram.sum())
    if total <= 0:
        return {"upright": 0.0, "level": 0.0, "entropy": 0.0}
    share = histogram / total
    entropy = float(-(share * np.log(share + 1e-9)).sum() / np.log(12))
    return {"upright": float(share[0] + share[-1]), "level": float(share[5] + share[6]), "entropy": entropy}


def colour_of(picture: Picture, dark: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> dict[str, float]:
    """Colour and tone of the marks: blue ink is not toner, and a pen's pressure changes along the line."""
    tone = grey(picture).astype(np.float32)
    paper = float(np.percentile(tone, 90))
    inked = tone[dark]
    if picture.ndim == 3:
        chosen = picture[dark].astype(np.float32)
        saturation = float(np.median(chosen.max(axis=1) - chosen.min(axis=1))) / 255
    else:
        saturation = 0.0
    inner = inked[inked <= np.median(inked)]
    return {
        "saturation": saturation,
        "darkness": float(paper - np.percentile(inked, 20)) / 255,
        "tone_spread": float(inner.std()) / 255,
        "edge": float(np.median(np.abs(cv2.Laplacian(tone, cv2.CV_32F))[dark])) / 255,
    }


def stroke_of(mask: Picture) -> tuple[float, float]:
    """Mean width in pixels of the strokes in a mask, and its spread relative to the mean."""
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = distance[(distance >= cv2.dilate(distance, np.ones((3, 3)))) & (mask > 0)]
    if not ridge.size:
        return 1.0, 0.0
    return max(1.0, 2 * float(ridge.mean()) - 0.5), float(ridge.std()) / max(0.5, float(ridge.mean()))
