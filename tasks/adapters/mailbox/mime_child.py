"""What a fork of `mime_server` does: reads one mail under hard limits, writes `mail.json` and the files.

Parses with `compat32`, which neither decodes nor validates while parsing (`email.policy.default` turns a subject of
340 KB into 3.3 GB); `mime_tree` walks it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from email import message_from_binary_file
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import Any

from tasks.adapters.mailbox.bounces import bounced_ids
from tasks.adapters.mailbox.charsets import sound
from tasks.adapters.mailbox.headers import address, decoded, is_automatic, message_ids, raw_header
from tasks.adapters.mailbox.mime import Head, MailRefused
from tasks.adapters.mailbox.mime_limits import MailLimits
from tasks.adapters.mailbox.mime_parts import Origin
from tasks.adapters.mailbox.mime_tree import Reading
from tasks.adapters.mailbox.quoting import is_forward, split_reply


def run(source: Path, folder: Path, limits: MailLimits) -> int:
    """Read under limits that are set already; a refusal is an answer, not a failure. Returns the exit code."""
    head = Head()
    try:
        with source.open("rb") as file:
            mail = message_from_binary_file(file, policy=compat32)
        head = head_of(mail)
        answer = {**asdict(head), **body_of(mail, head, folder, limits)}
    except MailRefused as refusal:
        answer = {**asdict(head), "refused": refusal.code}
    except MemoryError:
        answer = {**asdict(head), "refused": "out_of_memory"}
    except RecursionError:
        answer = {**asdict(head), "refused": "too_deep"}
    except Exception:  # a way to fail that nobody has met yet
        answer = {**asdict(head), "refused": "unreadable"}
    (folder / "mail.json").write_text(json.dumps(answer, ensure_ascii=True), encoding="ascii")
    return 0


def head_of(mail: Message[str, str]) -> Head:
    """What the header says."""
    sender, sender_name = (sound(value) for value in address(mail))
    subject = sound(decoded(raw_header(mail, "Subject")))
    return Head(
        message_id=next(iter(message_ids(mail, "Message-ID")), ""),
        in_reply_to=tuple(dict.fromkeys(message_ids(mail, "In-Reply-To") + message_ids(mail, "References"))),
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        date=sound(decoded(raw_header(mail, "Date"))),
        automatic=is_automatic(mail, sender, subject),
    )


def body_of(mail: Message[str, str], head: Head, folder: Path, limits: MailLimits) -> dict[str, Any]:
    """Everything else except the bytes of the files, which are written to `folder`."""
    reading = Reading(folder, limits)
    reading.seal((head.message_id or f"{head.sender}\n{head.subject}\n{head.date}").encode())
    reading.read(mail, Origin())
    reading.finish()
    said = reading.text[: limits.text_chars]
    returned = bounced_ids(mail, head.sender, head.subject, said)
    text, quoted = split_reply(said, forwarded=is_forward(head.subject))
    return {
        "digest": reading.digest.hexdigest(),
        "in_reply_to": list(dict.fromkeys([*returned, *head.in_reply_to])),
        "bounce": bool(returned),
        "text": text,
        "quoted": quoted,
        "automatic": head.automatic or bool(returned) or (reading.calendar and not reading.papers),
        "attachments": reading.files,
    }
