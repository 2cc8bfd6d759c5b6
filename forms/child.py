"""The child of `forms.sandbox`: bounds itself, reads bytes from standard input, writes JSON to standard output.

Started as a script with `-I`, so that neither the environment nor the working folder can slip code in.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forms.limits import Limits

OUT_OF_MEMORY = 86
"""The same figure as `forms.sandbox.OUT_OF_MEMORY`."""

_NO_MEMORY = ("memory", "alloc", "failed to map segment")
"""How libraries, and the loader of libraries, say that there was no memory left."""

PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""


def bound(limits: Limits, parent: int) -> None:
    """Set the limits of this process; whatever it starts inherits them."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent died before the line above took effect
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limits_from(words: list[str]) -> Limits:
    """The limits as `forms.sandbox` wrote them on the command line."""
    names = Limits.__dataclass_fields__
    given: dict[str, Any] = {n: float(w) if n == "wall_seconds" else int(w) for n, w in zip(names, words, strict=True)}
    return Limits(**given)


def serve(limits: Limits) -> int:
    """Read one file. Exit code 0 with an answer on standard output, `OUT_OF_MEMORY`, or 1. Call `bound` first.

    The first line of standard input is JSON: the looks of files that were read before. The file follows.
    """
    out = os.dup(1)
    os.dup2(2, 1)  # a library that prints must not spoil the answer
    try:
        known = tuple(tuple(looks) for looks in json.loads(sys.stdin.buffer.readline()))
        data = sys.stdin.buffer.read(limits.max_bytes + 1)
        from forms.reader import read_bytes
        from forms.wire import pack

        answer = pack(read_bytes(data, limits, known))
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:  # the parent turns the exit code into a typed refusal
        return OUT_OF_MEMORY if any(sign in str(error).lower() for sign in _NO_MEMORY) else 1
    with os.fdopen(out, "wb") as pipe:
        pipe.write(answer)
    return 0


if __name__ == "__main__":
    given = limits_from(sys.argv[2:])
    bound(given, int(sys.argv[1]))
    code = serve(given)
    sys.stdout = sys.stderr
    os._exit(code)  # the answer is out; tearing down the libraries costs a tenth of a second
