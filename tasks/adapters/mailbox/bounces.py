"""Delivery reports (RFC 3464): which mail could not be delivered. Delays and receipts are no bounces."""

from __future__ import annotations

import re
from email import message_from_string
from email.message import Message

from tasks.adapters.mailbox.headers import CLIP, message_ids

_FAILED = re.compile(r"(?im)^action:\s*failed\b")
_ORIGINAL_ID = re.compile(r"(?im)^(?:x-microsoft-original-)?message-id:\s*(<[^<>\s]{1,990}>)")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_MOST_PARTS = 20


def bounced_ids(mail: Message[str, str]) -> list[str]:
    """The Message-IDs of the mail that a report says was not delivered; empty when this is no such report."""
    if mail.get_content_type() != "multipart/report":
        return []
    children = mail.get_payload()
    parts = [p for p in children if isinstance(p, Message)][:_MOST_PARTS] if isinstance(children, list) else []
    if not any(p.get_content_type() == "message/delivery-status" and _FAILED.search(_text(p)) for p in parts):
        return []
    ids = [found for p in parts if p.get_content_type() in _RETURNED for found in _original(p)]
    return [*dict.fromkeys([*ids, *message_ids(mail, "In-Reply-To"), *message_ids(mail, "References")])]


def _text(part: Message[str, str]) -> str:
    """The head of a part as text, however the parser took it apart."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return "\n".join(f"{k}: {v}" for block in inner if isinstance(block, Message) for k, v in block.raw_items())[
            :CLIP
        ]
    return str(inner)[:CLIP]


def _original(part: Message[str, str]) -> list[str]:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return message_ids(inner[0], "Message-ID")
    head = message_from_string(str(inner)[:CLIP])
    return message_ids(head, "Message-ID") or _ORIGINAL_ID.findall(str(inner)[:CLIP])
