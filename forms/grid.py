"""Tables of signers: a column headed "Signature", and a row for each who signs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from forms.labels import Label
from forms.places import Layout, Place
from forms.roles import Named, role_in
from forms.rules import Rules
from forms.words import Word, inside

LOWEST_ROW = 40.0
"""Pixels at 200 dpi (5 mm): a lower row is not for a signature."""

HIGHEST_ROW = 220.0
"""Pixels at 200 dpi (28 mm)."""


def rows_under(label: Label, rules: Rules, words: Sequence[Word]) -> list[tuple[Named, Place]]:
    """The places under a column's heading, each with whom its row names; empty when the label heads no column."""
    x0, y0, x1, y1 = label.box
    middle = (x0 + x1) / 2
    levels = sorted((a[1] + a[3]) / 2 for a in rules.across if a[0] < middle < a[2] and a[3] > y1 - 4)
    levels = [y for n, y in enumerate(levels) if n == 0 or y - levels[n - 1] > 6]
    if not levels or levels[0] - y1 > y1 - y0 + 20:
        return []  # no rule right under the heading
    found: list[tuple[Named, Place]] = []
    for top, bottom in pairwise(levels):
        if not LOWEST_ROW < bottom - top < HIGHEST_ROW:
            break
        sides = [d for d in rules.down if d[1] < top + 10 and d[3] > bottom - 10]
        west = max((d[2] for d in sides if d[0] < middle), default=None)
        east = min((d[0] for d in sides if d[0] > middle), default=None)
        if west is None or east is None:
            break
        heads = inside(words, (0.0, top, west, bottom))
        named = role_in(" ".join(w.text for w in heads[:8]))
        if named:
            found.append((named, Place((west + 3, top + 2, east - 3, bottom - 2), Layout.CELL, 0.9, bottom)))
    return found
