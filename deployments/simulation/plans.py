"""What somebody means to do later: a list by time, the same order every time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Plans:
    """Things to do, each at its instant."""

    _heap: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0

    def at(self, when: datetime, what: Callable[[], None]) -> None:
        """Do something at an instant, or as soon as anybody looks after it."""
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, what))

    def due(self, now: datetime) -> int:
        """Do what is due; how much that was."""
        done = 0
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2]()
            done += 1
        return done
