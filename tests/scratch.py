"""Where tests put what they throw away: into memory when there is plenty, for syncs to a disk take minutes."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
PLENTY = 4 * 1024**3
"""Bytes that must be free there; a container often has only 64 MiB."""


def root() -> Path:
    """A folder for scratch folders."""
    try:
        roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > PLENTY
    except OSError:
        roomy = False
    return MEMORY if roomy else Path(tempfile.gettempdir())
