"""What the bytes of an attached file are, whatever its name and its Content-Type say."""

from __future__ import annotations

import re

TNEF = "application/ms-tnef"
ZIP = "application/zip"
COMPOUND = "application/x-ole-storage"
MAIL = "message/rfc822"
PKCS7 = "application/pkcs7-mime"
RIGHTS = "application/x-microsoft-rpmsg-message"

_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", COMPOUND),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", RIGHTS),
)
_HEADER = re.compile(rb"(?:[!-9;-~]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_OF_MAIL = (b"from:", b"to:", b"date:", b"subject:", b"message-id:", b"received:", b"mime-version:")


def content_type(data: bytes, claimed: str) -> str:
    """The media type of a file: by its first bytes, otherwise the one it claims."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    return MAIL if looks_like_mail(data) else claimed


def looks_like_mail(data: bytes) -> bool:
    """Whether a file begins with the header of a mail (RFC 5322): From and two more of its usual fields."""
    head = _HEADER.match(data[:4096])
    if head is None:
        return False
    names = {line.partition(b":")[0].lower() + b":" for line in head.group().split(b"\n")}
    return b"from:" in names and sum(name in names for name in _OF_MAIL) >= 3
