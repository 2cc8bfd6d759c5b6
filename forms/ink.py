"""What is left in a signature slot when rules and print are taken away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.dashes import clear_dashes
from forms.fine import LEAST, PIECE, QUIET, contrast_of, darker, followed, length_of, through
from forms.measures import REACH_UP, SPECK, colour_of, measure, stroke_of
from forms.neighbours import reaching_in
from forms.picture import Picture
from forms.reading import Box
from forms.slots import Slot
from forms.wiping import clear_print, clear_rules
from forms.words import Word, inside, overlap

REACH_DOWN, REACH_SIDE = 26, 8
"""Pixels under and beside the place that belong to the mark when most of it lies inside it."""

FAINT_BELOW = 60.0
"""Pixels of pen line below which a slot is looked at again for faint marks."""

OWN = 2.0
"""Times as much as what reaches in from the next place that stands in a slot whose signer wrote both."""

BLANK_LENGTH = 26.0
"""Pixels of pen line (3 mm) up to which a slot counts as empty: dirt, the stub of a rule, an edge of print."""

FAINT_LENGTH = 60.0
"""Pixels of faint marks up to which a slot counts as empty."""

LITTLE = 300.0
"""Pixels of pen line (38 mm) below which a mark may be no more than the darkest bits of a fine pen's."""


@dataclass(frozen=True)
class Residue:
    """The dark pixels of a slot that are neither rule nor label. `mask` covers `box` (pixels of the leaf).

    `words` are what OCR read inside. Lengths are pixels at 200 dpi.
    """

    box: Box
    mask: Picture
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
    def pale(self) -> bool:
        """Whether most of the mark is lighter than what is taken for ink elsewhere."""
        return self.numbers.get("pale", 0.0) > 0

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
    clear_dashes(mask, leaf, lambda: leaf.rules.dark, x0, y0)
    place = slice(max(0, int(core[1]) - y0), int(core[3]) - y0), slice(max(0, int(core[0]) - x0), int(core[2]) - x0)
    mask, reaches = _own(mask, reaching_in(slot, x0, y0, x1, y1), place)
    every, mask = mask, _belonging(mask, core, x0, y0)
    picture = leaf.picture[y0:y1, x0:x1]
    dark = length_of(mask)
    if dark <= BLANK_LENGTH:  # strokes that stand mostly elsewhere are no signature here, but no empty place either
        reaches = max(reaches, _over(every[place]))
    faint = _faint_length(slot, picture, own, x0, y0) if dark < FAINT_BELOW else 0.0
    light = None
    if not reaches and (faint > FAINT_LENGTH or BLANK_LENGTH < dark < LITTLE):
        light = followed(mask, slot, picture, own, (x0, y0))
    fuller = mask if light is None else _belonging(light, core, x0, y0)
    pale = length_of(fuller) > dark
    mask = fuller if pale else mask
    numbers = measure(mask, picture, own, core) | _against_print(slot)
    numbers |= {"foreign": reaches, "faint": faint, "pale": float(pale)}
    numbers["stroke_ratio"] = numbers["stroke"] / max(1.0, numbers["print_stroke"])
    numbers["dark_ratio"] = numbers["darkness"] / max(0.05, numbers["print_dark"])
    return Residue(box, mask, own, numbers)


def _own(mask: Picture, foreign: npt.NDArray[np.bool_], place: tuple[slice, slice]) -> tuple[Picture, float]:
    """The marks without strokes that reach into the place from the next one, and the length of those in pixels.

    Beside far more of the slot's own, such a stroke is the tail of the same signature, and stays.
    """
    strokes = np.where(foreign, mask, 0).astype(np.uint8)
    own = np.where(foreign, 0, mask).astype(np.uint8)
    if cv2.countNonZero(own[place]) >= OWN * cv2.countNonZero(strokes[place]):
        return mask, 0.0
    return own, cv2.countNonZero(strokes[place]) / stroke_of(strokes)[0]


def _over(mask: Picture) -> float:
    """Length in pixels of the strokes in a place, when it is more than dirt; else 0."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    long = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= PIECE
    long[0] = False
    length = length_of(np.where(long[labels], 255, 0).astype(np.uint8))
    return length if length > FAINT_LENGTH else 0.0


def _against_print(slot: Slot) -> dict[str, float]:
    """Stroke and darkness of the printed label beside the slot: toner and pen differ from page to page, not on one."""
    height, width = slot.leaf.rules.dark.shape
    x0, y0, x1, y1 = (int(v) for v in slot.label_box)
    area = slice(max(0, y0 - 2), min(height, y1 + 3)), slice(max(0, x0 - 2), min(width, x1 + 3))
    mask = slot.leaf.rules.dark[area]
    if not mask.any():
        return {"print_stroke": 3.0, "print_dark": 0.6}
    tone = colour_of(slot.leaf.picture[area], mask > 0)
    return {"print_stroke": stroke_of(mask)[0], "print_dark": tone["darkness"]}


def _faint_length(slot: Slot, picture: Picture, own: tuple[Word, ...], x0: int, y0: int) -> float:
    """Length in pixels of coherent marks barely darker than the paper: a pen that hardly wrote is not an empty slot."""
    contrast, spread = contrast_of(picture)
    level = max(LEAST, QUIET * spread)
    mask = np.where(contrast > level, 255, 0).astype(np.uint8)
    clear_rules(mask, slot, x0, y0, pad=5)
    clear_print(mask, slot, own, x0, y0)
    clear_dashes(mask, slot.leaf, lambda: darker(slot.leaf, level), x0, y0)
    mask = _belonging(mask, slot.box, x0, y0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    long = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    return float(long[1:][((long >= PIECE) & ~through(stats, mask.shape))[1:]].sum())


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
