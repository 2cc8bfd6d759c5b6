"""Every chance of a simulated year hangs on the seed and on what it is about, never on the order of the questions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """One seed; each `key` has a generator of its own."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, *key: object) -> random.Random:
        """The generator of a key, always begun anew."""
        return random.Random("|".join(map(str, (self.seed, *key))))  # noqa: S311  a story, not a secret

    def hits(self, share: float, *key: object) -> bool:
        """Whether something that happens in `share` of all cases (0 to 1) happens here."""
        return self.of(*key).random() < share

    def pick(self, options: Sequence[T], *key: object) -> T:
        """One of the options."""
        return self.of(*key).choice(options)

    def weighed(self, options: dict[T, float], *key: object) -> T:
        """One of the options, by weight."""
        return self.of(*key).choices(list(options), list(options.values()))[0]

    def hours(self, median: float, *key: object) -> timedelta:
        """How long somebody takes: mostly near the median (hours), now and then ten times as long."""
        return timedelta(hours=median * self.of(*key).lognormvariate(0, 1.1))
