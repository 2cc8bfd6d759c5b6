"""Where the answer to a label is written: beside it, under it, above it, or in its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.anchors import plain
from forms.labels import OTHER_LABELS
from forms.picture import Picture
from forms.reading import Box
from forms.rules import Rules
from forms.words import Word

BROKEN = 45.0
"""Pixels at 200 dpi (6 mm) of a cell's roof or floor that may be missing at its side: photos lose them."""

LOOSE = 0.25
"""Share of a label's height by which its box may reach over the roof of its cell: recognition's boxes are loose."""

MEETS = 5.0
"""Pixels by which a side may fall short of the roof or floor that it meets."""

FLUSH = 12.0
"""Pixels by which the rules of one table may begin further left or right."""

TALLEST_CELL = 420.0
"""Pixels at 200 dpi (53 mm): the tallest cell for an answer, that of a reason in several lines."""

DEEPEST_LABEL = 170.0
"""Pixels at 200 dpi: a label at the foot of a cell stands at most this far under the cell's roof."""

WIDEST_GUESS = 560.0
"""Pixels at 200 dpi (71 mm): about the length of a rule for a signature."""

THIN = 8.0
"""Pixels of width up to which a short upright line is the side of a cell: a signature's stems lean more."""

PRINTED = 1.6
"""Times the height of the label up to which a word above a place is print: a signature that was read is taller."""

GUESSED = 0.5
"""Score of a place without a rule: low enough that a person looks at it."""

SLOT_HEIGHT = 84.0
"""Pixels at 200 dpi (30 pt): room above a rule that a signature takes."""


HANGS = 5
"""Pixels beside an upright line at which it is dark where a stroke hangs on it."""


HANGING = 0.02
"""Share of an upright line's height at which strokes must hang on it; a side that a signature runs over has more, but
another row of the table has a side there, too."""


ROWS = 1.6
"""Times the height of a cell from which a side is that of several rows."""


class Layout(StrEnum):
    """How a label stands to its place; the four layouts seen on real forms."""

    CELL = "cell"
    RIGHT = "right"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Place:
    """A place to write. `box` in pixels, `line` the height of its rule, `score` 0 to 1 how well the geometry fits."""

    box: Box
    layout: Layout
    score: float
    line: float


def places_for(label: Box, rules: Rules, words: Sequence[Word]) -> list[Place]:
    """The places that may belong to a label, best first; empty when no rule or cell is near."""
    height = max(16.0, min(label[3] - label[1], 40.0))
    found = [
        *_cell(label, height, rules),
        *_right(label, height, rules),
        *_above(label, height, rules, words),
        *_below(label, height, rules),
    ]
    fitting = [_freed(place, label, words) for place in found]
    return sorted((p for p in fitting if p.box[2] - p.box[0] > 60), key=lambda p: -p.score)


def _cell(label: Box, height: float, rules: Rules) -> list[Place]:
    """A cell that holds the label: the answer stands under it, over it, or in the next cell."""
    x0, y0, x1, y1 = label
    near = [a for a in rules.across if a[0] <= x0 + BROKEN and a[2] >= min(x1, x0 + 60) - 8]
    loose = max(4.0, LOOSE * (y1 - y0))
    roofs = [a[3] for a in near if -DEEPEST_LABEL < (a[1] + a[3]) / 2 - y0 < loose]
    floors = [a[1] for a in near if -4 < a[1] - y1 < TALLEST_CELL]
    if not roofs:
        return []
    top = max(roofs)
    for bottom in sorted(floors):
        sides = _sides(label, rules, top, bottom)
        if sides:
            return _in_cell(label, height, rules, (sides[0], top, sides[1], bottom))
    return []


def _sides(label: Box, rules: Rules, top: float, bottom: float) -> tuple[float, float] | None:
    """The left and right side of the cell between a roof and a floor, or None when they close no cell."""
    x0, _, x1, _ = label
    # a side runs from roof to floor; the upright strokes of a signature do not
    slack = 6 + 0.12 * (bottom - top)
    upright = [d for d in rules.down if d[1] < top + slack and d[3] > bottom - slack and _straight(d)]
    left = _meeting([d for d in upright if d[0] < x0 + 6], top, bottom, 2)
    right = _meeting(_clean([d for d in upright if d[0] > x1 - 6], rules, top, bottom), top, bottom, 0)
    if right and not left:  # the edge of a table is the first that a copier loses
        left = _edge(rules, top, bottom, x0)
    if not left or not right:
        return None
    west, east = max(left), min(right)
    if x0 - west > max(90.0, 0.5 * (east - west)) or not all(_spans(rules, y, west, east) for y in (top, bottom)):
        return None
    return west, east


def _clean(sides: Sequence[Box], rules: Rules, top: float, bottom: float) -> Sequence[Box]:
    """The sides without a signature's stems: strokes hang on a stem, and no other row of the table has a side there.

    All of them when nothing else closes the cell.
    """
    kept = [
        side for side in sides if _in_line(side, rules, bottom - top) or not _hung_on(side, rules.dark, top, bottom)
    ]
    return kept or sides


def _in_line(side: Box, rules: Rules, tall: float) -> bool:
    """Whether a side runs through another row of the table, too, or another stands over or under it there."""
    if side[3] - side[1] > ROWS * tall:
        return True
    middle = (side[0] + side[2]) / 2
    apart = (d for d in rules.down if d[3] < side[1] + MEETS or d[1] > side[3] - MEETS)
    return any(abs((d[0] + d[2]) / 2 - middle) < FLUSH for d in apart)


def _hung_on(side: Box, dark: Picture, top: float, bottom: float) -> bool:
    """Whether strokes begin at an upright line between a roof and a floor, away from both."""
    x0, x1 = int(side[0]), int(side[2])
    inner = 0.15 * (bottom - top)
    rows = slice(int(top + inner), int(bottom - inner))
    beside = [dark[rows, max(0, x0 - HANGS) : max(0, x0 - HANGS + 2)], dark[rows, x1 + HANGS - 2 : x1 + HANGS]]
    return any(part.size and float((part > 0).all(axis=1).mean()) > HANGING for part in beside)


def _meeting(sides: Sequence[Box], top: float, bottom: float, edge: int) -> list[float]:
    """An edge of each side that meets roof or floor, as a signature's stems seldom do; of each side when none does."""
    whole = [d for d in sides if d[1] <= top + MEETS or d[3] >= bottom - MEETS]
    return [d[edge] for d in whole or sides]


def _edge(rules: Rules, top: float, bottom: float, x: float) -> list[float]:
    """Where roof and floor begin together, left of `x` but not far: the lost side of a cell; empty when nowhere."""
    level = ([a[0] for a in rules.across if abs((a[1] + a[3]) / 2 - y) < 9 and a[0] < x + 6] for y in (top, bottom))
    roof, floor = (min(starts, default=0.0) for starts in level)
    return [max(roof, floor)] if abs(roof - floor) < FLUSH and x - BROKEN < min(roof, floor) else []


def _straight(upright: Box) -> bool:
    """Whether an upright line is thin for its length, as a rule is however the page leans."""
    return upright[2] - upright[0] <= THIN + 0.03 * (upright[3] - upright[1])


def _in_cell(label: Box, height: float, rules: Rules, cell: Box) -> list[Place]:
    """Where in its cell a label leaves room."""
    west, top, east, bottom = cell
    _, y0, _, y1 = label
    under, over = bottom - y1, y0 - top
    if under >= 0.9 * height and over < 2.2 * height:
        return [Place((west + 3, y1 + 1, east - 3, bottom - 2), Layout.CELL, 0.95, bottom)]
    if over > under and over > 1.6 * height:
        return [Place((west + 3, top + 2, east - 3, y0 - 1), Layout.CELL, 0.85, y0 - 1)]
    return _next_cell(label, east, top, bottom, rules)


def _spans(rules: Rules, height: float, west: float, east: float) -> bool:
    """Whether rules at a height run from side to side: the edges of a copy and the frame of a stamp close no cell."""
    pieces = [a for a in rules.across if abs((a[1] + a[3]) / 2 - height) < 9 and a[2] > west and a[0] < east]
    if not pieces or min(a[0] for a in pieces) > west + BROKEN or max(a[2] for a in pieces) < east - BROKEN:
        return False
    return sum(min(a[2], east) - max(a[0], west) for a in pieces) > 0.7 * (east - west)


def _next_cell(label: Box, west: float, top: float, bottom: float, rules: Rules) -> list[Place]:
    middle = (label[1] + label[3]) / 2
    sides = [d[0] for d in rules.down if d[1] < middle < d[3] and d[0] > west + 60]
    if not sides:
        return []
    return [Place((west + 6, top + 2, min(sides) - 3, bottom - 2), Layout.CELL, 0.9, bottom)]


def _right(label: Box, height: float, rules: Rules) -> list[Place]:
    """A rule that begins where the label ends, at the foot of its letters."""
    _, _, x1, y1 = label
    found = []
    for rule in rules.across:
        line = (rule[1] + rule[3]) / 2
        if not -0.7 * height < line - y1 < 0.9 * height or rule[2] < x1 + 60 or rule[0] > x1 + 130:
            continue
        under = rule[0] < x1 - 12 and rule[0] < label[0] + 10  # runs under the label itself: an underlined row
        score = 0.55 if under else 0.92 - 0.001 * abs(rule[0] - x1)
        found.append(Place((max(rule[0], x1 + 2), line - SLOT_HEIGHT, rule[2], line + 12), Layout.RIGHT, score, line))
    return found


def _above(label: Box, height: float, rules: Rules, words: Sequence[Word]) -> list[Place]:
    """A rule with the label right under it. Where several labels share the rule, each has its own part of it.

    A stroke that hangs into the label makes its box taller: the rule may run through the upper half of that.
    """
    x0, y0, x1, y1 = label
    found = []
    for rule in rules.across:
        line = (rule[1] + rule[3]) / 2
        gap = y0 - line
        if not -max(4.0, 0.5 * (y1 - y0)) <= gap <= 1.6 * height + 6 or rule[0] > x0 + 60 or rule[2] < x1 - 30:
            continue
        score = 0.9 - 0.25 * max(0.0, gap) / (1.6 * height + 6) - (0.0 if x0 - rule[0] < 60 else 0.1)
        row = [w.box for w in words if plain(w.text) in OTHER_LABELS and _printed_beside(w.box, label, height)]
        starts = [b[0] for b in row if x1 + 1.5 * height < b[0] < rule[2] - 20]
        ends = [b[2] for b in row if rule[0] < b[2] < x0 - 1.5 * height]
        left, right = (x0 - 6 if ends else rule[0]), min(starts, default=rule[2] + 8) - 8
        found.append(Place((left, line - SLOT_HEIGHT, right, line + 8), Layout.ABOVE, score, line))
    return found


def open_place(label: Box, words: Sequence[Word], width: float) -> list[Place]:
    """Where no rule was seen: the white to the right of the label, up to the next word or the edge of the page."""
    _, y0, x1, y1 = label
    row = [w.box[0] for w in words if min(w.box[3], y1) > max(w.box[1], y0) and w.box[0] > x1 and w.confidence > 0.6]
    east = min(row, default=min(width - 60, x1 + WIDEST_GUESS)) - 8
    if east - x1 < 150:
        return []
    return [Place((x1 + 6, y1 - SLOT_HEIGHT, east, y1 + 12), Layout.RIGHT, GUESSED, y1)]


def _printed_beside(word: Box, label: Box, height: float) -> bool:
    """Whether a word stands in the label's row and is of its size, as the pen's strokes through the row are not."""
    return abs(word[1] - label[1]) < 0.5 * height and abs(word[3] - label[3]) < 0.6 * height


def _below(label: Box, height: float, rules: Rules) -> list[Place]:
    """A rule some way under the label, with room to write between."""
    x0, _, _, y1 = label
    found = []
    for rule in rules.across:
        line = (rule[1] + rule[3]) / 2
        gap = line - y1
        if not 1.1 * height < gap < 160 or rule[0] > x0 + 60 or rule[2] < x0 + 80:
            continue
        score = 0.74 - 0.12 * gap / 160 - (0.0 if abs(rule[0] - x0) < 25 else 0.15)
        found.append(Place((rule[0], y1 + 2, rule[2], line + 8), Layout.BELOW, score, line))
    return found


def _freed(place: Place, label: Box, words: Sequence[Word]) -> Place:
    """The place cut back where other printed rows reach into it from above."""
    x0, y0, x1, y1 = place.box
    height = min(36.0, max(16.0, label[3] - label[1]))
    if place.layout in (Layout.ABOVE, Layout.RIGHT):
        for word in words:
            bottom = word.box[3]
            beside = min(word.box[2], x1) - max(word.box[0], x0) > 0.4 * (word.box[2] - word.box[0])
            printed = word.confidence > 0.75 and len(word.text) > 2 and word.height < PRINTED * height
            if beside and printed and y0 < bottom < place.line - 48 and word.box != label:
                y0 = max(y0, bottom + 1)
    return Place((x0, y0, x1, y1), place.layout, place.score, place.line)
