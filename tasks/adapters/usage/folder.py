"""Usage exports in a folder of this machine. What was taken moves to `taken`, what was refused to `refused`."""

from __future__ import annotations

import time
from pathlib import Path

from tasks.adapters.usage import FeedDown, Waiting

QUIET_SECONDS = 5.0
"""A file that was written to more recently may still be on its way."""


class FolderFeed:
    """Every `*.csv` directly in the folder; names that begin with a dot are somebody's unfinished files."""

    def __init__(self, folder: Path, quiet: float = QUIET_SECONDS) -> None:
        self._folder, self._quiet = folder, quiet

    def waiting(self) -> list[Waiting]:
        """As `Feed` says. Raises `FeedDown` when the folder is not there."""
        if not self._folder.is_dir():
            raise FeedDown(f"the folder {self._folder} is not there")
        settled = time.time() - self._quiet
        found = [p for p in self._folder.iterdir() if p.suffix.lower() == ".csv" and not p.name.startswith(".")]
        try:
            ready = [p for p in sorted(found) if p.is_file() and p.stat().st_mtime <= settled]
            return [Waiting(p.name, p.read_bytes()) for p in ready]
        except OSError as why:
            raise FeedDown(f"the folder {self._folder} cannot be read: {why.strerror}") from None

    def settle(self, name: str, *, accepted: bool) -> None:
        """As `Feed` says. A file of the same name that was put away before is kept beside it."""
        aside = self._folder / ("taken" if accepted else "refused")
        aside.mkdir(exist_ok=True)
        target = aside / name
        if target.exists():
            target = aside / f"{time.time_ns()}-{name}"
        (self._folder / name).rename(target)
