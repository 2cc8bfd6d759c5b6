"""Random samples that nobody can choose and anybody can redo (ICOTS 26.F): the seed is bound before it is known.

    commitment = SHA-256(seed)
    rank(item) = SHA-256(seed + "|" + item)
    sample     = the items with the smallest ranks

Seed and items are text in UTF-8, digests are written in small hexadecimal digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

CLAUSE = "III.A.4"
"""All aspects of staff usage may be monitored."""

RECIPE = "printf '%s' SEED | sha256sum; sort the items by `printf '%s' \"SEED|ITEM\" | sha256sum`; take the first ones"
"""How to redo a draw with the tools of any Unix machine."""


def digest(text: str) -> str:
    """SHA-256 over a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def population_digest(population: Iterable[str]) -> str:
    """SHA-256 over the items in order, one a line."""
    return digest("\n".join(sorted(population)))


def sample(seed: str, population: Iterable[str], size: int) -> list[str]:
    """The sample, in the order of its ranks. All of the population when it is no larger."""
    return sorted(set(population), key=lambda item: (digest(f"{seed}|{item}"), item))[:size]
