"""Whether a page picture was ever on paper: paper of one exact shade, and rules level to the pixel, say it was not."""

from __future__ import annotations

import cv2
import numpy as np

from forms.picture import Picture, grey

ONE_SHADE = 0.955
"""Share of the light pixels that have the paper's exact shade on a page that a program drew, JPEG or not."""

FEW_SHADES = 70
"""A page in black and white has no more shades than this, even after JPEG; its paper is of one shade in any case."""

MOST_SPECKS = 25
"""Single dark dots on white from which a page has passed a scanner: a program draws none, a fax hundreds."""

LONG = 80
"""Pixels from which a dark run counts as part of a rule."""

ENOUGH = 300
"""Pixels of rules from which their straightness says something."""

TRUE_TO_THE_PIXEL = 0.94
"""Share of the rules' length that lies in one exact row on a page that a program drew; scans are askew and ragged."""


def spotless(picture: Picture) -> bool:
    """Whether a page shows no trace of a scanner.

    Paper of one shade alone does not say it: office scanners clip light paper to white. Level rules alone do not say
    it: chance may lay a sheet straight. A page without rules is judged by its paper, unless it is in black and white.
    """
    tone = grey(picture)
    counts = np.bincount(tone[::2, ::2].ravel(), minlength=256)
    paper = int(counts.argmax())
    light = int(counts[max(0, paper - 4) :].sum())
    if paper < 128 or counts[paper] < ONE_SHADE * light:
        return False
    if specks(tone) > MOST_SPECKS:
        return False
    share = straightness(tone)
    if share is None:
        return int((counts > 20).sum()) > FEW_SHADES
    return share > TRUE_TO_THE_PIXEL


def specks(tone: Picture) -> int:
    """How many dots of a few dark pixels stand alone on white, as dust and noise make them; no letter's dot does."""
    dark = np.asarray(tone < 140, dtype=np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = np.nonzero(stats[:, cv2.CC_STAT_AREA] <= 5)[0]
    around = cv2.boxFilter(dark, cv2.CV_32F, (25, 25), normalize=False, borderType=cv2.BORDER_CONSTANT)
    at = np.round(centres[small]).astype(int)
    alone = around[at[:, 1], at[:, 0]] <= stats[small, cv2.CC_STAT_AREA] + 0.5
    return int(alone.sum())


def straightness(tone: Picture) -> float | None:
    """Share of the rules' length that lies in one exact pixel row (or column); None when there are too few rules."""
    dark = np.where(tone < 128, 255, 0).astype(np.uint8)
    true, length = _level(dark)
    if length < ENOUGH:
        true, length = _level(np.ascontiguousarray(dark.T))
    return true / length if length >= ENOUGH else None


def _level(dark: Picture) -> tuple[float, float]:
    """Length in pixels of level rules whose upper edge keeps to one row, and of all level rules."""
    runs = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, LONG // 2), np.uint8))
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, dtype=np.uint8), connectivity=8)
    true = length = 0.0
    for number in range(1, min(count, 400)):
        x, y, wide, tall, _ = stats[number].tolist()
        if wide < LONG or tall > 0.05 * wide + 8:
            continue
        part = (labels[y : y + tall, x : x + wide] == number) & (runs[y : y + tall, x : x + wide] > 0)
        tops = part.argmax(axis=0)[part.any(axis=0)]
        true += float(np.bincount(tops).max())
        length += len(tops)
    return true, length
