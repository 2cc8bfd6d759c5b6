"""The latest readings, kept by the digest of the file and found by what its pages look like, too."""

from __future__ import annotations

import threading
from collections import OrderedDict

from forms.limits import Limits
from forms.reading import FileReading, Looks


class Shelf:
    """The latest readings by digest and limits: a file that comes twice (a reminder, a retry) is read once, and so are
    the same pages in another file (sent on, saved again, put into a PDF).

    It lives in the parent because every file has a child of its own. Refusals are not kept: a second try may succeed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, Limits], FileReading] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, Limits]) -> FileReading | None:
        """The reading kept under a key, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def by_looks(self, limits: Limits) -> dict[Looks, FileReading]:
        """The kept readings made under these limits, by what their pages look like."""
        with self._lock:
            kept = [reading for (_, made), reading in self._kept.items() if made == limits]
        return {reading.looks: reading for reading in kept if reading.looks}

    def put(self, key: tuple[str, Limits], reading: FileReading) -> None:
        """Keep a reading, and let go of the one not asked for longest."""
        with self._lock:
            self._kept[key] = reading
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
