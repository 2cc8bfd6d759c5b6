"""The child process of `mime.parse`: reads one mail under hard limits and writes `mail.json` and the parts.

Parses with `compat32`, which neither decodes nor validates while parsing (`email.policy.default` turns a subject of
340 KB into 3.3 GB), and walks with limits of its own.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from collections.abc import Iterator
from email import message_from_binary_file
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.adapters.mailbox.bounces import bounced_ids
from tasks.adapters.mailbox.headers import address, decoded, is_automatic, message_ids, raw_header, safe_name
from tasks.adapters.mailbox.html_text import html_to_text
from tasks.adapters.mailbox.mime import MailLimits, MailRefused
from tasks.adapters.mailbox.quoting import is_forward, split_reply

if TYPE_CHECKING:
    Mail = Message[str, str]

_NESTED_MAILS = 3
_LAYOUT_BYTES = 40_000
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


def leaves(mail: Mail, limits: MailLimits) -> Iterator[tuple[Mail, int]]:
    """Every leaf part with the number of attached mails around it, in order, within the limits of depth and parts."""
    pending: list[tuple[Mail, int, int]] = [(mail, 0, 0)]
    seen = 0
    while pending:
        part, depth, mails = pending.pop()
        seen += 1
        if seen > limits.parts:
            raise MailRefused("too_many_parts")
        if depth > limits.depth or mails > _NESTED_MAILS:
            raise MailRefused("too_deep")
        if part.get_content_type() in _SEALED or part.get_content_type() == "multipart/encrypted":
            raise MailRefused("encrypted")
        children = part.get_payload() if part.is_multipart() else None  # decoding text here fails on odd charsets
        if isinstance(children, list):
            inner = mails + (part.get_content_maintype() == "message")
            pending.extend((child, depth + 1, inner) for child in reversed(children) if isinstance(child, Message))
        else:
            yield part, mails


def content(part: Mail) -> bytes:
    """The decoded bytes of a leaf."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def as_text(part: Mail, data: bytes) -> str:
    """Text by the ladder: declared charset, UTF-8, Windows-1252, replacement. Never fails."""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return sound(data.decode(charset)).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def sound(text: str) -> str:
    """The text without what no store takes: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class Reading:
    """What has been gathered from the leaves of one mail."""

    def __init__(self, folder: Path, limits: MailLimits) -> None:
        self.folder, self.limits = folder, limits
        self.digest = hashlib.sha256()
        self.plain: list[str] = []
        self.html: list[str] = []
        self.files: list[dict[str, Any]] = []
        self.bytes = 0

    def seal(self, data: bytes) -> None:
        """Add to the digest, with its length, so that no two splits of the same bytes agree."""
        self.digest.update(len(data).to_bytes(8, "big") + data)

    def take(self, number: int, part: Mail, mails: int) -> None:
        """Sort one leaf into text, layout or file."""
        data = content(part)
        self.bytes += len(data)
        if self.bytes > self.limits.max_decoded_bytes:
            raise MailRefused("too_large")
        self.seal(data)
        kind = part.get_content_type()
        name = raw_name(part)
        if kind in _SIGNATURES or name.lower() == "smime.p7s":
            return
        if name.lower() == "message.rpmsg":
            raise MailRefused("encrypted")
        attached = bool(name) or part.get_content_disposition() == "attachment"
        if kind in ("text/plain", "text/html") and not attached:
            if mails == 0:
                target = self.plain if kind == "text/plain" else self.html
                target.append(as_text(part, data)[: self.limits.text_chars])
            return
        if part.get_content_maintype() in ("text", "message") and not attached:
            return
        self._keep(number, part, kind, name, data)

    def _keep(self, number: int, part: Mail, kind: str, name: str, data: bytes) -> None:
        content_id = raw_header(part, "Content-ID").strip("<> ")
        shown = part.get_content_disposition() == "inline" or (
            bool(content_id) and any(f"cid:{content_id}" in page for page in self.html)
        )
        (self.folder / f"part-{number}").write_bytes(data)
        self.files.append(
            {
                "part": number,
                "file_name": safe_name(name, kind, number),
                "media_type": kind,
                "inline": shown and kind.startswith("image/") and len(data) < _LAYOUT_BYTES,
            }
        )

    @property
    def text(self) -> str:
        """The plain text, or the text of the HTML where there is no plain text."""
        plain = "\n".join(self.plain)
        return plain if plain.strip() else "\n".join(html_to_text(page) for page in self.html)


def raw_name(part: Mail) -> str:
    """The file name a part claims, decoded but not yet safe; empty when it claims none."""
    try:
        return sound(decoded(part.get_filename() or ""))
    except (ValueError, LookupError, TypeError, AttributeError):
        return "attachment"


def read(source: Path, folder: Path, limits: MailLimits) -> dict[str, Any]:
    """Everything of the mail except the bytes of its files, which are written to `folder`."""
    with source.open("rb") as file:
        mail = message_from_binary_file(file, policy=compat32)
    reading = Reading(folder, limits)
    message_id = next(iter(message_ids(mail, "Message-ID")), "")
    sender, sender_name = (sound(value) for value in address(mail))
    subject = sound(decoded(raw_header(mail, "Subject")))
    reading.seal((message_id or f"{sender}\n{subject}").encode())
    for number, (part, mails) in enumerate(leaves(mail, limits), start=1):
        reading.take(number, part, mails)
    if len(reading.files) == 1:  # the only file of a mail is never mere layout
        reading.files[0]["inline"] = False
    returned = bounced_ids(mail)
    text, quoted = split_reply(reading.text[: limits.text_chars], forwarded=is_forward(subject))
    return {
        "digest": reading.digest.hexdigest(),
        "message_id": message_id,
        "in_reply_to": [*dict.fromkeys(returned + message_ids(mail, "In-Reply-To") + message_ids(mail, "References"))],
        "bounce": bool(returned),
        "sender": sender,
        "sender_name": sender_name,
        "subject": subject,
        "date": sound(decoded(raw_header(mail, "Date"))),
        "text": text,
        "quoted": quoted,
        "automatic": is_automatic(mail, sender, subject),
        "attachments": reading.files,
    }


def main(source: str, folder: str, limits_json: str) -> int:
    """Read under limits; a refusal is an answer, not a failure."""
    limits = MailLimits(**json.loads(limits_json))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.max_decoded_bytes, limits.max_decoded_bytes))
    try:
        answer = read(Path(source), Path(folder), limits)
    except MailRefused as refusal:
        answer = {"refused": refusal.code}
    except MemoryError:
        answer = {"refused": "out_of_memory"}
    except RecursionError:
        answer = {"refused": "too_deep"}
    Path(folder, "mail.json").write_text(json.dumps(answer, ensure_ascii=True), encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
