"""Children of the sandbox that need not load the libraries for every file, and what each of them cost.

A forked child is bounded by the same code (`forms.child.bound`) and talks to the same parent
(`forms.sandbox.read_file`) as one that is started afresh. What it lacks is a fresh address space, which only matters
to a subverted reader.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

import cv2
import pytesseract  # type: ignore[import-untyped,unused-ignore]

from forms import child, pdf_render, reader, sandbox, upright, wire, word
from forms.limits import Limits
from tests.fuzz.pages import FEW_WORDS, WORDS, Row

LOADED = (reader, wire, word)
"""Imported here so that a forked child finds them loaded."""

SMALL = 320
"""Longest side of a page in pixels when only the code is to be exercised; the product reads at about 2,250."""

cv2.setNumThreads(1)


class Forked:
    """A forked reader. `cpu` (seconds) and `peak` (KiB) of it and what it started are known once it was waited for."""

    def __init__(self, limits: Limits, folder: str, prepare: Callable[[], None]) -> None:
        self.cpu, self.peak = 0.0, 0
        self._code: int | None = None
        file_out, file_in = os.pipe()
        answer_out, answer_in = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become_reader(file_out, answer_in, limits, folder, prepare)
        os.close(file_out)
        os.close(answer_in)
        self.stdin: IO[bytes] | None = os.fdopen(file_in, "wb", buffering=0)
        self.stdout: IO[bytes] | None = os.fdopen(answer_out, "rb", buffering=0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises `subprocess.TimeoutExpired`."""
        deadline = time.monotonic() + (timeout if timeout is not None else 3600)
        while self._code is None:
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
                self.cpu, self.peak = used.ru_utime + used.ru_stime, used.ru_maxrss
            elif time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("forked reader", timeout or 0)
            else:
                time.sleep(0.0005)
        return self._code


def _become_reader(source: int, answer: int, limits: Limits, folder: str, prepare: Callable[[], None]) -> None:
    """The forked side; never returns."""
    code = 1
    try:
        os.setsid()
        parent = os.getppid()
        os.dup2(source, 0)
        os.dup2(answer, 1)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.closerange(3, 256)
        sys.stdin = os.fdopen(0, closefd=False)  # a test runner may have put something else in its place
        os.environ.clear()
        os.environ.update(sandbox.environment(folder))
        os.chdir(folder)
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, signal.SIG_DFL)
        prepare()
        child.bound(limits, parent)
        code = child.serve(limits)
    finally:
        os._exit(code)


class Starter:
    """Starts forked readers for `read_file` and remembers the last one. Modes: see `prepare`."""

    def __init__(self, *, small: bool = True, engine: bool = False) -> None:
        self.small, self.engine = small, engine
        self.last: Forked | None = None

    def __call__(self, limits: Limits, folder: str) -> sandbox.Child:
        """A reader in this process's likeness."""
        self.last = Forked(limits, folder, lambda: prepare(small=self.small, engine=self.engine))
        return self.last


def prepare(*, small: bool, engine: bool) -> None:
    """Make this process's reader cheap: pages in few pixels (`small`), recorded words in place of tesseract (`engine`).

    Both leave every line of the reader in use. The campaign reads a share of its files without them.
    """
    if small:
        pdf_render.DPI, pdf_render.LONGEST_SIDE = 48, SMALL
        upright.LONG_SIDE, upright.AIM, upright.SKETCH = (SMALL * 5 // 6, SMALL * 5 // 4), SMALL, SMALL
    if not engine:
        pytesseract.image_to_data = recorded
        pytesseract.get_tesseract_version = lambda: "recorded"


def recorded(path: str, **_: object) -> dict[str, list[Row]]:
    """What tesseract would find on the corpus's page, wherever that page is now, in the shape of `image_to_data`.

    Three pages in four, by their pixels, have the few words that are enough to look for two signatures. A text file
    lists crops of single lines, in which it finds one word.
    """
    rows: dict[str, list[Row]] = {name: [] for name in ("page_num", "text", "conf", "left", "top", "width", "height")}
    names = Path(path).read_text().split() if path.endswith(".txt") else [path]
    for number, name in enumerate(names, start=1):
        page = Path(name).read_bytes()
        wide, tall = (int(figure) for figure in page.split(maxsplit=3)[1:3])
        known = FEW_WORDS if zlib.crc32(page) % 4 else WORDS
        for text, (x0, y0, x1, y1) in known[:1] if path.endswith(".txt") else known:
            place = (int(x0 * wide), int(y0 * tall), int((x1 - x0) * wide), int((y1 - y0) * tall))
            values: tuple[Row, ...] = (number, text, 93.0, *place)
            for column, value in zip(rows, values, strict=True):
                rows[column].append(value)
    return rows
