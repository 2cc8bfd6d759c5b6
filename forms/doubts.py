"""Reasons to doubt that marks in a slot are a signature in ink. Each is a person's question, none a refusal.

The figures are from 60 composed consents (seed 11 of the bench's development split): genuine signatures have few
parts of uneven height and foot, and a line several times as long as they are wide; print, block capitals and dates
have many parts on one line, and ticks and strikes are hardly longer than they are wide.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def doubts_about(n: Mapping[str, float]) -> tuple[str, ...]:
    """The doubts, in plain words, about marks with these numbers (see `forms.ink`); empty when there is none."""
    found = []
    rows = n["foot_spread"] < 0.15 and n["height_spread"] < 0.22
    if n["big_parts"] >= 9 or (n["big_parts"] >= 5 and rows) or (n["big_parts"] >= 8 and n["foot_spread"] < 0.3):
        found.append("The marks stand side by side on one line like print, block capitals or a date.")
    if n["read_share"] >= 4 or (n["read_letters"] >= 4 and n["read_sure"] > 0.8):
        found.append("Letters in the slot can be read as clearly as print.")
    reach = float(np.hypot(n["wide"], n["tall"]))
    if n["length"] < 1.2 * reach or (n["big_parts"] <= 1 and n["length"] < 1.6 * reach):
        found.append("The mark is a single stroke, tick or strike rather than a signature.")
    if n["wide"] < 60:
        found.append("The mark is too small to be surely a signature.")
    return tuple(found)
