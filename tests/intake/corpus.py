"""The corpus of strange and hostile mails: made on the fly, the same every time, each named after what it proves.

A wish names an attribute of `ParsedMail`, or `refused` (a code), `files` (names), `kinds`, `inline` and `refusals` of
the files in order. What a mail does not wish for is not looked at, except that it is read or refused, and never both.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Wish = object
Made = bytes | Callable[[], bytes]
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4
FROM = "From: Ann Poe <ann.poe@nexus.example>"


@dataclass(frozen=True)
class Nasty:
    """One mail and what must come of it."""

    name: str
    made: Made
    wishes: Mapping[str, Wish] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        """The bytes on the wire."""
        return self.made if isinstance(self.made, bytes) else self.made()


def mail(*head: str | bytes, body: str | bytes = "words") -> bytes:
    """A mail with these header lines after Message-ID; without any that begins with From, with an ordinary one."""
    lines = [h if isinstance(h, bytes) else h.encode() for h in head]
    if not any(line.lower().startswith(b"from") for line in lines):
        lines.insert(0, FROM.encode())
    said = body if isinstance(body, bytes) else body.encode()
    return b"\r\n".join([b"Message-ID: <nasty@nexus.example>", *lines, b"", said])


def part(*head: str, body: str | bytes = "x", coded: bool = False) -> bytes:
    """One part of a multipart; `coded` puts the body into base64."""
    said = body if isinstance(body, bytes) else body.encode()
    lines = [*head, "Content-Transfer-Encoding: base64"] if coded else list(head)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (base64.encodebytes(said) if coded else said)


def multipart(parts: Iterable[bytes], kind: str = "mixed", *head: str, boundary: str = "b1") -> bytes:
    """A mail of several parts."""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + p + b"\r\n" for p in parts) + f"--{boundary}--\r\n".encode()
    return mail(*head, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="{boundary}"', body=body)


def attached(data: bytes, name: str = "consent.pdf", kind: str = "application/pdf", *more: str) -> bytes:
    """A part that is a file."""
    disposition = f'Content-Disposition: attachment; filename="{name}"' if name else "Content-Disposition: attachment"
    return part(f"Content-Type: {kind}", disposition, *more, body=data, coded=True)


def text(words: str = "words", kind: str = "plain", *more: str) -> bytes:
    """A part that is text."""
    return part(f"Content-Type: text/{kind}; charset=utf-8", *more, body=words)


def with_file(data: bytes, name: str = "consent.pdf", kind: str = "application/pdf") -> bytes:
    """An ordinary mail with one file."""
    return multipart([text(), attached(data, name, kind)])


def corpus() -> list[Nasty]:
    """All of them."""
    from tests.intake import corpus_bombs, corpus_files, corpus_heads, corpus_inside, corpus_letters, corpus_robots

    return [
        *corpus_heads.MAILS,
        *corpus_letters.MAILS,
        *corpus_files.MAILS,
        *corpus_inside.MAILS,
        *corpus_robots.MAILS,
        *corpus_bombs.MAILS,
    ]
