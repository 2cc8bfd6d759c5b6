"""A finished mail in the shapes Microsoft Graph takes beside MIME: as JSON, and as a draft with its files apart.

Written for our own letters, not for hostile mail.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import getaddresses
from typing import Any

Json = dict[str, Any]

SENT_FLAGS = {"id": "Integer 0x0E07", "value": "1"}
"""PidTagMessageFlags: read, and no draft. Settable only when a message is created (MS-OXCMSG 2.2.1.6)."""

_PROPERTIES = {  # headers that JSON does not take as such: only `x-` headers may be named freely
    "In-Reply-To": "String 0x1042",  # PidTagInReplyToId
    "References": "String 0x1039",  # PidTagInternetReferences
    "Auto-Submitted": "String {00020386-0000-0000-c000-000000000046} Name Auto-Submitted",  # PS_INTERNET_HEADERS
}


@dataclass(frozen=True)
class File:
    """One file of a mail."""

    name: str
    media_type: str
    content: bytes


def as_json(raw: bytes) -> Json:
    """The mail as a Graph message: one body (HTML if there is one), recipients, our headers, the files inside."""
    mail = _parse(raw)
    body = mail.get_body(("html", "plain"))
    words = str(body.get_content()) if body is not None else ""
    message: Json = {
        "subject": str(mail.get("Subject", "")),
        "body": {
            "contentType": "html" if body is not None and body.get_content_subtype() == "html" else "text",
            "content": words,
        },
        "from": next(iter(_people(mail, "From")), None),
        "toRecipients": _people(mail, "To"),
        "ccRecipients": _people(mail, "Cc"),
        "bccRecipients": _people(mail, "Bcc"),
        "replyTo": _people(mail, "Reply-To"),
        "internetMessageId": str(mail["Message-ID"]).strip(),
        "singleValueExtendedProperties": [
            {"id": key, "value": _unfolded(mail, name)} for name, key in _PROPERTIES.items() if mail[name]
        ],
        "attachments": [as_attachment(file) for file in _files(mail)],
    }
    own = [{"name": name, "value": _unfolded(mail, name)} for name in mail if name.lower().startswith("x-")]
    if own:
        message["internetMessageHeaders"] = own
    return message


def as_attachment(file: File) -> Json:
    """The file as a Graph attachment."""
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": file.name,
        "contentType": file.media_type,
        "contentBytes": base64.b64encode(file.content).decode(),
    }


def apart(raw: bytes) -> tuple[bytes, list[File]]:
    """The mail without its files and without its Message-ID, and the files."""
    mail = _parse(raw)
    files = list(_files(mail))
    if mail.get_content_type() == "multipart/mixed":
        kept: list[Message[str, str] | str] = [part for part in mail.iter_parts() if not part.is_attachment()]
        mail = copy(mail)
        mail.set_payload(kept)
    else:
        files = []
    del mail["Message-ID"]
    return mail.as_bytes(policy=SMTP.clone(max_line_length=990)), files


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=SMTP)


def _files(mail: EmailMessage) -> Iterator[File]:
    for number, part in enumerate((p for p in mail.iter_parts() if p.is_attachment()), start=1):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):  # an attached mail
            content = b"".join(inner.as_bytes() for inner in part.iter_parts())
        yield File(part.get_filename() or f"file-{number}", part.get_content_type(), content)


def _people(mail: EmailMessage, name: str) -> list[Json]:
    pairs = getaddresses([str(value) for value in mail.get_all(name, [])])
    return [{"emailAddress": {"name": person or address, "address": address}} for person, address in pairs if address]


def _unfolded(mail: EmailMessage, name: str) -> str:
    return " ".join(str(mail[name]).split())
