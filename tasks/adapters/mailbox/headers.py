"""Headers of hostile mail: clipped before they are decoded, and never trusted to be well formed (RFC 5322, 2047)."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from tasks.adapters.mailbox.charsets import to_text

CLIP = 16 * 1024
_NAME_LENGTH = 120
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,990}>")
_BARE_ADDRESS = re.compile(r"[^\s<>\"(),:;@]+@[^\s<>\"(),:;@]+")
_BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_AUTOMATIC_SUBJECT = re.compile(
    r"(?i)^\s*(auto(matic)?[- ]?reply|out of (the )?office|undeliverable|undelivered mail returned"
    r"|delivery status notification|mail delivery (failed|failure)|failure notice|returned mail)\b"
)
_SAYS_SO = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Failed-Recipients", "List-Id")
PROGRAM_HEADERS = ("Auto-Submitted", "Precedence", "Return-Path", *_SAYS_SO)
"""By these a mail says that a program wrote it. A server that renders a mail anew may leave them out."""


def raw_header(mail: Message[str, str], name: str) -> str:
    """The first header of that name as it stands on the wire, unfolded and clipped, never decoded."""
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            text = to_text(str(value)[:CLIP].encode("utf-8", "surrogateescape"), None)  # raw 8-bit
            return re.sub(r"[\r\n]+[ \t]*", " ", text).strip()
    return ""


def decoded(value: str) -> str:
    """The text of a header (RFC 2047, and raw 8-bit as senders really write it), without control characters."""
    value = value[:CLIP]
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError, RecursionError, HeaderParseError):
        pieces = [(value, None)]
    text = "".join(p if isinstance(p, str) else to_text(p, charset) for p, charset in pieces)
    if any("\udc80" <= c <= "\udcff" for c in text):
        text = to_text(text.encode("utf-8", "surrogateescape"), None)
    return "".join(c if c.isprintable() else " " for c in text).strip()


def message_ids(mail: Message[str, str], name: str) -> list[str]:
    """The ids in a header, angle brackets included, at most a hundred."""
    return _MESSAGE_ID.findall(raw_header(mail, name))[:100]


def address(mail: Message[str, str]) -> tuple[str, str]:
    """Address (lower case) and name of the sender; the address is empty unless From names exactly one."""
    if sum(key.lower() == "from" for key, _ in mail.raw_items()) != 1:
        return "", ""
    value = raw_header(mail, "From")
    try:
        pairs = [(name, mailbox) for name, mailbox in getaddresses([value]) if mailbox]
    except (ValueError, RecursionError, IndexError):
        pairs = [("", found) for found in _BARE_ADDRESS.findall(value)]
    if len(pairs) != 1 or not _BARE_ADDRESS.fullmatch(pairs[0][1]):
        return "", decoded(pairs[0][0]) if pairs else ""
    return pairs[0][1].lower(), decoded(pairs[0][0])


def is_automatic(mail: Message[str, str], sender: str, subject: str) -> bool:
    """Whether a program wrote it: such mail is filed and never answered (RFC 3834, RFC 3464)."""
    kind = mail.get_content_type()
    return (
        says_program({name: raw_header(mail, name) for name in PROGRAM_HEADERS})
        or kind in ("multipart/report", "message/delivery-status", "message/disposition-notification")
        or sender.partition("@")[0] in ("mailer-daemon", "postmaster")
        or bool(_AUTOMATIC_SUBJECT.match(subject))
    )


def says_program(headers: Mapping[str, str]) -> bool:
    """Whether headers, of the mail itself or as the transport saw them, say that a program wrote it."""
    said = {name.lower(): value.strip().lower() for name, value in headers.items()}
    return (
        said.get("auto-submitted", "").partition(";")[0].strip() not in ("", "no")
        or said.get("precedence", "") in _BULK
        or said.get("return-path", "").replace(" ", "") == "<>"
        or any(said.get(name.lower()) for name in _SAYS_SO)
    )


def safe_name(claimed: str, media_type: str, part: int) -> str:
    """One file name without folders, control characters or leading dots; made up when the mail gives none."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", claimed)[-1])
    name = "".join(c for c in name if c.isprintable() and c not in '<>:"|?*').strip(" .")
    if not name:
        return f"part-{part}{mimetypes.guess_extension(media_type) or '.bin'}"
    stem, dot, ending = name.rpartition(".")
    if len(name) > _NAME_LENGTH and dot and len(ending) <= 8:
        return f"{stem[: _NAME_LENGTH - len(ending) - 1]}.{ending}"
    return name[:_NAME_LENGTH]
