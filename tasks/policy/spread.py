"""How long something takes: the times that half, nine and nineteen of twenty stay under (features: P50, P90, P95)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Spread:
    """`count` measured times: half took at most `p50`, nine of ten at most `p90`, nineteen of twenty at most `p95`."""

    count: int
    p50: timedelta
    p90: timedelta
    p95: timedelta


def spread(times: Sequence[timedelta]) -> Spread:
    """The spread of at least one time, by nearest rank: each figure is a time that really occurred."""
    if not times:
        raise ValueError("nothing was measured")
    ordered = sorted(times)

    def rank(share: int) -> timedelta:
        return ordered[math.ceil(len(ordered) * share / 100) - 1]

    return Spread(len(ordered), rank(50), rank(90), rank(95))
