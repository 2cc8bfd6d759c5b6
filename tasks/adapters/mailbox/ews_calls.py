"""The EWS operations as this product uses them: exchangelib builds and posts them, the answers are read here.

No model of an item stands between us and the answer, so no strange kind of item can make a whole listing fail. The
element names are those of Microsoft's messages.xsd and types.xsd.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterable
from typing import Any, BinaryIO

from exchangelib import Account, ExtendedProperty, Message
from exchangelib import errors as ews_errors
from exchangelib.fields import FieldOrder, FieldPath
from exchangelib.folders import BaseFolder, Messages
from exchangelib.items import ALWAYS_OVERWRITE, ID_ONLY, SAVE_ONLY, SEND_TO_NONE, SHALLOW
from exchangelib.properties import FolderId, ItemId
from exchangelib.restriction import Q, Restriction
from exchangelib.services import CreateFolder, CreateItem, FindFolder, FindItem, GetItem, MoveItem, UpdateItem
from exchangelib.util import MNS, TNS, safe_xml_value
from lxml import etree

_CHUNK = 64 * 1024
_MIME = f"{{{TNS}}}MimeContent"
_READ = 1  # MSGFLAG_READ without MSGFLAG_UNSENT: Sent shall not show the copy as a draft (MS-OXCMSG 2.2.1.6)


class MessageFlags(ExtendedProperty):  # type: ignore[misc]  # exchangelib is not typed
    """PidTagMessageFlags, which only the creation of an item may set."""

    property_tag = 0x0E07
    property_type = "Integer"


Message.register("message_flags", MessageFlags)


class _Find(FindItem):  # type: ignore[misc]
    def _elems_to_objs(self, elems: Iterable[Any]) -> Iterable[Any]:
        return elems


class _FindFolder(FindFolder):  # type: ignore[misc]
    def _elems_to_objs(self, elems: Iterable[Any]) -> Iterable[Any]:
        return elems


class _Look(GetItem):  # type: ignore[misc]
    def _elems_to_objs(self, elems: Iterable[Any]) -> Iterable[Any]:
        return elems


class _Fetch(_Look):
    """GetItem whose MimeContent flows to a file while the answer arrives; everything else is read as usual."""

    def __init__(self, account: Account, out: BinaryIO) -> None:
        super().__init__(account=account)
        self.out = out
        self.streaming = True

    def _get_soap_parts(self, response: Any) -> tuple[Any, Any]:
        diverted = _Diverted(self.out)
        parser = etree.XMLParser(target=diverted, resolve_entities=False, no_network=True, recover=True, huge_tree=True)
        tail = b""
        for chunk in response.iter_content(_CHUNK):
            parser.feed(chunk)
            tail = (tail + chunk)[-100:]
        if not tail.rstrip().endswith(b"Envelope>"):
            raise EOFError("the answer ended in the middle")
        root = parser.close()
        soap = root.tag.removesuffix("Envelope")
        return root.find(f"{soap}Header"), root.find(f"{soap}Body")


class _Diverted:
    """Parser target that builds the tree and decodes the text of MimeContent (base64) into a file instead."""

    def __init__(self, out: BinaryIO) -> None:
        self._tree = etree.TreeBuilder()
        self._out = out
        self._inside = False
        self._rest = ""

    def start(self, tag: str, attrib: dict[str, str]) -> None:
        self._inside = tag == _MIME
        self._tree.start(tag, attrib)

    def data(self, text: str) -> None:
        if not self._inside:
            self._tree.data(safe_xml_value(text))  # Exchange hands on control characters of hostile headers
            return
        text = self._rest + "".join(text.split())
        whole = len(text) - len(text) % 4
        self._out.write(base64.b64decode(text[:whole]))
        self._rest = text[whole:]

    def end(self, tag: str) -> None:
        self._inside = False
        self._tree.end(tag)

    def close(self) -> Any:
        return self._tree.close()


class Submit(CreateItem):  # type: ignore[misc]
    """CreateItem that knows whether the server itself gave the answer, or something on the way to it."""

    answered = False

    def get_payload(self, *args: Any, **values: Any) -> Any:
        """Nothing but the finished mail: default Importance and Sensitivity would overrule its headers."""
        payload = super().get_payload(*args, **values)
        for item in payload.iterfind(f"{{{MNS}}}Items/*"):
            for child in list(item):
                if child.tag not in (_MIME, f"{{{TNS}}}ExtendedProperty"):
                    item.remove(child)
        return payload

    def _get_soap_messages(self, body: Any) -> Any:
        self.answered = True
        return super()._get_soap_messages(body)


def oldest(account: Account, folder: BaseFolder | FolderId, limit: int) -> list[tuple[str, int]]:
    """Id and size of at most `limit` items, oldest first by the server's own order."""
    found = _Find(account=account, page_size=min(limit, 500)).call(
        folders=[folder],
        additional_fields=[_field("size")],
        restriction=None,
        order_fields=[FieldOrder(_field("datetime_received"))],
        shape=ID_ONLY,
        query_string=None,
        depth=SHALLOW,
        calendar_view=None,
        max_items=limit,
        offset=0,
    )
    rows = []
    for item in found:
        if isinstance(item, Exception):
            raise item
        rows.append((item.find(f"{{{TNS}}}ItemId").get("Id"), int(item.findtext(f"{{{TNS}}}Size", "0"))))
    return rows[:limit]  # the last page may hold more


def whereabouts(account: Account, item_id: str) -> tuple[str, str, list[str]]:
    """Id of the folder that holds the item, the item's change key, its categories."""
    item = _get(_Look(account=account), item_id, "parent_folder_id", "categories")
    return (
        item.find(f"{{{TNS}}}ParentFolderId").get("Id"),
        item.find(f"{{{TNS}}}ItemId").get("ChangeKey"),
        [found.text or "" for found in item.iterfind(f"{{{TNS}}}Categories/{{{TNS}}}String")],
    )


def fetch(account: Account, item_id: str, out: BinaryIO) -> list[tuple[str, str]]:
    """Write the MIME content to `out` as it arrives. Returns the transport headers, topmost first."""
    service = _Fetch(account, out)
    try:
        item = _get(service, item_id, "mime_content", "headers")
    finally:
        service.stop_streaming()
    return [
        (found.get("HeaderName"), found.text or "")
        for found in item.iterfind(f"{{{TNS}}}InternetMessageHeaders/{{{TNS}}}InternetMessageHeader")
    ]


def folder_beside_inbox(account: Account, name: str) -> FolderId:
    """The folder of that name, made when there is none. One look, never the whole tree of folders."""
    top = account.msg_folder_root
    for _ in range(2):
        found = _FindFolder(account=account).call(
            folders=[top],
            additional_fields=None,
            restriction=Restriction(Q(name=name), folders=[top], applies_to=Restriction.FOLDERS),
            shape=ID_ONLY,
            depth=SHALLOW,
            max_items=1,
            offset=0,
        )
        for folder in found:
            if isinstance(folder, Exception):
                raise folder
            return FolderId(folder.find(f"{{{TNS}}}FolderId").get("Id"))
        with contextlib.suppress(ews_errors.ErrorFolderExists):  # another process was faster
            CreateFolder(account=account).get(parent_folder=top, folders=[Messages(parent=top, name=name)])
    raise ews_errors.ErrorFolderNotFound(f"no folder {name!r}, and none could be made")


def move(account: Account, item_id: str, folder: FolderId) -> None:
    """Move an item. Its new id is of no use to us."""
    MoveItem(account=account).get(items=[ItemId(item_id)], to_folder=folder)


def categorise(account: Account, item_id: str, change_key: str, categories: list[str]) -> None:
    """Replace the categories of an item."""
    item = Message(account=account, id=item_id, changekey=change_key, categories=categories)
    UpdateItem(account=account).get(
        items=[(item, ["categories"])],
        conflict_resolution=ALWAYS_OVERWRITE,
        message_disposition=SAVE_ONLY,
        send_meeting_invitations_or_cancellations=SEND_TO_NONE,
        suppress_read_receipts=True,
    )


def create(service: Submit, raw: bytes, disposition: str, folder: BaseFolder | None) -> None:
    """One CreateItem with a finished MIME mail; a mail that is only saved is marked as sent long ago."""
    item = Message(mime_content=raw, message_flags=_READ if disposition == SAVE_ONLY else None)
    service.get(items=[item], folder=folder, message_disposition=disposition, send_meeting_invitations=SEND_TO_NONE)


def _get(service: GetItem, item_id: str, *fields: str) -> Any:
    return service.get(items=[ItemId(item_id)], additional_fields=[_field(name) for name in fields], shape=ID_ONLY)


def _field(name: str) -> FieldPath:
    return FieldPath(field=Message.get_field_by_fieldname(name))
