"""Nearest rank, by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.policy.spread import spread


@pytest.mark.parametrize(
    ("hours", "p50", "p90", "p95"),
    [
        ([5], 5, 5, 5),
        ([2, 1], 1, 2, 2),
        (list(range(1, 11)), 5, 9, 10),
        (list(range(20, 0, -1)), 10, 18, 19),
        (list(range(1, 101)), 50, 90, 95),
    ],
)
def test_each_figure_is_a_time_that_occurred(hours: list[int], p50: int, p90: int, p95: int) -> None:
    found = spread([timedelta(hours=h) for h in hours])
    assert (found.p50, found.p90, found.p95) == tuple(timedelta(hours=h) for h in (p50, p90, p95))
    assert found.count == len(hours)


def test_nothing_has_no_spread() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])
