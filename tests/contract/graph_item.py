"""One message behind the Graph stand-in, and its shapes: MIME on disk is the truth, JSON is drawn from it.

Property names are those of the published metadata (message, fileAttachment of Graph v1.0).
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import getaddresses
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SETTABLE = {
    *("subject", "body", "importance", "from", "sender", "toRecipients", "ccRecipients", "bccRecipients", "replyTo"),
    *("internetMessageId", "internetMessageHeaders", "categories", "flag", "isRead", "isReadReceiptRequested"),
    *("isDeliveryReceiptRequested", "inferenceClassification", "attachments", "singleValueExtendedProperties"),
    *("multiValueExtendedProperties", "extensions", "conversationId", "conversationIndex"),
}
_HEADER_OF = {
    "string 0x1042": "In-Reply-To",
    "string 0x1039": "References",
    "string {00020386-0000-0000-c000-000000000046} name auto-submitted": "Auto-Submitted",
}


class GraphError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass
class Item:
    path: Path
    folder: str
    order: int
    received: datetime
    draft: bool = False
    read: bool = False
    categories: list[str] = field(default_factory=list)
    message_id: str = ""
    version: int = 1
    key: str = field(default_factory=lambda: "AAkALg" + secrets.token_urlsafe(30))
    rest_key: str = field(default_factory=lambda: "AAMkAD" + secrets.token_urlsafe(30))

    @property
    def etag(self) -> str:
        return f'W/"CQAAABYA{self.version:08d}"'

    @property
    def raw(self) -> bytes:
        return self.path.read_bytes()


def message_json(item: Item, *, immutable: bool, headers: bool) -> Json:
    with item.path.open("rb") as file:
        head = BytesHeaderParser(policy=compat32).parsebytes(file.read(256 * 1024))
    stamp = item.received.strftime("%Y-%m-%dT%H:%M:%SZ")
    found: Json = {
        "@odata.etag": item.etag,
        "id": item.key if immutable else item.rest_key,
        "changeKey": item.etag[3:-1],
        "createdDateTime": stamp,
        "lastModifiedDateTime": stamp,
        "receivedDateTime": stamp,
        "sentDateTime": stamp,
        "categories": item.categories,
        "hasAttachments": head.get_content_type() == "multipart/mixed",
        "internetMessageId": item.message_id,
        "subject": str(head.get("Subject", "")),
        "bodyPreview": "",
        "importance": "normal",
        "parentFolderId": item.folder,
        "conversationId": "AAQk" + item.key[6:20],
        "isDeliveryReceiptRequested": False,
        "isReadReceiptRequested": False,
        "isRead": item.read,
        "isDraft": item.draft,
        "webLink": "https://outlook.example/owa/",
        "inferenceClassification": "focused",
        "body": {"contentType": "text", "content": ""},
        "from": next(iter(_people(head.get_all("From", []))), None),
        "sender": next(iter(_people(head.get_all("From", []))), None),
        "toRecipients": _people(head.get_all("To", [])),
        "ccRecipients": _people(head.get_all("Cc", [])),
        "bccRecipients": _people(head.get_all("Bcc", [])),
        "replyTo": _people(head.get_all("Reply-To", [])),
        "flag": {"flagStatus": "notFlagged"},
    }
    if headers:
        found["internetMessageHeaders"] = [{"name": n, "value": str(v)} for n, v in head.raw_items()]
    return found


def body_json(item: Item) -> Json:
    mail = message_from_bytes(item.raw, _class=EmailMessage, policy=SMTP)
    part = mail.get_body(("html", "plain"))
    if part is None:
        return {"contentType": "text", "content": ""}
    kind = "html" if part.get_content_subtype() == "html" else "text"
    return {"contentType": kind, "content": part.get_content()}


def attachments(item: Item) -> list[Json]:
    mail = message_from_bytes(item.raw, _class=EmailMessage, policy=SMTP)
    found = []
    for number, part in enumerate(mail.iter_attachments()):
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append(
            {
                "@odata.type": "#microsoft.graph.fileAttachment",
                "id": f"AAMkAT{number}",
                "name": part.get_filename(),
                "contentType": part.get_content_type(),
                "size": len(content),
                "isInline": False,
                "contentId": None,
                "lastModifiedDateTime": item.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "contentBytes": base64.b64encode(content).decode(),
            }
        )
    return found


def _people(values: list[Any]) -> list[Json]:
    pairs = getaddresses([str(value) for value in values])
    return [{"emailAddress": {"name": name or address, "address": address}} for name, address in pairs if address]


def header(raw: bytes, name: str) -> str:
    return str(BytesHeaderParser(policy=compat32).parsebytes(raw).get(name, "")).strip()


def with_message_id(raw: bytes, message_id: str) -> bytes:
    mail = message_from_bytes(raw, policy=SMTP)
    del mail["Message-ID"]
    mail["Message-ID"] = message_id
    return mail.as_bytes()


def render(message: Json, extended: dict[str, str], address: str) -> bytes:
    if unknown := set(message) - SETTABLE:
        raise GraphError(400, f"RequestBodyRead {sorted(unknown)}")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = (message.get("from") or {}).get("emailAddress", {}).get("address", address)
    for name in ("to", "cc", "bcc"):
        people = [p["emailAddress"]["address"] for p in message.get(f"{name}Recipients") or ()]
        if people:
            mail[name.title()] = ", ".join(people)
    mail["Subject"] = message.get("subject", "")
    mail["Message-ID"] = message.get("internetMessageId") or f"<{secrets.token_hex(8)}@stand-in.example>"
    for key, name in _HEADER_OF.items():
        if key in extended:
            mail[name] = extended[key]
    for header in message.get("internetMessageHeaders") or ():
        if not header["name"].lower().startswith("x-"):
            raise GraphError(400, "InvalidInternetMessageHeader")
        mail[header["name"]] = header["value"]
    body = message.get("body") or {"contentType": "text", "content": ""}
    mail.set_content(body["content"], subtype="html" if body["contentType"].lower() == "html" else "plain")
    for file in message.get("attachments") or ():
        kind, _, subtype = (file.get("contentType") or "application/octet-stream").partition("/")
        content = base64.b64decode(file["contentBytes"], validate=True)
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=file["name"])
    return mail.as_bytes()
