"""A real PostgreSQL for the tests: a cluster of its own in a temporary folder, reached by a Unix socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import scratch


class NotInstalled(Exception):
    """PostgreSQL is not installed. Run `make setup-dev`."""


def _bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise NotInstalled(NotInstalled.__doc__)
    return found[-1]


def _as_owner(*command: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package brings the user `postgres`."""
    words = [str(w) for w in command]
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and yield the URL of its server without a database name; everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=scratch.root()))
    folder.chmod(0o777)
    data, log = folder / "data", folder / "log"
    try:
        run = subprocess.run
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        init = _as_owner(_bin() / "initdb", "-D", data, "-A", "trust", "-U", "test", "--no-sync", "-E", "UTF8")
        run(init, **quiet)  # type: ignore[call-overload]
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        start = _as_owner(_bin() / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        run(start, **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgresql+psycopg://test@/{{name}}?host={folder}"
        finally:
            run(_as_owner(_bin() / "pg_ctl", "-D", data, "-m", "immediate", "stop"), stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
