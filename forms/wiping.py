"""What was printed is wiped from a picture of marks: rules, and words that stand outside of a place."""

from __future__ import annotations

import cv2
import numpy as np

from forms.picture import Picture
from forms.reading import Box
from forms.slots import Slot
from forms.words import Word, overlap

WRITTEN = 1.6
"""Times the height of the label from which what was read as a word is no print of the form, but part of the mark."""

STRAIGHT = 4.0
"""Pixels of height from which the box of a rule holds more than the rule: it leans."""


def clear_rules(mask: Picture, slot: Slot, x0: int, y0: int, pad: int = 2) -> None:
    """Wipe rules, but keep the strokes that cross them: a column darker than the rule is thick stays.

    A rule that leans has a box in which small letters stand; only its own line is wiped there. Upright lines are wiped
    where they bound the place or run through all of it: others are a signature's stems.
    """
    rules = slot.leaf.rules
    sides = [rule for rule in rules.down if _bounds(rule, slot.box)]
    for rule in (*rules.across, *sides):
        level = rule[2] - rule[0] >= rule[3] - rule[1]
        left, top = int(rule[0]) - x0 - pad, int(rule[1]) - y0 - pad
        right, bottom = int(rule[2]) - x0 + pad, int(rule[3]) - y0 + pad
        left, top = max(0, left), max(0, top)
        if right <= left or bottom <= top or left >= mask.shape[1] or top >= mask.shape[0]:
            continue
        part = mask[top:bottom, left:right]
        line = _line_in(part) if level and rule[3] - rule[1] > STRAIGHT else None
        if line is not None:
            part[line] = 0
            continue
        thin = np.ones((part.shape[0] + 1, 1) if level else (1, part.shape[1] + 1), np.uint8)
        around = (
            mask[max(0, top - 3) : bottom + 3, left:right] if level else mask[top:bottom, max(0, left - 3) : right + 3]
        )
        axis = 0 if level else 1
        beyond = around.shape[axis] - part.shape[axis]
        crossing = (around > 0).sum(axis=axis) >= thin.size // 2 + beyond - 1
        keep = crossing[None, :] if level else crossing[:, None]
        part[~np.broadcast_to(keep, part.shape)] = 0


def _bounds(rule: Box, core: Box) -> bool:
    """Whether an upright line stands at a side of the place or runs from its top to its foot."""
    beside = rule[0] < core[0] + 14 or rule[2] > core[2] - 14
    return beside or (rule[1] < core[1] + 8 and rule[3] > core[3] - 12)


def _line_in(part: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None:
    """The pixels of a leaning rule in its box, without what crosses it; None where it is dotted or badly broken."""
    runs = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((1, 21), np.uint8))
    if not runs.size or (np.asarray(runs) > 0).any(axis=0).mean() < 0.5:
        return None
    near = cv2.dilate(runs, np.ones((3, 9), np.uint8)) > 0
    deep = near.sum(axis=0)
    dark = (part > 0) & near
    # a stroke that crosses fills the column beyond the line; where the column is no fuller than the line it is rule
    usual = max(1.0, float(np.median((np.asarray(runs) > 0).sum(axis=0)[deep > 0])))
    crossing = (part > 0).sum(axis=0) > usual + 5
    return np.asarray(dark & ~crossing[None, :])


def clear_print(mask: Picture, slot: Slot, own: tuple[Word, ...], x0: int, y0: int) -> None:
    """Wipe the label and all words that stand outside of the place, but not a signature that was read as a word."""
    mine = {id(w) for w in own}
    for word in slot.leaf.words:
        if id(word) in mine or (not is_print(word, slot) and overlap(word.box, slot.box) > 0.2):
            continue
        left, top = max(0, int(word.box[0]) - x0 - 3), max(0, int(word.box[1]) - y0 - 3)
        right, bottom = int(word.box[2]) - x0 + 4, int(word.box[3]) - y0 + 4
        if right > left and bottom > top:
            mask[top:bottom, left:right] = 0


def is_print(word: Word, slot: Slot) -> bool:
    """Whether a word was read well enough, and is small enough beside the slot's label, to be print of the form."""
    tall = WRITTEN * min(36.0, max(16.0, slot.label_box[3] - slot.label_box[1]))
    return word.confidence >= 0.45 and word.height <= tall
