"""The stand-in's operations: a SOAP body in, a response element out, each checked against the schemas."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import etree

from tests.contract.ews_store import Fault, Folder, Item, Store

S = "http://schemas.xmlsoap.org/soap/envelope/"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
E = "http://schemas.microsoft.com/exchange/services/2006/errors"
NAMES = {"s": S, "m": M, "t": T}
SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "schemas/ews_messages.xsd")))
FLAGS = 0x0E07
UNSENT = 8
ILLEGAL = "\ue001"
"""Stands for a control character, which Exchange writes as a reference that XML forbids."""


def element(parent: Any, name: str, text: str | None = None, **attributes: object) -> Any:
    prefix, _, local = name.partition(":")
    tag = f"{{{NAMES[prefix]}}}{local}"
    values = {key: str(value) for key, value in attributes.items()}
    made = etree.Element(tag, values, nsmap=NAMES) if parent is None else etree.SubElement(parent, tag, values)
    made.text = text
    return made


class Operations:
    """What Exchange does with one request element. `renew` renders MIME anew at each look, as Exchange does."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.renew = False
        self.dates = True

    def perform(self, request: Any) -> Any:
        """The response element. Several things asked at once are answered one by one, each with its own code."""
        name = etree.QName(request).localname
        response = element(None, f"m:{name}Response")
        messages = element(response, "m:ResponseMessages")
        work: Callable[[Any], list[Callable[[Any], None]]] = getattr(self, f"_{name}")
        with self.store.lock:
            try:
                answers = work(request)
            except Fault as fault:
                answers = [_failing(fault)]
            for answer in answers:
                message = element(messages, f"m:{name}ResponseMessage", ResponseClass="Success")
                try:
                    element(message, "m:ResponseCode", "NoError")
                    answer(message)
                except Fault as fault:
                    for child in list(message):
                        message.remove(child)
                    message.set("ResponseClass", "Error")
                    element(message, "m:MessageText", fault.text)
                    element(message, "m:ResponseCode", fault.code)
                    element(message, "m:DescriptiveLinkKey", "0")
        return response

    def _folder(self, ids: Any) -> Folder:
        mailbox = ids.findtext(f"{{{T}}}Mailbox/{{{T}}}EmailAddress")
        if mailbox and mailbox.lower() != self.store.address:
            raise Fault("ErrorNonExistentMailbox")
        is_known = etree.QName(ids).localname == "DistinguishedFolderId"
        return self.store.known(ids.get("Id")) if is_known else self.store.folder(ids.get("Id"))

    def _GetFolder(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        def one(ids: Any) -> Callable[[Any], None]:
            return lambda message: self._render_folder(element(message, "m:Folders"), self._folder(ids))

        return [one(ids) for ids in request.find(f"{{{M}}}FolderIds")]

    def _CreateFolder(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        parent = self._folder(request.find(f"{{{M}}}ParentFolderId")[0])

        def one(wanted: Any) -> Callable[[Any], None]:
            def answer(message: Any) -> None:
                made = self.store.create_folder(parent, wanted.findtext(f"{{{T}}}DisplayName"))
                self._render_folder(element(message, "m:Folders"), made)

            return answer

        return [one(wanted) for wanted in request.find(f"{{{M}}}Folders")]

    def _FindFolder(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        deep = request.get("Traversal") == "Deep"
        found = self.store.children(self._folder(request.find(f"{{{M}}}ParentFolderIds")[0]), deep=deep)
        if (wanted := _equal_to(request)) is not None:
            if wanted[0] != "folder:DisplayName":
                raise Fault("ErrorUnsupportedPathForQuery")
            found = [folder for folder in found if folder.name.lower() == wanted[1].lower()]

        def answer(message: Any) -> None:
            root, page = _page(message, request.find(f"{{{M}}}IndexedPageFolderView"), found)
            folders = element(root, "t:Folders")
            for folder in page:
                self._render_folder(folders, folder)

        return [answer]

    def _FindItem(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        found = self.store.within(self._folder(request.find(f"{{{M}}}ParentFolderIds")[0]))
        if (wanted := _equal_to(request)) is not None:
            if wanted[0] != "message:InternetMessageId":
                raise Fault("ErrorUnsupportedPathForQuery")
            found = [item for item in found if str(item.mail.get("Message-ID", "")).strip() == wanted[1]]
        for order in reversed(request.findall(f"{{{M}}}SortOrder/{{{T}}}FieldOrder")):
            if order[0].get("FieldURI") != "item:DateTimeReceived":
                raise Fault("ErrorUnsupportedPathForSortGroup")
            found.sort(key=lambda item: item.arrived, reverse=order.get("Order") == "Descending")

        def answer(message: Any) -> None:
            root, page = _page(message, request.find(f"{{{M}}}IndexedPageItemView"), found)
            items = element(root, "t:Items")
            for item in page:
                self._render(items, item, _asked(request))

        return [answer]

    def _GetItem(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        def one(ids: Any) -> Callable[[Any], None]:
            return lambda message: self._render(
                element(message, "m:Items"), self.store.item(ids.get("Id")), _asked(request)
            )

        return [one(ids) for ids in request.find(f"{{{M}}}ItemIds")]

    def _GetAttachment(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        def one(ids: Any) -> Callable[[Any], None]:
            def answer(message: Any) -> None:
                item_id, _, number = ids.get("Id").partition(":")
                part = self.store.item(item_id).attachments()[int(number)]
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                made = element(element(message, "m:Attachments"), "t:FileAttachment")
                element(made, "t:AttachmentId", Id=ids.get("Id"))
                element(made, "t:Name", part.get_filename())
                element(made, "t:Content", base64.b64encode(content).decode())

            return answer

        return [one(ids) for ids in request.find(f"{{{M}}}AttachmentIds")]

    def _CreateItem(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        disposition = request.get("MessageDisposition")
        saved_in = request.find(f"{{{M}}}SavedItemFolderId")
        if disposition == "SendOnly" and saved_in is not None:
            raise Fault("ErrorInvalidRequest")
        default = self.store.known("drafts" if disposition == "SaveOnly" else "sentitems")
        folder = default if saved_in is None else self._folder(saved_in[0])

        def one(wanted: Any) -> Callable[[Any], None]:
            def answer(message: Any) -> None:
                raw = base64.b64decode(wanted.findtext(f"{{{T}}}MimeContent"))
                items = element(message, "m:Items")
                if disposition != "SaveOnly":
                    self.store.transport(raw)
                if disposition != "SendOnly":
                    draft = disposition == "SaveOnly" and _flags(wanted) & UNSENT != 0
                    made = self.store.put(folder, raw, draft=draft)
                    if disposition == "SaveOnly":
                        self._render(items, made, set())

            return answer

        return [one(wanted) for wanted in request.find(f"{{{M}}}Items")]

    def _UpdateItem(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        def one(change: Any) -> Callable[[Any], None]:
            def answer(message: Any) -> None:
                item = self.store.item(change.find(f"{{{T}}}ItemId").get("Id"))
                for update in change.find(f"{{{T}}}Updates"):
                    if update[0].get("FieldURI") != "item:Categories":
                        raise Fault("ErrorInvalidPropertySet")
                    values = update.iterfind(f"*/{{{T}}}Categories/{{{T}}}String")
                    self.store.categorise(item.id, [value.text for value in values])
                self._render(element(message, "m:Items"), item, set())
                element(element(message, "m:ConflictResults"), "t:Count", "0")

            return answer

        return [one(change) for change in request.find(f"{{{M}}}ItemChanges")]

    def _MoveItem(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        folder = self._folder(request.find(f"{{{M}}}ToFolderId")[0])

        def one(ids: Any) -> Callable[[Any], None]:
            return lambda message: self._render(
                element(message, "m:Items"), self.store.move(ids.get("Id"), folder), set()
            )

        return [one(ids) for ids in request.find(f"{{{M}}}ItemIds")]

    def _DeleteItem(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        def one(ids: Any) -> Callable[[Any], None]:
            return lambda message: self.store.delete(ids.get("Id"))

        return [one(ids) for ids in request.find(f"{{{M}}}ItemIds")]

    def _ConvertId(self, request: Any) -> list[Callable[[Any], None]]:  # noqa: N802
        raise Fault("ErrorInvalidIdMalformed", "Id is malformed.")

    def _render_folder(self, parent: Any, folder: Folder) -> None:
        made = element(parent, "t:Folder")
        element(made, "t:FolderId", Id=folder.id, ChangeKey="AQAAAA==")
        if folder.parent:
            element(made, "t:ParentFolderId", Id=folder.parent, ChangeKey="AQAAAA==")
        element(made, "t:FolderClass", "IPF.Note")
        element(made, "t:DisplayName", folder.name)
        element(made, "t:TotalCount", str(len(self.store.within(folder))))
        element(made, "t:ChildFolderCount", str(len(self.store.children(folder, deep=False))))
        if folder.distinguished:
            element(made, "t:DistinguishedFolderId", folder.distinguished)

    def _render(self, parent: Any, item: Item, asked: set[str]) -> None:
        made = element(parent, f"t:{item.kind}")
        if "item:MimeContent" in asked:
            raw = _rendered_anew(item) if self.renew else item.raw
            element(made, "t:MimeContent", base64.b64encode(raw).decode(), CharacterSet="UTF-8")
        element(made, "t:ItemId", Id=item.id, ChangeKey=f"CK{item.change:04d}")
        if "item:ParentFolderId" in asked:
            element(made, "t:ParentFolderId", Id=item.folder, ChangeKey="AQAAAA==")
        if "item:Subject" in asked and item.mail["Subject"] is not None:
            element(made, "t:Subject", str(item.mail["Subject"]))
        if "item:Attachments" in asked and item.attachments():
            attachments = element(made, "t:Attachments")
            for number, part in enumerate(item.attachments()):
                one = element(attachments, "t:FileAttachment")
                element(one, "t:AttachmentId", Id=f"{item.id}:{number}")
                element(one, "t:Name", part.get_filename())
        if "item:DateTimeReceived" in asked and self.dates:
            element(made, "t:DateTimeReceived", "2026-11-22T03:00:00Z")
        if "item:Size" in asked:
            element(made, "t:Size", str(len(item.raw)))
        if "item:Categories" in asked and item.categories:
            categories = element(made, "t:Categories")
            for category in item.categories:
                element(categories, "t:String", category)
        if "item:IsDraft" in asked:
            element(made, "t:IsDraft", str(item.draft).lower())
        if "item:InternetMessageHeaders" in asked and item.mail.items():
            headers = element(made, "t:InternetMessageHeaders")
            for name, value in item.mail.raw_items():
                text = str(value).encode("utf-8", "replace").decode().replace("\x01", ILLEGAL)
                element(headers, "t:InternetMessageHeader", text, HeaderName=name)
        if "message:InternetMessageId" in asked and item.kind == "Message" and item.mail["Message-ID"] is not None:
            element(made, "t:InternetMessageId", str(item.mail["Message-ID"]))


def _failing(fault: Fault) -> Callable[[Any], None]:
    def answer(message: Any) -> None:
        raise fault

    return answer


def _asked(request: Any) -> set[str]:
    return {path.get("FieldURI") for path in request.iterfind(f"{{{M}}}ItemShape/{{{T}}}AdditionalProperties/*")}


def _equal_to(request: Any) -> tuple[str, str] | None:
    """Property and value of the only restriction that is understood; None when there is none."""
    restriction = request.find(f"{{{M}}}Restriction")
    if restriction is None:
        return None
    path, operand = restriction[0]
    return path.get("FieldURI"), operand[0].get("Value")


def _page(message: Any, view: Any, found: list[Any]) -> tuple[Any, list[Any]]:
    offset, most = int(view.get("Offset")), int(view.get("MaxEntriesReturned"))
    page = found[offset : offset + most]
    reached = offset + len(page)
    last = "true" if reached >= len(found) else "false"
    paging: dict[str, Any] = {
        "IndexedPagingOffset": reached,
        "TotalItemsInView": len(found),
        "IncludesLastItemInRange": last,
    }
    return element(message, "m:RootFolder", **paging), page


def _flags(wanted: Any) -> int:
    """PidTagMessageFlags of an item that is created; without it Exchange marks the item as unsent."""
    for given in wanted.iterfind(f"{{{T}}}ExtendedProperty"):
        if int(given[0].get("PropertyTag"), 0) == FLAGS:
            return int(given.findtext(f"{{{T}}}Value"))
    return UNSENT


def _rendered_anew(item: Item) -> bytes:
    """Other bytes, the same mail: a header more, as when Exchange writes the categories into Keywords."""
    item.change += 1
    return b"X-Rendered: %d\r\n" % item.change + item.raw
