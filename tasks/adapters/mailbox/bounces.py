"""Delivery reports: which mail could not be delivered. Delays and receipts are no bounces.

By RFC 3464 where the server writes such a report; otherwise by the words that qmail, Postfix, Exim, Exchange and Gmail
have used for decades, and then only in a mail that comes from a mail system and carries the head of the returned mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import Message

from tasks.adapters.mailbox.charsets import to_text
from tasks.adapters.mailbox.headers import CLIP, message_ids, raw_header

_FAILED = re.compile(r"(?im)^action:\s*failed\b")
_ORIGINAL_ID = re.compile(r"(?im)^[> \t]*(?:x-microsoft-original-)?message-id:\s*(<[^<>\s]{1,990}>)")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_MOST_PARTS = 20
_MAIL_SYSTEM = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]*)@")
_WORDS = re.compile(
    r"this is the qmail-send program|i'm sorry to have to inform you that your message could not"
    r"|a message that you sent could not be delivered|delivery has failed to these recipients"
    r"|wasn't delivered to|your message couldn't be delivered|did not reach the following recipient"
    r"|permanent (fatal )?error|delivery to the following recipients? failed permanently",
    re.IGNORECASE,
)
_DELAY = re.compile(r"warning message only|do not need to resend|still trying|has been delayed|delivery delayed", re.I)


def bounced_ids(mail: Message[str, str], sender: str, subject: str, text: str) -> list[str]:
    """The Message-IDs of the mail that a report says was not delivered; empty when this is no such report."""
    parts = list(_parts(mail))
    proper = any(p.get_content_type() == "multipart/report" for p in parts)
    reports = [p for p in parts if proper and p.get_content_type() == "message/delivery-status"]
    if reports:
        failed = any(_FAILED.search(_text(p)) for p in reports)
    else:
        failed = _from_mail_system(mail, sender) and bool(_WORDS.search(text)) and not _DELAY.search(subject + text)
    if not failed:
        return []
    ids = [found for p in parts if p.get_content_type() in _RETURNED for found in _original(p)]
    if not reports:
        ids += _ORIGINAL_ID.findall(text)
        if not ids:
            return []
    return [*dict.fromkeys([*ids, *message_ids(mail, "In-Reply-To"), *message_ids(mail, "References")])]


def _from_mail_system(mail: Message[str, str], sender: str) -> bool:
    nobody = raw_header(mail, "Return-Path").replace(" ", "") == "<>"
    return bool(_MAIL_SYSTEM.match(sender)) or (nobody and bool(raw_header(mail, "X-Failed-Recipients")))


def _parts(mail: Message[str, str]) -> Iterator[Message[str, str]]:
    """The first parts of the report itself; what lies in the returned mail is not the server's word."""
    pending = [mail]
    for _ in range(_MOST_PARTS):
        if not pending:
            return
        part = pending.pop(0)
        yield part
        if part.get_content_maintype() == "multipart":
            pending.extend(_inner(part)[:_MOST_PARTS])


def _inner(part: Message[str, str]) -> list[Message[str, str]]:
    held = part.get_payload() if part.is_multipart() else None  # decoding text here fails on odd charsets
    return [p for p in held if isinstance(p, Message)] if isinstance(held, list) else []


def _text(part: Message[str, str]) -> str:
    """The head of a part as text, however the parser took it apart."""
    if blocks := _inner(part):
        return "\n".join(f"{k}: {v}" for block in blocks for k, v in block.raw_items())[:CLIP]
    payload = part.get_payload(decode=True)
    return to_text(payload[:CLIP], None) if isinstance(payload, bytes) else ""


def _original(part: Message[str, str]) -> list[str]:
    if inner := _inner(part):
        return message_ids(inner[0], "Message-ID")
    text = _text(part)
    return message_ids(message_from_string(text), "Message-ID") or _ORIGINAL_ID.findall(text)
