"""A mail as plain values. The parsing runs in a child process, because a mail of 50 KB can cost gigabytes.

What crosses back is JSON and files, never pickles. A mail that cannot be read becomes a typed `MailRefused`; its raw
bytes stay with the caller, who puts it into quarantine for a person.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class MailLimits:
    """How much one mail may cost before it is refused (measured in reference `mail.md`, part 4).

    max_bytes: raw size. max_decoded_bytes: sum of all decoded parts. header_bytes: what of each header is decoded.
    text_chars: what of the text is kept. depth, parts: of the tree of parts. memory_bytes: address space of the child.
    """

    max_bytes: int = 40_000_000
    max_decoded_bytes: int = 64 * MEGABYTE
    header_bytes: int = 16 * 1024
    text_chars: int = 200_000
    depth: int = 20
    parts: int = 500
    memory_bytes: int = 512 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: float = 40.0
    reply_bytes: int = 4 * MEGABYTE


LIMITS = MailLimits()

SENTENCES = {
    "too_large": "The mail is larger than we can accept. Please scan in grey at 300 dpi and send one form per mail.",
    "too_many_parts": "The mail is made of too many parts. Please send a new mail with only the forms attached.",
    "too_deep": "Too many mails are attached inside each other. Please send a new mail with only the forms attached.",
    "encrypted": "The mail is encrypted and we cannot open it. Please send it again without encryption.",
    "took_too_long": "The mail could not be read within the time allowed. Please send a new mail with the forms.",
    "out_of_memory": "The mail needs more memory to read than is allowed. Please send a new, smaller mail.",
    "unfetchable": "The mailbox cannot hand the mail out. Please open it there, in the folder “Needs attention”.",
    "unreadable": "The mail is damaged and could not be read. Please send a new mail with the forms attached.",
}
"""What a person is told for each code of `MailRefused`."""


class MailRefused(Exception):
    """The mail cannot be read: `code` is for programs, `sentence` says what its sender should do."""

    def __init__(self, code: str) -> None:
        self.code = code if code in SENTENCES else "unreadable"
        self.sentence = SENTENCES[self.code]
        super().__init__(f"{self.code}: {self.sentence}")


@dataclass(frozen=True)
class Attachment:
    """A file in the mail. `file_name` is one safe name; `inline` marks a small picture of the layout, such as a logo.

    `part` counts all leaf parts of the mail from 1 and stays the same whenever the mail is parsed again.
    """

    part: int
    file_name: str
    media_type: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True)
class ParsedMail:
    """A mail. `digest` is SHA-256 over Message-ID and decoded parts, stable when a server writes the mail anew.

    `in_reply_to` holds the ids of In-Reply-To, then of References. `sender` is lower case, and empty when the mail
    does not name exactly one. `text` is what the sender wrote now; `quoted` what stood below it from earlier mails.
    `automatic` is true for whatever must never be answered (RFC 3834): bounces, auto-replies, lists. `bounce`: a server
    reports that the mail named first in `in_reply_to` could not be delivered (RFC 3464).
    """

    digest: str
    message_id: str
    in_reply_to: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    date: str
    text: str
    quoted: str
    automatic: bool
    bounce: bool
    attachments: tuple[Attachment, ...]


def parse(raw: Path | bytes, limits: MailLimits = LIMITS) -> ParsedMail:
    """Read a mail in a child process. Raises `MailRefused`, and nothing else for any content of the mail."""
    with tempfile.TemporaryDirectory(prefix="mail-") as name:
        folder = Path(name)
        source = raw.absolute() if isinstance(raw, Path) else folder / "raw"
        if not isinstance(raw, Path):
            source.write_bytes(raw)
        if source.stat().st_size > limits.max_bytes:
            raise MailRefused("too_large")
        answer = _run_child(source, folder, limits)
        if "refused" in answer:
            raise MailRefused(str(answer["refused"]))
        return _collect(answer, folder)


def _run_child(source: Path, folder: Path, limits: MailLimits) -> dict[str, Any]:
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", "tasks.adapters.mailbox.mime_child", str(source), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, json.dumps(asdict(limits))],
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MailRefused("took_too_long") from None
    if done.returncode < 0:  # killed: out of CPU time or by the kernel
        raise MailRefused("took_too_long")
    reply = folder / "mail.json"
    if done.returncode != 0 or not reply.is_file() or reply.stat().st_size > limits.reply_bytes:
        raise MailRefused("unreadable")
    answer: dict[str, Any] = json.loads(reply.read_bytes())
    return answer


def _collect(answer: dict[str, Any], folder: Path) -> ParsedMail:
    files = tuple(
        Attachment(
            part=int(entry["part"]),
            file_name=str(entry["file_name"]),
            media_type=str(entry["media_type"]),
            content=(folder / f"part-{int(entry['part'])}").read_bytes(),
            inline=bool(entry["inline"]),
        )
        for entry in answer["attachments"]
    )
    words = ("digest", "message_id", "sender", "sender_name", "subject", "date", "text", "quoted")
    return ParsedMail(
        **{name: str(answer[name]) for name in words},
        in_reply_to=tuple(str(i) for i in answer["in_reply_to"]),
        automatic=bool(answer["automatic"]),
        bounce=bool(answer["bounce"]),
        attachments=files,
    )
