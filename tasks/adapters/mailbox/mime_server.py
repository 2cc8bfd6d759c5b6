"""Started once by `mime_client`: has imported everything, and forks for each mail.

Started as a script with `-I`, so that neither the environment nor the working folder can slip code in. Each fork has
its own limits, its own folder and no way to the caller; it dies with this process, and this process
ends with its caller.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tasks.adapters.mailbox.mime_child import run
from tasks.adapters.mailbox.mime_limits import MailLimits

PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""

_LONGEST = 64 * 1024
_LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> int:
    """Serve until the caller is gone."""
    os.environ.clear()
    os.umask(0o077)
    door = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    gc.freeze()  # what is here now stays shared with the forks
    while asked := door.recv(_LONGEST):
        said = serve(json.loads(asked), door)
        if said is None:
            break
        door.send(json.dumps(said).encode())
    return 0


def serve(asked: dict[str, Any], door: socket.socket) -> dict[str, Any] | None:
    """Fork for one mail and say how the fork ended; None when the caller left meanwhile."""
    limits = MailLimits(**asked["limits"])
    server = os.getpid()
    alive, held = os.pipe()  # the fork holds one end, so that its death can be waited for with a time limit
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            door.close()
            os.close(alive)
            code = work(asked["source"], asked["folder"], limits, server)
        finally:
            os._exit(code)
    os.close(held)
    try:
        return _watched(pid, alive, door, limits.wall_seconds)
    finally:
        os.close(alive)


def _watched(pid: int, alive: int, door: socket.socket, seconds: float) -> dict[str, Any] | None:
    deadline = time.monotonic() + seconds
    ready, _, _ = select.select([alive, door.fileno()], [], [], seconds)
    done, status, used = os.wait4(pid, os.WNOHANG) if alive in ready else (0, 0, None)
    while alive in ready and not done and time.monotonic() < deadline:
        time.sleep(0.0005)  # its end of the pipe is closed, so it is ending
        done, status, used = os.wait4(pid, os.WNOHANG)
    if done and used:
        return _ended(status, used, timed_out=False)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    return None if door.fileno() in ready else _ended(status, used, timed_out=True)


def _ended(status: int, used: resource.struct_rusage, *, timed_out: bool) -> dict[str, Any]:
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, "timed_out": timed_out, "peak_bytes": used.ru_maxrss * 1024}


def work(source: str, folder: str, limits: MailLimits, server: int) -> int:
    """In the fork: bound it, then read."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:  # the server died before the line above took effect
        return 1
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.max_decoded_bytes, limits.max_decoded_bytes))
    os.chdir(folder)
    tempfile.tempdir = folder
    return run(Path(source), Path(folder), limits)


if __name__ == "__main__":
    sys.exit(main())
