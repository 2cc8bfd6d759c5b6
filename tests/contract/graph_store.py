"""The mailbox behind the Graph stand-in: folders, messages, drafts, deliveries. The MIME on disk is the truth.

Property names are those of the published metadata (message, mailFolder, fileAttachment, uploadSession of Graph v1.0).
"""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import getaddresses
from pathlib import Path
from threading import RLock

from tests.contract.graph_item import SETTABLE, GraphError, Item, Json, header, render, with_message_id

WELL_KNOWN = {
    "msgfolderroot": "Top of Information Store",
    "inbox": "Inbox",
    "drafts": "Drafts",
    "outbox": "Outbox",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
}


@dataclass
class Folder:
    key: str
    name: str
    parent: str


class GraphStore:
    def __init__(self, home: Path, address: str) -> None:
        self.home, self.address = home, address
        self.lock = RLock()
        self.items: list[Item] = []
        self.sent_to: dict[str, list[bytes]] = {}
        self.hold = False  # transport does not come round to the Outbox
        self._numbers = itertools.count(1)
        self.folders = {key: Folder(self._folder_key(), name, key) for key, name in WELL_KNOWN.items()}
        root = self.folders["msgfolderroot"].key
        for folder in self.folders.values():
            folder.parent = root

    # --- folders

    def folder(self, name: str) -> Folder:
        for known, folder in self.folders.items():
            if name == folder.key or (known in WELL_KNOWN and name.casefold() == known):
                return folder
        raise GraphError(404, "ErrorItemNotFound")

    def children(self, parent: str) -> list[Folder]:
        return [f for f in self.folders.values() if f.parent == parent and f.key != parent]

    def make_folder(self, name: str, parent: str) -> Folder:
        if any(f.name.casefold() == name.casefold() for f in self.children(parent)):
            raise GraphError(409, "ErrorFolderExists")
        folder = Folder(self._folder_key(), name, parent)
        self.folders[folder.key] = folder
        return folder

    def folder_json(self, folder: Folder) -> Json:
        inside = self.inside(folder)
        return {
            "id": folder.key,
            "displayName": folder.name,
            "parentFolderId": folder.parent,
            "childFolderCount": len(self.children(folder.key)),
            "totalItemCount": len(inside),
            "unreadItemCount": sum(not item.read for item in inside),
            "isHidden": False,
        }

    # --- messages

    def inside(self, folder: Folder) -> list[Item]:
        return [item for item in self.items if item.folder == folder.key]

    def item(self, key: str) -> Item:
        for item in self.items:
            if key in (item.key, item.rest_key):
                return item
        raise GraphError(404, "ErrorItemNotFound")

    def put(self, raw: bytes, folder: str, *, draft: bool = False) -> Item:
        number = next(self._numbers)
        path = self.home / f"{number}.eml"
        path.write_bytes(raw)
        item = Item(path, self.folder(folder).key, number, datetime.now(UTC), draft=draft)
        item.message_id = header(raw, "Message-ID") or f"<{secrets.token_hex(8)}@stand-in.example>"
        self.items.append(item)
        return item

    def compose(self, message: Json, folder: str) -> Item:
        """A message from JSON. It is a draft unless its flags, set at creation, say otherwise (PidTagMessageFlags)."""
        extended = {p["id"].casefold(): p["value"] for p in message.get("singleValueExtendedProperties", ())}
        draft = not ("integer 0x0e07" in extended and not int(extended["integer 0x0e07"]) & 8)
        item = self.put(render(message, extended, self.address), folder, draft=draft)
        self.change(item, {k: message[k] for k in ("categories", "isRead", "internetMessageId") if k in message})
        return item

    def change(self, item: Item, values: Json) -> None:
        if unknown := set(values) - SETTABLE:
            raise GraphError(400, f"RequestBodyRead {sorted(unknown)}")
        if "internetMessageId" in values:
            if not item.draft and item.folder != self.folder("sentitems").key:
                raise GraphError(400, "ErrorInvalidPropertySet")
            item.message_id = values["internetMessageId"]
            item.path.write_bytes(with_message_id(item.raw, item.message_id))
        item.categories = list(values.get("categories", item.categories))
        item.read = bool(values.get("isRead", item.read))
        item.version += 1

    def move(self, item: Item, folder: Folder, *, new_key: bool) -> None:
        item.folder = folder.key
        item.version += 1
        item.rest_key = "AAMkAD" + secrets.token_urlsafe(30)
        if new_key:
            item.key = "AAkALg" + secrets.token_urlsafe(30)

    def attach(self, item: Item, name: str, media_type: str, content: bytes) -> str:
        if not item.draft:
            raise GraphError(400, "ErrorInvalidOperation")
        mail = message_from_bytes(item.raw, _class=EmailMessage, policy=SMTP)
        kind, _, subtype = (media_type or "application/octet-stream").partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype or "octet-stream", filename=name)
        item.path.write_bytes(mail.as_bytes())
        item.version += 1
        return "AAMkAT" + secrets.token_urlsafe(12)

    def send(self, item: Item) -> None:
        if not item.draft:
            raise GraphError(400, "ErrorInvalidOperation")
        if self.hold:
            item.folder = self.folder("outbox").key
            return
        self.transport(item.raw)
        item.draft = False
        # Whether the id of a draft finds the sent mail is documented both ways: nobody may rely on it here.
        self.move(item, self.folder("sentitems"), new_key=True)

    def release(self) -> None:
        """Transport comes round to the Outbox."""
        self.hold = False
        for item in self.inside(self.folder("outbox")):
            self.send(item)

    def transport(self, raw: bytes) -> None:
        head = BytesHeaderParser(policy=compat32).parsebytes(raw)
        fields = [str(value) for name in ("To", "Cc", "Bcc") for value in head.get_all(name, [])]
        addresses = {address.lower() for _, address in getaddresses(fields) if address}
        if not addresses:
            raise GraphError(400, "ErrorInvalidRecipients")
        for address in addresses:
            self.sent_to.setdefault(address, []).append(raw)
            if address == self.address:
                self.put(raw, "inbox")

    def _folder_key(self) -> str:
        return "AQMkAD" + secrets.token_urlsafe(20)
