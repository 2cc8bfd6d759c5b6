"""An Exchange mailbox in memory: what the stand-in's operations do, without HTTP and without SOAP.

Ids change when an item is moved, as Exchange's do. Written from Microsoft's published schemas and operation pages.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

DISTINGUISHED = {
    "root": "",
    "msgfolderroot": "Top of Information Store",
    "inbox": "Inbox",
    "sentitems": "Sent Items",
    "drafts": "Drafts",
    "outbox": "Outbox",
    "deleteditems": "Deleted Items",
}


class Fault(Exception):
    """An error of one operation, with Exchange's response code."""

    def __init__(self, code: str, text: str = "refused") -> None:
        super().__init__(code)
        self.code, self.text = code, text


@dataclass
class Folder:
    id: str
    name: str
    parent: str
    distinguished: str = ""


@dataclass
class Item:
    id: str
    folder: str
    raw: bytes
    arrived: int
    change: int = 1
    draft: bool = False
    kind: str = "Message"
    """Element that stands for it, see t:ArrayOfRealItemsType."""
    categories: list[str] = field(default_factory=list)

    @property
    def mail(self) -> Message:
        return message_from_bytes(self.raw)

    def attachments(self) -> list[Message]:
        return [part for part in self.mail.walk() if part.get_filename()]


class Store:
    """One mailbox. Every method holds the lock: an operation happens whole or not at all."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.lock = threading.RLock()
        self.ids_last = False  # Exchange's ids do not outlive a move
        self._numbers = itertools.count(1)
        self.folders: dict[str, Folder] = {}
        self.items: dict[str, Item] = {}
        self.delivered: dict[str, list[bytes]] = {}
        for key, name in DISTINGUISHED.items():
            parent = "" if key == "root" else self.known("root" if key == "msgfolderroot" else "msgfolderroot").id
            self._add(Folder(self._id("F"), name, parent, key))

    def _id(self, kind: str) -> str:
        return f"AAMk{kind}{next(self._numbers):08d}="

    def _add(self, folder: Folder) -> Folder:
        self.folders[folder.id] = folder
        return folder

    def known(self, distinguished: str) -> Folder:
        for folder in self.folders.values():
            if folder.distinguished == distinguished:
                return folder
        raise Fault("ErrorFolderNotFound")

    def folder(self, folder_id: str) -> Folder:
        if folder_id not in self.folders:
            raise Fault("ErrorFolderNotFound")
        return self.folders[folder_id]

    def children(self, parent: Folder, *, deep: bool) -> list[Folder]:
        found = [folder for folder in self.folders.values() if folder.parent == parent.id]
        return [*found, *(below for child in found for below in self.children(child, deep=True))] if deep else found

    def create_folder(self, parent: Folder, name: str) -> Folder:
        if any(folder.name.lower() == name.lower() for folder in self.children(parent, deep=False)):
            raise Fault("ErrorFolderExists")
        return self._add(Folder(self._id("F"), name, parent.id))

    def put(self, folder: Folder, raw: bytes, *, draft: bool = False, kind: str = "Message") -> Item:
        with self.lock:
            item = Item(self._id("I"), folder.id, raw, next(self._numbers), draft=draft, kind=kind)
            self.items[item.id] = item
            return item

    def item(self, item_id: str) -> Item:
        if item_id not in self.items:
            raise Fault("ErrorItemNotFound", "The specified object was not found in the store.")
        return self.items[item_id]

    def within(self, folder: Folder) -> list[Item]:
        return [item for item in self.items.values() if item.folder == folder.id]

    def move(self, item_id: str, folder: Folder) -> Item:
        item = self.item(item_id)
        del self.items[item.id]
        item.id = item.id if self.ids_last else self._id("I")
        item.folder, item.change = folder.id, item.change + 1
        self.items[item.id] = item
        return item

    def delete(self, item_id: str) -> None:
        del self.items[self.item(item_id).id]

    def categorise(self, item_id: str, categories: list[str]) -> Item:
        item = self.item(item_id)
        item.categories, item.change = categories, item.change + 1
        return item

    def transport(self, raw: bytes) -> None:
        """Hand the mail to each of its recipients."""
        mail = message_from_bytes(raw)
        fields = [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]
        recipients = {address.lower() for _, address in getaddresses(fields) if "@" in address}
        if not recipients:
            raise Fault("ErrorMissingRecipients")
        for address in sorted(recipients):
            self.delivered.setdefault(address, []).append(raw)
            if address == self.address:
                self.put(self.known("inbox"), raw)

    def named(self, name: str) -> list[bytes]:
        """The raw mails in a folder, by its display name or `Sent`."""
        wanted = "Sent Items" if name == "Sent" else name
        with self.lock:
            return sorted(item.raw for item in self.items.values() if self.folders[item.folder].name == wanted)
