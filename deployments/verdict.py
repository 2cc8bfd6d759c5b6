"""What a check of the doctor says: how it stands, in words, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How it stands."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


class Verdict(NamedTuple):
    """One line, and the advice below it."""

    level: Level
    said: str
    advice: str = ""


def ok(said: str) -> Verdict:
    """It holds."""
    return Verdict(Level.OK, said)


def warn(said: str, advice: str) -> Verdict:
    """It holds for now."""
    return Verdict(Level.WARN, said, advice)


def fail(said: str, advice: str) -> Verdict:
    """It does not hold."""
    return Verdict(Level.FAIL, said, advice)
