"""Boosted decision trees as plain arrays: many small questions about numbers, each shifting the odds a little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trees:
    """A forest. A node asks whether number `asks` is at most `level` and goes to `yes` or `no`; a leaf goes to itself.

    `roots` are the first nodes of the trees, `odds` what a leaf adds to the logarithm of the odds, `start` their sum
    before any tree, `deep` the longest way from a root to a leaf.
    """

    roots: Ints
    asks: Ints
    level: Floats
    yes: Ints
    no: Ints
    odds: Floats
    start: float
    deep: int

    def log_odds(self, values: Floats) -> float:
        """The logarithm of the odds for one row of numbers."""
        at = self.roots
        for _ in range(self.deep):
            at = np.where(values[self.asks[at]] <= self.level[at], self.yes[at], self.no[at])
        return self.start + float(self.odds[at].sum(dtype=np.float64))


def trees_of(stored: Mapping[str, npt.NDArray[Any]], name: str) -> Trees:
    """The forest kept under a name in the model's file."""

    def part(key: str) -> npt.NDArray[Any]:
        return stored[f"{name}.{key}"]

    whole = (part(key).astype(np.int32) for key in ("roots", "asks"))
    places = (part(key).astype(np.int32) for key in ("yes", "no"))
    roots, asks = whole
    yes, no = places
    level, odds = part("level").astype(np.float32), part("odds").astype(np.float32)
    return Trees(roots, asks, level, yes, no, odds, float(part("start")), int(part("deep")))
