"""Signs of life of the processes that nobody calls: a small file each, whose time of change is the sign."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

PARTS = ("watcher", "runner")
"""Who gives signs of life."""


def beat(home: Path, part: str) -> None:
    """`part` has just done a round. Costs one system call, or two the first time."""
    path = _file(home, part)
    try:
        os.utime(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def last(home: Path, part: str) -> datetime | None:
    """When `part` gave its last sign of life, in UTC; None when it never did."""
    try:
        return datetime.fromtimestamp(_file(home, part).stat().st_mtime, UTC)
    except OSError:
        return None


def _file(home: Path, part: str) -> Path:
    return home / "logs" / f"{part}.alive"
