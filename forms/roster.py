"""A marked list of people with access (`forms.blank.roster`), read box by box.

Whatever is not certain has low confidence: a row with no box ticked or two, a row whose user ID is
another, a place for the signature without ink. A person looks at those.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from forms.blank.roster import BOX, CHOICES, COLUMNS, ROWS, SIGN, STEP, TITLE, TOP
from forms.choices import LARGEST, TICKED, squares
from forms.leaf import Leaf
from forms.reading import Box, FieldReading, FormReading, Source
from forms.schema import FormKind
from forms.words import as_text

MARK = re.compile(r"\bR[CG]-?(20\d\d)-?([A-Z]{4,14})\b", re.IGNORECASE)
_PAGE = re.compile(r"\bPage\s+(\d{1,2})\s+of\s+(\d{1,2})\b", re.IGNORECASE)
DOUBT = 0.3
"""Confidence where no box of a row is ticked, or more than one is marked."""


def is_roster(leaf: Leaf) -> bool:
    """Whether a page is one of our lists with boxes."""
    text = as_text(leaf.words)
    return bool(MARK.search(text)) and fuzz.partial_ratio(TITLE.casefold(), text.casefold()) >= 85


def read_roster(leaves: Sequence[Leaf]) -> FormReading:
    """The list as a form: `mark`, `signed`, and for each row `row-PAGE-NN` (a choice or empty) and `id-PAGE-NN`."""
    fields: list[FieldReading] = []
    for leaf in leaves:
        text = as_text(leaf.words)
        found, page = MARK.search(text), _PAGE.search(text)
        number = int(page[1]) if page else 0
        if found:
            fields.append(_field(leaf, "mark", f"RC-{found[1]}-{found[2].upper()}", 0.95, _whole(leaf)))
        rows = _rows(leaf)
        for place, boxes in enumerate(rows):
            name = f"{number}-{place:02d}"
            fields.append(_choice(leaf, f"row-{name}", boxes))
            fields.append(_field(leaf, f"id-{name}", _id_beside(leaf, boxes[0]), 0.9, boxes[0]))
        fields.append(_signed(leaf, f"signed-{number}", rows))
    return FormReading(FormKind.ROSTER, 0.95, "", tuple(leaf.number for leaf in leaves), False, tuple(fields), ())


def _rows(leaf: Leaf) -> list[tuple[Box, ...]]:
    """The rows of three boxes, from the top.

    A cross may hide its box, so rows and columns are reckoned from the boxes that are seen, in two columns at least.
    """
    seen = [box for box in squares(leaf) if box[2] - box[0] < LARGEST]
    grid = _grid(seen)
    if grid is None:
        return []
    lefts, scale, boxes = grid
    side = BOX * scale
    tops = sorted(box[1] for box in boxes)
    count = round((tops[-1] - tops[0]) / (STEP * scale)) + 1
    if count > ROWS:
        return []
    first = tops[0]
    rows = []
    for place in range(count):
        top = first + place * STEP * scale
        near = [t for t in tops if abs(t - top) < 0.5 * side]
        top = float(np.median(near)) if near else top
        rows.append(tuple((left, top, left + side, top + side) for left in lefts))
    return rows


def _grid(seen: Sequence[Box]) -> tuple[list[float], float, list[Box]] | None:
    """Left edges of the three columns, pixels a point, and the boxes of the two columns that show it best."""
    best: tuple[list[float], float, list[Box]] | None = None
    columns = _clusters(seen, 0)
    for (a, one), (b, other) in itertools.combinations(enumerate(columns), 2):
        boxes = [*columns[a], *columns[b]]
        side = float(np.median([box[2] - box[0] for box in boxes]))
        for near, far in itertools.combinations(COLUMNS, 2):
            left = float(np.median([box[0] for box in one]))
            scale = (float(np.median([box[0] for box in other])) - left) / (far - near)
            fits = abs(scale * (BOX + 1) - side) < 0.12 * side
            if fits and (best is None or len(boxes) > len(best[2])):
                best = [left + (x - near) * scale for x in COLUMNS], scale, boxes
    return best


def _clusters(boxes: Sequence[Box], axis: int) -> list[list[Box]]:
    """Boxes that begin at about the same place on an axis."""
    found: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b[axis]):
        if found and box[axis] - found[-1][-1][axis] < 0.5 * (box[2] - box[0]):
            found[-1].append(box)
        else:
            found.append([box])
    return found


def _choice(leaf: Leaf, name: str, boxes: tuple[Box, ...]) -> FieldReading:
    fills = [_fill(leaf, box) for box in boxes]
    ticked = [n for n, fill in enumerate(fills) if fill >= TICKED]
    around = (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[-1][3])
    if len(ticked) != 1:
        return _field(leaf, name, "", DOUBT, around)
    others = max(fill for n, fill in enumerate(fills) if n != ticked[0])
    sure = 0.95 if others < TICKED / 2 else DOUBT
    return _field(leaf, name, CHOICES[ticked[0]], sure, around)


def _fill(leaf: Leaf, box: Box) -> float:
    inset = max(4.0, 0.2 * (box[2] - box[0]))
    part = leaf.rules.dark[int(box[1] + inset) : int(box[3] - inset) + 1, int(box[0] + inset) : int(box[2] - inset) + 1]
    return float((part > 0).mean()) if part.size else 0.0


def _id_beside(leaf: Leaf, box: Box) -> str:
    """The first word of the row."""
    middle, height = (box[1] + box[3]) / 2, box[3] - box[1]
    row = [w for w in leaf.words if abs((w.box[1] + w.box[3]) / 2 - middle) < 0.7 * height and w.box[2] < box[0]]
    return min(row, key=lambda w: w.box[0]).text if row else ""


def _signed(leaf: Leaf, name: str, rows: Sequence[tuple[Box, ...]]) -> FieldReading:
    """Whether there is ink over the rule for the signature; its place is reckoned from the first row's boxes."""
    if not rows:
        return _field(leaf, name, "", DOUBT, _whole(leaf))
    first = rows[0][0]
    scale = (rows[0][-1][0] - first[0]) / (COLUMNS[-1] - COLUMNS[0])
    x0, y0 = first[0] - COLUMNS[0] * scale, first[1] - TOP * scale
    low = y0 + (SIGN - 3) * scale
    place = (x0 + 47.0 * scale, low - STEP * 1.2 * scale, x0 + 328.0 * scale, low)
    part = leaf.rules.dark[max(0, int(place[1])) : int(place[3]), max(0, int(place[0])) : int(place[2])]
    share = float((part > 0).mean()) if part.size else 0.0
    return _field(leaf, name, "yes" if share > 0.008 else "", 0.9, place)


def _whole(leaf: Leaf) -> Box:
    tall, wide = leaf.picture.shape[:2]
    return (0.0, 0.0, float(wide), float(tall))


def _field(leaf: Leaf, name: str, value: str, sure: float, box: Box) -> FieldReading:
    source = Source.OCR if leaf.scan else Source.TEXT
    crop = b"" if name == "mark" else leaf.crop(box)
    return FieldReading(name, value, sure, source, leaf.number, leaf.box(box), crop)
