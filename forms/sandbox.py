"""Read an untrusted file in a child process that may fail, hang or be subverted without harm to the product.

The parent never parses the file: it measures its length and digest, looks at its first bytes, hands it over a pipe,
and takes JSON back.
The child has bounds on memory, processor time and files, an empty environment, its own temporary folder and process
group, and dies with its parent. Whatever goes wrong there becomes a `Refusal` here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Protocol

from forms.errors import Empty, OutOfMemory, ReaderFailed, TookTooLong, TooLarge, Unreadable
from forms.limits import Limits
from forms.media import hopeless
from forms.reading import FileReading, Looks, Refusal
from forms.shelf import Shelf
from forms.wire import Garbled, unpack

__all__ = ["Limits", "keep_ready", "read_file"]

ROOT = Path(__file__).resolve().parent.parent

OUT_OF_MEMORY = 86
"""Exit code by which the child says that its memory ended."""

KEPT = 24
"""Readings kept for files that come again; one with its crops takes about half a megabyte."""

_CHUNK = 1 << 16


class Child(Protocol):
    """A started reader: leader of its own process group, fed on `stdin`, answering on `stdout` (both unbuffered)."""

    pid: int
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises `subprocess.TimeoutExpired`."""


def start_child(limits: Limits, folder: str) -> Child:
    """A fresh interpreter with an empty environment; nothing of this process is in its memory."""
    return subprocess.Popen(  # noqa: S603  our own module, no shell
        [sys.executable, "-I", "-X", "utf8", str(ROOT / "forms" / "child.py"), *_numbers(limits)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(folder),
        cwd=folder,
        start_new_session=True,
        close_fds=True,
    )


_shelf = Shelf(most=KEPT)


def read_file(
    data: bytes,
    limits: Limits = Limits(),  # noqa: B008  frozen, shared on purpose
    start: Callable[[Limits, str], Child] = start_child,
) -> FileReading:
    """Everything the file holds, or its refusal. Never raises for what the file holds and never outlasts its limits.

    `start` is for measuring: the fuzz campaign starts children that need not load the libraries for every file.
    """
    digest = hashlib.sha256(data).hexdigest()
    if not data:
        return _refused(digest, Empty())
    if len(data) > limits.max_bytes:
        return _refused(digest, TooLarge())
    if why := hopeless(data):
        return _refused(digest, why)
    if start is not start_child:  # who measures wants every reading to be made
        return _fresh(data, digest, limits, start)
    reading = _shelf.get((digest, limits)) or _alike(data, digest, limits)
    if not reading.refusal:
        _shelf.put((digest, limits), reading)
    return reading


def keep_ready(reading: FileReading, limits: Limits = Limits()) -> None:  # noqa: B008  frozen, shared on purpose
    """Put a reading that was made before where `read_file` finds it, among the latest `KEPT`; a simulated year does."""
    _shelf.put((reading.sha256, limits), replace(reading, looks=()))


def _alike(data: bytes, digest: str, limits: Limits) -> FileReading:
    """The file's reading: that of a kept file whose pages look the same, or a new one."""
    kept = _shelf.by_looks(limits)
    reading = _fresh(data, digest, limits, start_child, tuple(kept))
    if same := kept.get(reading.looks):
        return replace(same, sha256=digest, media_type=reading.media_type)
    return reading


def _fresh(
    data: bytes, digest: str, limits: Limits, start: Callable[[Limits, str], Child], known: Sequence[Looks] = ()
) -> FileReading:
    told = json.dumps(known).encode() + b"\n" + data
    try:
        with tempfile.TemporaryDirectory(prefix="correquests-read-", ignore_cleanup_errors=True) as folder:
            reading = unpack(_answer(told, limits, start(limits, folder)))
    except Unreadable as error:
        return _refused(digest, error)
    except (Garbled, OSError):
        return _refused(digest, ReaderFailed())
    return reading if reading.sha256 == digest else _refused(digest, ReaderFailed())


def _refused(digest: str, error: Unreadable) -> FileReading:
    return FileReading(digest, "", 0, refusal=Refusal(error.code, error.sentence))


def _answer(data: bytes, limits: Limits, child: Child) -> bytes:
    """The child's answer. Raises `TookTooLong`, `OutOfMemory` or `ReaderFailed`."""
    try:
        answer = _converse(child, data, limits)
        code = child.wait(timeout=5)
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    finally:
        _end(child)
    if code == 0:
        return answer
    if code == OUT_OF_MEMORY:
        raise OutOfMemory
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TookTooLong
    raise ReaderFailed


def _converse(child: Child, data: bytes, limits: Limits) -> bytes:
    """Feed the file and collect the answer, both without blocking, until the child closes or the time is over."""
    assert child.stdin
    assert child.stdout
    deadline = time.monotonic() + limits.wall_seconds
    answer, sent = bytearray(), 0
    view = memoryview(data)
    os.set_blocking(child.stdin.fileno(), False)
    with selectors.DefaultSelector() as pipes:
        pipes.register(child.stdin, selectors.EVENT_WRITE)
        pipes.register(child.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TookTooLong
            for key, _ in pipes.select(min(left, 1.0)):
                if key.fileobj is child.stdin:
                    sent = _feed(child, view, sent, pipes)
                    continue
                part = os.read(child.stdout.fileno(), _CHUNK)
                if not part:
                    return bytes(answer)
                answer += part
                if len(answer) > limits.reply_bytes:
                    raise ReaderFailed


def _feed(child: Child, view: memoryview, sent: int, pipes: selectors.BaseSelector) -> int:
    assert child.stdin
    try:
        sent += os.write(child.stdin.fileno(), view[sent : sent + _CHUNK])
    except BlockingIOError:
        return sent
    except BrokenPipeError:  # the child has seen enough, or is dead: its answer or its exit code will tell
        sent = len(view)
    if sent >= len(view):
        pipes.unregister(child.stdin)
        with contextlib.suppress(OSError):
            child.stdin.close()
    return sent


def _end(child: Child) -> None:
    """Kill the whole process group: tesseract is a grandchild and must not live on."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def _numbers(limits: Limits) -> list[str]:
    """The limits as command-line words, in the order of the dataclass, and the parent's process id."""
    values = (getattr(limits, name) for name in Limits.__dataclass_fields__)
    return [str(os.getpid()), *(repr(value) for value in values)]


def environment(folder: str) -> dict[str, str]:
    """Nothing of ours: no passwords, tokens or database addresses."""
    kept = {"PATH": os.environ.get("PATH", os.defpath), "TMPDIR": folder, "HOME": folder, "LANG": "C.UTF-8"}
    if "TESSDATA_PREFIX" in os.environ:
        kept["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]
    single = ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return kept | dict.fromkeys(single, "1")
