"""A stand-in for the virus scanner `clamd`: speaks INSTREAM on a Unix socket and knows one signature."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIGNATURE = b"X-INVENTED-VIRUS-SIGNATURE"


class Scanner:
    """`seen`: the streams that came whole. `says`: an answer to give instead of a result; None hangs up."""

    def __init__(self, door: socket.socket) -> None:
        self.seen: list[bytes] = []
        self.says: bytes | None = b""
        self._door = door

    def serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as file:
                assert file.read(10) == b"zINSTREAM\0"
                stream = b""
                while size := struct.unpack(">I", file.read(4))[0]:
                    stream += file.read(size)
                self.seen.append(stream)
                result = b"Invented.Virus FOUND" if SIGNATURE in stream else b"OK"
                if self.says is not None:
                    line.sendall(self.says or b"stream: " + result + b"\0")


@contextmanager
def scanner(path: Path) -> Iterator[Scanner]:
    """A scanner that listens on `path` until the block ends."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        made = Scanner(door)
        thread = threading.Thread(target=made.serve, daemon=True)
        thread.start()
        yield made
        door.shutdown(socket.SHUT_RDWR)
        thread.join(5)
