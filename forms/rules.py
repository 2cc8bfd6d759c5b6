"""The drawn lines of a page: rules to write on and the sides of cells, solid, dotted or broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from forms.dots import dotted_rules
from forms.picture import Picture, grey
from forms.reading import Box

SHORTEST_ACROSS = 90
"""Pixels at 200 dpi (11 mm): shorter lines are dashes and letters."""

SHORTEST_DOWN = 44
"""Pixels at 200 dpi: about half of the height of the lowest cell seen on a real form."""

LONGEST_WORD = 420
"""Pixels at 200 dpi: no printed word of a label or a sentence is longer than this."""

REACH = 14
"""Pixels over and under a rule that are looked at to tell it from a row of letters."""

EDGE_TO_EDGE = 0.98
"""Share of the page from which a line is a fold, or the edge of a copy: nobody prints a rule so long."""

THICKEST = 11
"""Pixels: a thicker bar is a shaded heading, not a rule."""

AS_HIGH, BEYOND = 4, 12
"""Pixels by which a piece of a line may stand off its height, and reach over its end."""


@dataclass(frozen=True)
class Rules:
    """Boxes in pixels: `across` are level lines, `down` upright ones; `dark` is the page in ink and paper (255, 0)."""

    across: tuple[Box, ...]
    down: tuple[Box, ...]
    dark: Picture


def ink_mask(picture: Picture) -> Picture:
    """255 where the page is darker than the paper around it, else 0."""
    tone = grey(picture)
    height, width = tone.shape
    # a wide blur of the whole page costs more than everything else here; of an eighth of it, next to nothing
    small = cv2.resize(tone, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    ground = cv2.resize(cv2.GaussianBlur(small, (0, 0), 3), (width, height), interpolation=cv2.INTER_LINEAR)
    contrast = cv2.subtract(ground, tone)
    strongest = float(np.percentile(contrast[::3, ::3], 99.7))
    level = min(60.0, max(22.0, 0.33 * strongest))
    return np.asarray(cv2.threshold(contrast, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def find_rules(picture: Picture) -> Rules:
    """All rules of an upright page picture at about 200 dpi."""
    dark = ink_mask(picture)
    # closing wider gaps than this joins the letters of a printed row into a line
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 4), np.uint8))
    dotted = cv2.morphologyEx(_flat_dots(dark), cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    solid = _lines(np.asarray(joined, dtype=np.uint8), across=True)
    broken = _lines(np.asarray(dotted, dtype=np.uint8), across=True)
    dots = dotted_rules(dark, SHORTEST_ACROSS)
    others = [rule for rule in solid + broken if not any(_along(rule, row) for row in dots)]
    whole = _merged(dots + others, dark)
    across = [rule for rule in whole if any(_along(row, rule) for row in dots) or not _in_print(rule, dark)]
    tall = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((4, 1), np.uint8))
    down = _lines(np.asarray(tall, dtype=np.uint8), across=False)
    return Rules(tuple(across), tuple(down), dark)


def _along(piece: Box, whole: Box) -> bool:
    """Whether one line is a piece of another."""
    level = abs(piece[1] + piece[3] - whole[1] - whole[3]) < 2 * AS_HIGH
    return level and piece[0] > whole[0] - BEYOND and piece[2] < whole[2] + BEYOND


def _in_print(rule: Box, dark: Picture) -> bool:
    """Whether a short "rule" is a row of blurred letters: as thick as letters, or of ragged thickness."""
    x0, y0, x1, y1 = (int(v) for v in rule)
    middle = (y0 + y1) // 2
    if x1 - x0 > LONGEST_WORD or middle < REACH or middle + REACH >= dark.shape[0]:
        return False
    up = (dark[middle - REACH : middle + 1, x0:x1] > 0)[::-1].cumprod(axis=0).sum(axis=0)
    down = (dark[middle : middle + REACH, x0:x1] > 0).cumprod(axis=0).sum(axis=0)
    thick = up + down
    usual = float(np.median(thick[thick > 0])) if thick.any() else 0.0
    ragged = float(np.median(np.abs(thick - usual)))
    return usual > 8 or (usual > 3 and ragged > 1.5)


def without_print(rules: Rules, words: Iterable[Box]) -> Rules:
    """The rules that do not run through the middle of printed words, as rows of capitals seem to."""
    boxes = list(words)
    kept = tuple(rule for rule in rules.across if _through(rule, boxes) < 0.5 or _unbroken(rule, rules.dark))
    return Rules(kept, rules.down, rules.dark)


def _unbroken(rule: Box, dark: Picture) -> bool:
    """Whether most of a rule is one long dark run, as no row of letters is: a stamp may be printed across a rule."""
    part = dark[int(rule[1]) : int(rule[3]) + 1, int(rule[0]) : int(rule[2]) + 1]
    runs = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((1, 160), np.uint8))
    return bool(float(np.asarray(runs).any(axis=0).mean()) > 0.5)


def _through(rule: Box, words: list[Box]) -> float:
    """The part of a rule's length that lies inside words, neither over nor under them."""
    line, length = (rule[1] + rule[3]) / 2, rule[2] - rule[0]
    covered = 0.0
    for x0, y0, x1, y1 in words:
        if y0 + 0.12 * (y1 - y0) < line < y1 - 0.18 * (y1 - y0) and y1 - y0 < 70:
            covered += max(0.0, min(rule[2], x1) - max(rule[0], x0))
    return covered / max(1.0, length)


def erased(picture: Picture, rules: Rules) -> Picture:
    """The picture with its rules painted over, for reading labels that touch them."""
    lines = np.zeros(picture.shape[:2], np.uint8)
    for boxes, kernel in ((rules.across, (1, 45)), (rules.down, (22, 1))):
        opened = cv2.morphologyEx(rules.dark, cv2.MORPH_OPEN, np.ones(kernel, np.uint8))
        thin = np.asarray(opened, dtype=np.uint8)
        for x0, y0, x1, y1 in boxes:
            area = slice(int(y0), int(y1) + 1), slice(int(x0), int(x1) + 1)
            lines[area] |= thin[area]
    clean = picture.copy()
    clean[cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0] = 255
    return clean


def _flat_dots(dark: Picture) -> Picture:
    """Only marks as flat as the dots and dashes of a broken rule."""
    height, width = dark.shape
    small = cv2.threshold(cv2.resize(dark, (width // 2, height // 2), interpolation=cv2.INTER_AREA), 60, 255, 0)[1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(small, dtype=np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_HEIGHT] <= 4
    keep[0] = False
    flat = (keep * np.uint8(255)).astype(np.uint8)[labels]
    return np.asarray(cv2.resize(flat, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _lines(dark: Picture, *, across: bool) -> list[Box]:
    least = SHORTEST_ACROSS // 2 if across else SHORTEST_DOWN // 2
    kernel = np.ones((1, least) if across else (least, 1), np.uint8)
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
    bridge = np.ones((3, 25) if across else (25, 3), np.uint8)
    opened = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, bridge)
    contours, _ = cv2.findContours(np.asarray(opened, dtype=np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Box] = []
    for x, y, wide, tall in map(cv2.boundingRect, contours):
        length, thickness = (wide, tall) if across else (tall, wide)
        if length >= EDGE_TO_EDGE * dark.shape[1 if across else 0]:
            continue
        if length < (SHORTEST_ACROSS if across else SHORTEST_DOWN) or thickness > THICKEST + 0.03 * length:
            continue
        # a line that leans by half a degree is a staircase of some pixels: judge thickness by ink, not by its box
        if cv2.countNonZero(opened[y : y + tall, x : x + wide]) / length <= THICKEST:
            found.append((float(x), float(y), float(x + wide), float(y + tall)))
    return found


def _merged(found: list[Box], dark: Picture) -> list[Box]:
    """Pieces of one rule, cut by a stroke of ink or by bad copying, put together."""
    whole: list[Box] = []
    for piece in sorted(found, key=lambda b: b[0]):
        for number, other in enumerate(whole):
            if _goes_on(other, piece, dark):
                whole[number] = (other[0], min(other[1], piece[1]), max(other[2], piece[2]), max(other[3], piece[3]))
                break
        else:
            whole.append(piece)
    return whole


def _goes_on(left: Box, right: Box, dark: Picture) -> bool:
    """Whether `right` continues the rule `left`; a wide gap must be bridged by ink at the height of the rule."""
    step = abs((left[1] + left[3]) - (right[1] + right[3])) / 2
    gap = right[0] - left[2]
    if step >= 6 or gap > 130:
        return False
    if gap <= 22:
        return True
    line = int((left[1] + left[3] + right[1] + right[3]) / 4)
    bridge = dark[max(0, line - 3) : line + 4, int(left[2]) : int(right[0])]
    return step < 4 and bridge.size > 0 and bool(float((bridge > 0).any(axis=0).mean()) > 0.25)
