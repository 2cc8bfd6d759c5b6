"""The list of offenders as the Department hands it over: names only, held against requests (III.A.5).

No offender may ever have access. An entry's number never leaves the adapter: `key` is a digest by which an answer about
the entry is kept, and which changes when the entry does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tasks.policy.spelling import Name


class ListUnusable(Exception):
    """The list of offenders cannot be used. The message is a sentence that says why and what to do; it names nobody."""


@dataclass(frozen=True)
class Entry:
    """Somebody on the list: the name and the aliases, nothing else."""

    key: str
    names: tuple[Name, ...]


@dataclass(frozen=True)
class Listed:
    """The whole list. `keys` are the folded names, each with the place of its entry in `entries`."""

    entries: Sequence[Entry]
    keys: Sequence[tuple[int, str]]


class OffenderList(Protocol):
    """Where the list comes from."""

    def listed(self, now: datetime) -> Listed:
        """The list as it is now. Raises `ListUnusable` when it is missing, broken, empty or too old."""
        ...
