"""A virus scanner on a local socket, spoken to by the protocol of `clamd` (its manual page, command INSTREAM)."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

_PIECE = 256 * 1024
_SECONDS = 60.0


class ScannerDown(Exception):
    """The virus scanner does not answer. Mail waits until it does; see the setting `clamav_socket`."""


def finding(mail: Path, scanner: Path) -> str:
    """The name of what the scanner finds in a file; empty when it is clean. Raises `ScannerDown`, never guesses."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, mail.open("rb") as file:
            line.settimeout(_SECONDS)
            line.connect(str(scanner))
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(_PIECE):
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            said = b""
            while not said.endswith(b"\0") and len(said) < 4096 and (more := line.recv(4096)):
                said += more
    except OSError as error:
        raise ScannerDown(f"{ScannerDown.__doc__} ({error.strerror or 'time is over'})") from error
    return _result(said.rstrip(b"\0").decode("utf-8", "replace"))


def _result(said: str) -> str:
    """`stream: OK`, or `stream: NAME FOUND`. Anything else, such as a size limit, is no answer to the question."""
    result = said.partition(": ")[2].strip()
    if result == "OK":
        return ""
    if result.endswith(" FOUND"):
        return "".join(c for c in result.removesuffix(" FOUND") if c.isprintable())[:100] or "unnamed"
    raise ScannerDown(f"{ScannerDown.__doc__} (it says: {result[:100] or 'nothing'})")
