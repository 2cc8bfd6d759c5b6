"""The mailbox at Exchange Online, by Microsoft Graph with an application's certificate.

Every id is immutable: it outlives a move inside the mailbox. Nothing depends on delta tokens, read flags or received
dates; the inbox is listed plainly, so no state can be lost (a 410 of the delta interface cannot occur). How mail
is sent stands in `graph_sender`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from tasks.adapters.mailbox import REPROCESS, Facts, MailboxDown, Ref
from tasks.adapters.mailbox.entra import EntraApp
from tasks.adapters.mailbox.graph_answers import Gone, Json, Refused, Unanswered
from tasks.adapters.mailbox.graph_client import GraphClient
from tasks.adapters.mailbox.graph_sender import SENT, GraphSender
from tasks.adapters.mailbox.headers import PROGRAM_HEADERS

INBOX = "inbox"
_PAGE = 50
_TRIES = 3
_SIZE = "Integer 0x0E08"  # PidTagMessageSize; Exchange's own count, near the size of the MIME
_EDGE_HEADERS = {
    *PROGRAM_HEADERS,
    "Delivered-To",
    "Received",
    "Received-SPF",
    "Authentication-Results",
    "ARC-Authentication-Results",
    "X-MS-Exchange-Organization-AuthAs",
    "X-MS-Exchange-Organization-AuthSource",
    "X-MS-Exchange-Organization-AuthMechanism",
    "X-MS-Exchange-Organization-SCL",
    "X-MS-Exchange-CrossTenant-AuthAs",
}


class GraphMailbox:
    """A `Mailbox`. Nothing is asked before the first call. `look_seconds`: how often `wait` looks for new mail."""

    def __init__(
        self,
        *,
        address: str,
        root: str,
        scope: str,
        ca_file: Path | None,
        tenant: str,
        client_id: str,
        certificate: Path,
        authority: str,
        pause: float = 1.0,
        look_seconds: float = 15.0,
    ) -> None:
        app = EntraApp(
            tenant=tenant, client_id=client_id, certificate=certificate, authority=authority, ca_file=ca_file
        )
        self._graph = GraphClient(app, address=address, root=root, scope=scope, ca_file=ca_file, pause=pause)
        self._sender = GraphSender(self._graph)
        self._look_seconds = look_seconds
        self._folders: dict[str, str] = {}
        self._folders_lock = Lock()
        self._listed: set[str] = set()

    def waiting(self, limit: int) -> list[Ref]:
        """Mails in the inbox, oldest first, then those in `Reprocess`, which is looked for each time: people delete it.

        The handle is the immutable id and the version seen.
        """
        inbox = self._refs(INBOX, limit)
        self._listed = {_taken_apart(ref)[0] for ref in inbox}
        if len(inbox) == limit:
            return inbox
        self._folders[REPROCESS] = self._made(REPROCESS)
        return [*inbox, *self._refs(REPROCESS, limit - len(inbox))]

    def fetch(self, ref: Ref, out: Path) -> Facts:
        """Stream the raw mail to `out`. Raises `FileNotFoundError` when it is not in its folder any more."""
        key, _ = _taken_apart(ref)
        try:
            item = self._look(ref, "id,parentFolderId,internetMessageHeaders")
            if item is None:
                raise FileNotFoundError(key)
            size = self._graph.download(f"messages/{key}/$value", out)
        except Gone as error:
            raise FileNotFoundError(key) from error
        headers: dict[str, str] = {}
        for header in item.get("internetMessageHeaders") or ():
            name = next((n for n in _EDGE_HEADERS if n.lower() == header["name"].lower()), None)
            if name is not None:
                headers.setdefault(name, header["value"])  # the top-most is the edge's own
        return Facts(size, headers)

    def settle(self, ref: Ref, folder: str, category: str) -> bool:
        """Move the mail into `folder`, marked with `category`. False when somebody else settled it.

        Writing the category against the version that was listed is the claim: of two workers one gets through. A mail
        that a person touched meanwhile is left for the next look.
        """
        key, etag = _taken_apart(ref)
        claimed = asked = False
        for _ in range(_TRIES):
            item = self._look(ref, "id,parentFolderId,categories")
            if item is None:
                return asked  # a move of ours went unanswered and has worked
            if not claimed and not self._claim(item, etag, category):
                return False
            claimed = True
            try:
                self._graph.write("POST", f"messages/{key}/move", json={"destinationId": self._folder(folder)})
            except Unanswered:
                asked = True
            except Refused:  # the mail went, or the folder did
                self._folders.pop(folder, None)
            else:
                return True
        raise MailboxDown(f"the mail could not be moved to {folder!r}; it stays where it is")

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:
        """One attempt. Raises `NotSent` or `SendUnknown`."""
        self._sender.send(raw, sent_copy)

    def find_sent(self, message_id: str) -> bool:
        """Whether Sent Items holds a mail with this Message-ID. One that is still a draft has not been sent."""
        return self._sender.find(SENT, message_id.strip()) is not None

    def wait(self, seconds: float) -> None:
        """Sleep until the newest mail is one that was not listed before, at most `seconds`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self._look_seconds))
            if left <= self._look_seconds:
                return
            params = {"$select": "id", "$orderby": "receivedDateTime desc", "$top": "1"}
            with contextlib.suppress(MailboxDown, Gone):
                newest = self._graph.read(f"mailFolders/{INBOX}/messages", params)["value"]
                if newest and newest[0]["id"] not in self._listed:
                    return

    def _refs(self, folder: str, limit: int) -> list[Ref]:
        refs: dict[str, Ref] = {}  # a mail may stand on two pages when others leave meanwhile
        for item in self._list(folder, limit):
            size = next((p["value"] for p in item.get("singleValueExtendedProperties", ())), 0)
            handle = f"{item['id']} {item.get('@odata.etag', '')}"
            refs[item["id"]] = Ref(handle, int(size), again=folder == REPROCESS)
        return list(refs.values())[:limit]

    def _list(self, folder: str, limit: int) -> Iterator[Json]:
        page = self._graph.read(
            f"mailFolders/{folder if folder == INBOX else self._folder(folder)}/messages",
            {
                "$select": "id,receivedDateTime",
                "$orderby": "receivedDateTime",
                "$top": str(min(limit, _PAGE)),
                "$expand": f"singleValueExtendedProperties($filter=id eq '{_SIZE}')",
            },
        )
        found = 0
        while True:
            yield from page["value"]
            found += len(page["value"])
            if found >= limit or "@odata.nextLink" not in page:
                return
            page = self._graph.read(page["@odata.nextLink"])

    def _look(self, ref: Ref, fields: str) -> Json | None:
        """The mail, or None when it is not in its folder any more."""
        key, _ = _taken_apart(ref)
        try:
            item = self._graph.read(f"messages/{key}", {"$select": fields})
        except Gone:
            return None
        return item if item["parentFolderId"] == self._folder(REPROCESS if ref.again else INBOX) else None

    def _claim(self, item: Json, etag: str, category: str) -> bool:
        if etag and item.get("@odata.etag") != etag:
            return False
        categories = [*dict.fromkeys([*item.get("categories", ()), *([category] if category else [])])]
        headers = {"If-Match": etag} if etag else {}
        try:
            self._graph.write("PATCH", f"messages/{item['id']}", json={"categories": categories}, headers=headers)
        except Refused as error:
            return error.status not in (404, 409, 412)  # else categories are not to be had here; the move decides
        except Unanswered:
            pass
        return True

    def _folder(self, name: str) -> str:
        """The id of a folder: well known, or beside the inbox, made when it is not there."""
        with self._folders_lock:
            if name not in self._folders:
                known = name == INBOX
                self._folders[name] = self._graph.read(f"mailFolders/{name}")["id"] if known else self._made(name)
            return self._folders[name]

    def _made(self, name: str) -> str:
        quoted = name.replace("'", "''")
        for _ in range(_TRIES):
            found = self._graph.read("mailFolders", {"$filter": f"displayName eq '{quoted}'", "$select": "id"})["value"]
            if found:
                return str(found[0]["id"])
            with contextlib.suppress(Refused, Unanswered):  # somebody else is making it, or it was made unheard
                return str(self._graph.write("POST", "mailFolders", json={"displayName": name})["id"])
        raise MailboxDown(f"the folder {name!r} could not be made in the mailbox")


def _taken_apart(ref: Ref) -> tuple[str, str]:
    key, _, etag = ref.handle.partition(" ")
    return key, etag
