"""What is left in a signature slot when rules and print are taken away, and what it looks like in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.neighbours import reaching_in
from forms.picture import Picture, grey
from forms.reading import Box
from forms.slots import Slot
from forms.wiping import clear_print, clear_rules
from forms.words import Word, inside, overlap

REACH_UP, REACH_DOWN, REACH_SIDE = 26, 26, 8
"""Pixels around the place that belong to the mark when most of it lies inside: signatures do not keep to the rule."""

FAINT_BELOW = 60.0
"""Pixels of pen line below which a slot is looked at again for faint marks."""

OWN = 2.0
"""Times as much as what reaches in from the next place that stands in a slot whose signer wrote both."""

FOLD = 24
"""Pixels up to which a faint band that runs in at one edge and out at the other is a fold's or a copier's shadow."""

SPECK = 14
"""Pixels at 200 dpi: smaller dark spots are dirt."""


@dataclass(frozen=True)
class Residue:
    """The dark pixels of a slot that are neither rule nor label. `mask` covers `box` (pixels of the leaf).

    `reached` is `mask` with the strokes that reach in from the next place. `words` are what OCR read inside.
    Lengths are pixels at 200 dpi.
    """

    box: Box
    mask: Picture
    reached: Picture
    words: tuple[Word, ...]
    numbers: dict[str, float]

    @property
    def length(self) -> float:
        """Length of the pen line in pixels, about."""
        return self.numbers["length"]

    @property
    def faint(self) -> float:
        """Length in pixels of marks barely darker than the paper; looked for only in slots that seem empty."""
        return self.numbers.get("faint", 0.0)

    @property
    def foreign(self) -> float:
        """Length in pixels of strokes that reach in from a neighbouring place; they are not in `mask`."""
        return self.numbers.get("foreign", 0.0)


def residue_of(slot: Slot) -> Residue:
    """Take the slot's region, clear rules, label and neighbouring print, and measure what is left."""
    leaf, core = slot.leaf, slot.box
    height, width = leaf.rules.dark.shape
    x0, y0 = max(0, int(core[0]) - REACH_SIDE), max(0, int(core[1]) - REACH_UP)
    x1, y1 = min(width, int(core[2]) + REACH_SIDE), min(height, int(core[3]) + REACH_DOWN)
    box = (float(x0), float(y0), float(x1), float(y1))
    mask = leaf.rules.dark[y0:y1, x0:x1].copy()
    clear_rules(mask, slot, x0, y0)
    own = tuple(w for w in inside(leaf.words, core, 0.5) if not overlap(w.box, slot.label_box) > 0.3)
    clear_print(mask, slot, own, x0, y0)
    place = slice(max(0, int(core[1]) - y0), int(core[3]) - y0), slice(max(0, int(core[0]) - x0), int(core[2]) - x0)
    reached = _belonging(mask, core, x0, y0)
    mask, reaches = _own(mask, reaching_in(slot, x0, y0, x1, y1), place)
    mask = _belonging(mask, core, x0, y0)
    picture = leaf.picture[y0:y1, x0:x1]
    numbers = measure(mask, picture, own, core) | _against_print(slot)
    numbers["foreign"] = reaches
    numbers["stroke_ratio"] = numbers["stroke"] / max(1.0, numbers["print_stroke"])
    numbers["dark_ratio"] = numbers["darkness"] / max(0.05, numbers["print_dark"])
    if numbers["length"] < FAINT_BELOW:
        numbers["faint"] = _faint_length(slot, picture, own, x0, y0)
    return Residue(box, mask, reached, own, numbers)


def _own(mask: Picture, foreign: npt.NDArray[np.bool_], place: tuple[slice, slice]) -> tuple[Picture, float]:
    """The marks without strokes that reach into the place from the next one, and the length of those in pixels.

    Beside far more of the slot's own, such a stroke is the tail of the same signature, and stays.
    """
    strokes = np.where(foreign, mask, 0).astype(np.uint8)
    own = np.where(foreign, 0, mask).astype(np.uint8)
    if cv2.countNonZero(own[place]) >= OWN * cv2.countNonZero(strokes[place]):
        return mask, 0.0
    return own, cv2.countNonZero(strokes[place]) / _stroke(strokes)[0]


def _against_print(slot: Slot) -> dict[str, float]:
    """Stroke and darkness of the printed label beside the slot: toner and pen differ from page to page, not on one."""
    height, width = slot.leaf.rules.dark.shape
    x0, y0, x1, y1 = (int(v) for v in slot.label_box)
    area = slice(max(0, y0 - 2), min(height, y1 + 3)), slice(max(0, x0 - 2), min(width, x1 + 3))
    mask = slot.leaf.rules.dark[area]
    if not mask.any():
        return {"print_stroke": 3.0, "print_dark": 0.6}
    tone = _colour(slot.leaf.picture[area], mask > 0)
    return {"print_stroke": _stroke(mask)[0], "print_dark": tone["darkness"]}


def _stroke(mask: Picture) -> tuple[float, float]:
    """Mean width in pixels of the strokes in a mask, and its spread relative to the mean."""
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = distance[(distance >= cv2.dilate(distance, np.ones((3, 3)))) & (mask > 0)]
    if not ridge.size:
        return 1.0, 0.0
    return max(1.0, 2 * float(ridge.mean()) - 0.5), float(ridge.std()) / max(0.5, float(ridge.mean()))


def _faint_length(slot: Slot, picture: Picture, own: tuple[Word, ...], x0: int, y0: int) -> float:
    """Length in pixels of coherent marks barely darker than the paper: a pen that hardly wrote is not an empty slot."""
    tone = cv2.GaussianBlur(grey(picture), (0, 0), 1.2).astype(np.float32)
    ground = cv2.GaussianBlur(tone, (0, 0), 12)
    contrast = ground - tone
    noise = float(np.median(np.abs(contrast - np.median(contrast)))) * 1.48
    mask = np.where(contrast > max(5.0, 5 * noise), 255, 0).astype(np.uint8)
    clear_rules(mask, slot, x0, y0, pad=5)
    clear_print(mask, slot, own, x0, y0)
    mask = _belonging(mask, slot.box, x0, y0)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, wide, tall = (stats[1:count, n] for n in range(4))
    long, thin = np.maximum(wide, tall), np.minimum(wide, tall)
    through = ((left == 0) & (left + wide == mask.shape[1])) | ((top == 0) & (top + tall == mask.shape[0]))
    return float(long[(long >= 24) & ~(through & (thin <= FOLD))].sum())


def _belonging(mask: Picture, core: Box, x0: int, y0: int) -> Picture:
    """Only the marks of which a fair part lies within the place itself."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top = max(0, int(core[0]) - x0), max(0, int(core[1]) - y0)
    right, bottom = int(core[2]) - x0, int(core[3]) - y0
    within = np.bincount(labels[top:bottom, left:right].ravel(), minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    keep = (area >= SPECK) & (within >= 0.35 * area)
    keep[0] = False
    return np.where(keep[labels], 255, 0).astype(np.uint8)


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
    stroke, spread = _stroke(mask)
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
    return numbers | _directions(mask) | _colour(picture, dark)


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


def _colour(picture: Picture, dark: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> dict[str, float]:
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
