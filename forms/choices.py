"""Which printed box of a choice is ticked, by how much darker it is inside than its fellows."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from forms.anchors import find_label
from forms.leaf import Leaf
from forms.picture import Picture
from forms.reading import Box
from forms.schema import FieldSpec
from forms.words import around

SMALLEST, LARGEST = 14, 52
"""Sides of a tick box in pixels at 200 dpi (1.8 to 6.6 mm)."""

TICKED = 0.07
"""Share of dark pixels inside a box from which it counts as ticked; an empty one has dirt only."""


UNTICKED = 0.6
"""Confidence that nothing was chosen on paper: a label may be circled or struck out, which a person sees."""


@dataclass(frozen=True)
class Ticked:
    """The box chosen: key of the choice, confidence, and the box around all boxes and labels of the field."""

    key: str
    confidence: float
    box: Box


def ticked(leaf: Leaf, spec: FieldSpec) -> Ticked | None:
    """The choice whose box is ticked; None when no boxes were found.

    The key is empty when none or more than one is ticked; a faint second mark leaves the stronger one in doubt.
    """
    fills: dict[str, float] = {}
    places: list[Box] = []
    for key, label in spec.choices.items():
        anchors = find_label(leaf.words, (label,)) or find_label(leaf.words, (f"X {label}",))
        for anchor in anchors[:1]:
            box = _box_beside(leaf, anchor.box)
            if box:
                fills[key] = _fill(leaf.rules.dark, box)
                places += [box, anchor.box]
    if not fills:
        return None
    order = sorted(fills, key=lambda k: -fills[k])
    best = fills[order[0]]
    second = fills[order[1]] if len(order) > 1 else 0.0
    region = around(places)
    if best < TICKED:
        return Ticked("", UNTICKED if leaf.scan or len(fills) < len(spec.choices) else 0.9, region)
    if second >= TICKED:
        return Ticked(order[0] if second < 0.5 * best else "", 0.3, region)
    sure = 0.6 + 0.3 * min(1.0, (best - second) / 0.2)
    return Ticked(order[0], round(sure * (1.0 if len(fills) == len(spec.choices) else 0.8), 3), region)


def _box_beside(leaf: Leaf, label: Box) -> Box | None:
    """The nearest square to the left of a label, else to its right."""
    middle, height = (label[1] + label[3]) / 2, max(18.0, label[3] - label[1])
    candidates = []
    for box in squares(leaf):
        level = abs((box[1] + box[3]) / 2 - middle) < 0.8 * height
        left, right = label[0] - box[2], box[0] - label[2]
        # OCR may take box and tick for a letter of the label, so that the label's box begins at the square
        if level and -40 < left < 70:
            candidates.append((abs(left), box))
        elif level and -5 < right < 60:
            candidates.append((right + 60, box))
    return min(candidates)[1] if candidates else None


def squares(leaf: Leaf) -> list[Box]:
    """All tick boxes of the page, pixels. A cross that runs over the sides does not hide a box."""
    dark = leaf.rules.dark
    found: list[Box] = []
    contours, _ = cv2.findContours(dark, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        x, y, wide, tall = cv2.boundingRect(contour)
        if SMALLEST <= wide <= LARGEST and SMALLEST <= tall <= LARGEST and 0.75 < wide / tall < 1.33:
            box = (float(x), float(y), float(x + wide), float(y + tall))
            if _framed(dark, box):
                found.append(box)
    return found


def _framed(dark: Picture, box: Box) -> bool:
    """Whether all four sides are drawn."""
    x0, y0, x1, y1 = (int(v) for v in box)
    part = dark[y0:y1, x0:x1] > 0
    edge = max(2, min(part.shape) // 7)
    sides = (part[:edge].any(axis=0), part[-edge:].any(axis=0), part[:, :edge].any(axis=1), part[:, -edge:].any(axis=1))
    return all(float(side.mean()) > 0.85 for side in sides)


def _fill(dark: Picture, box: Box) -> float:
    x0, y0, x1, y1 = box
    inset = max(4.0, 0.2 * (x1 - x0))
    part = dark[int(y0 + inset) : int(y1 - inset) + 1, int(x0 + inset) : int(x1 - inset) + 1]
    return float(np.mean(part > 0)) if part.size else 0.0
