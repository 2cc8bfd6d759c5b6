"""What the servers on the way wrote into the head of a mail; the facts of transports that hand out the raw mail."""

from __future__ import annotations

from email.parser import BytesHeaderParser

HEAD_BYTES = 256 * 1024
_NAMES = ("Return-Path", "Delivered-To", "Received", "Authentication-Results")


def edge_headers(head: bytes) -> dict[str, str]:
    """The top-most header of each kind, from the first `HEAD_BYTES` of a mail."""
    headers = BytesHeaderParser().parsebytes(head[:HEAD_BYTES])
    return {name: str(headers[name]) for name in _NAMES if headers[name] is not None}
