"""Files that old mail programs write into the text (uuencode, POSIX.1 `uuencode`)."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,250})$")
_MOST_FILES = 20


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and those files by name. What is not well formed stays text."""
    words: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begin = _BEGIN.match(lines[at].rstrip()) if lines[at].startswith("begin ") else None
        end, data = _decoded(lines, at + 1) if begin and len(files) < _MOST_FILES else (0, b"")
        if begin and end and data:
            files.append((begin.group(1), data))
            at = end
        elif begin and not end:  # no end: nothing below can end it either
            words.extend(lines[at:])
            break
        else:
            words.append(lines[at])
            at += 1
    return "\n".join(words), files


def _decoded(lines: list[str], at: int) -> tuple[int, bytes]:
    """The line after the file that begins at `at`, and its bytes; 0 when it has no end."""
    data = bytearray()
    while at < len(lines):
        line = lines[at].rstrip("\r")
        if line.strip() == "end":
            return at + 1, bytes(data)
        try:
            data += binascii.a2b_uu(line)
        except (binascii.Error, ValueError):
            return 0, b""
        at += 1
    return 0, b""
