"""A mail as plain values. The parsing runs in a process of its own, because a mail of 50 KB can cost gigabytes.

What crosses back is JSON and files, never pickles. A mail that cannot be read becomes a typed `MailRefused`; its raw
bytes stay with the caller, who puts it into quarantine for a person.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.adapters.mailbox.containers import REFUSALS
from tasks.adapters.mailbox.mime_client import parser
from tasks.adapters.mailbox.mime_limits import LIMITS, MailLimits

SENTENCES = {
    "too_large": "The mail is larger than we can accept. Please scan in grey at 300 dpi and send one form per mail.",
    "too_many_parts": "The mail is made of too many parts. Please send a new mail with only the forms attached.",
    "too_deep": "Too many mails are attached inside each other. Please send a new mail with only the forms attached.",
    "in_pieces": "The mail was sent in several pieces, which we do not put together. Please send it in one piece.",
    "encrypted": "The mail is encrypted and we cannot open it. Please send it again without encryption.",
    "infected": "The virus scanner found something in the mail. Open no file of it.",
    "took_too_long": "The mail could not be read within the time allowed. Please send a new mail with the forms.",
    "out_of_memory": "The mail needs more memory to read than is allowed. Please send a new, smaller mail.",
    "unfetchable": "The mailbox cannot hand the mail out. Please open it there, in the folder “Needs attention”.",
    "unreadable": "The mail is damaged and could not be read. Please send a new mail with the forms attached.",
}
"""What a person is told for each code of `MailRefused`."""


@dataclass(frozen=True)
class Head:
    """What the header of a mail says. `sender` is lower case, and empty when the mail does not name exactly one.

    `in_reply_to` holds the ids of In-Reply-To, then of References. `automatic` is true for whatever must never be
    answered (RFC 3834): bounces, auto-replies, receipts, lists.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    date: str = ""
    automatic: bool = False


class MailRefused(Exception):
    """The mail cannot be read: `code` is for programs, `sentence` says what its sender should do.

    `head` is what its header said, as far as that was read.
    """

    def __init__(self, code: str, head: Head | None = None) -> None:
        self.code = code if code in SENTENCES else "unreadable"
        self.sentence = SENTENCES[self.code]
        self.head = head or Head()
        super().__init__(f"{self.code}: {self.sentence}")


class Infected(MailRefused):
    """A virus scanner found something in the mail; its name is in the sentence, which is for our own people."""

    def __init__(self, finding: str) -> None:
        super().__init__("infected")
        self.sentence = f"{self.sentence} It found: {finding}."


@dataclass(frozen=True)
class Attachment:
    """A file in the mail. `inline` marks a small picture of the layout, such as a logo.

    `file_name` is one safe name, after those of the files it was taken out of: `winmail.dat/consent.pdf`. `part` counts
    the leaf parts of the mail from 1; the files inside leaf n are n * 1000 + 1 and so on. Both stay the same whenever
    the mail is parsed again. `refusal`: why the file must not be read, a code of `containers.REFUSALS`, or empty.
    """

    part: int
    file_name: str
    media_type: str
    content: bytes
    inline: bool = False
    refusal: str = ""

    @property
    def refusal_sentence(self) -> str:
        """What the sender should do about the refusal."""
        return REFUSALS.get(self.refusal, "")


@dataclass(frozen=True, kw_only=True)
class ParsedMail(Head):
    """A mail. `digest` is SHA-256 over Message-ID and decoded parts, stable when a server writes the mail anew.

    `text` is what the sender wrote now; `quoted` what stood below it from earlier mails. `bounce`: a server reports
    that the mail named first in `in_reply_to` could not be delivered (RFC 3464).
    """

    digest: str
    text: str
    quoted: str
    bounce: bool
    attachments: tuple[Attachment, ...]


def parse(raw: Path | bytes, limits: MailLimits = LIMITS) -> ParsedMail:
    """Read a mail in a process of its own.

    Raises `MailRefused`, and nothing else for any content of the mail; `mime_client.ParserDown` when that process
    cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="mail-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = raw.absolute() if isinstance(raw, Path) else folder / "raw"
        if not isinstance(raw, Path):
            source.write_bytes(raw)
        if source.stat().st_size > limits.max_bytes:
            raise MailRefused("too_large")
        answer = _answer(source, folder, limits)
        try:
            if "refused" in answer:
                raise MailRefused(str(answer["refused"]), Head(**_head(answer)))
            return _collect(answer, folder, limits)
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:  # the fork is not to be trusted
            raise MailRefused("unreadable") from error


def _answer(source: Path, folder: Path, limits: MailLimits) -> dict[str, Any]:
    ended = parser().read(source, folder, limits)
    if ended.timed_out or ended.code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise MailRefused("took_too_long")
    if ended.code != 0:
        raise MailRefused("unreadable")
    try:
        answer = json.loads(_taken(folder / "mail.json", limits.reply_bytes))
    except (ValueError, OSError, RecursionError) as error:
        raise MailRefused("unreadable") from error
    return answer if isinstance(answer, dict) else {}


def _taken(path: Path, most: int) -> bytes:
    """The bytes of a file that the fork wrote: a plain one, not a link to something else, and not too large."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise ValueError("not what the parser writes")
        return file.read()


def _head(answer: dict[str, Any]) -> dict[str, Any]:
    words = ("message_id", "sender", "sender_name", "subject", "date")
    return {
        **{name: str(answer.get(name, "")) for name in words},
        "in_reply_to": tuple(str(i) for i in answer.get("in_reply_to", ())),
        "automatic": bool(answer.get("automatic", False)),
    }


def _collect(answer: dict[str, Any], folder: Path, limits: MailLimits) -> ParsedMail:
    files = tuple(
        Attachment(
            part=int(entry["part"]),
            file_name=str(entry["file_name"]),
            media_type=str(entry["media_type"]),
            content=_taken(folder / f"part-{int(entry['part'])}", limits.max_decoded_bytes),
            inline=bool(entry["inline"]),
            refusal=str(entry["refusal"]),
        )
        for entry in answer["attachments"]
    )
    return ParsedMail(
        **_head(answer),
        digest=str(answer["digest"]),
        text=str(answer["text"]),
        quoted=str(answer["quoted"]),
        bounce=bool(answer["bounce"]),
        attachments=files,
    )
