"""The usage export of the offender management system: who used it last on which day (III.C.3).

Idle time is measured there and nowhere else: a logon to the domain is no use of the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


class UsageRefused(Exception):
    """This file is no usage export that can be trusted. Nothing of it was taken; ask for a new one.

    `code` for programs, `sentence` for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Use:
    """One line: the user ID in capitals, and the last day of use, None when the account was never used."""

    user_id: str
    last_used_on: date | None


@dataclass(frozen=True)
class Export:
    """A whole file. `as_of` is the last day that it speaks of."""

    as_of: date
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Waiting:
    """A file that waits in a feed: its name there."""

    name: str
    content: bytes


class Feed(Protocol):
    """Where exports are laid down."""

    def waiting(self) -> list[Waiting]:
        """Every file that waits, the oldest name first. Raises `FeedDown` when the place cannot be reached."""
        ...

    def settle(self, name: str, *, accepted: bool) -> None:
        """Put a file away, so that it does not wait any more. Files are moved, never deleted."""
        ...


class FeedDown(Exception):
    """The place where usage exports are laid down cannot be reached now. It is tried again with the next run."""
