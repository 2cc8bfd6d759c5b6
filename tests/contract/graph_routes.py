"""The requests that the Graph stand-in understands. What it does not know it refuses, so that nothing is made up.

Written from the published documentation of the mail interface (v1.0): paths, query options, bodies, answers, limits.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from tests.contract.entra_server import EntraServer
from tests.contract.graph_item import GraphError, Item, Json, attachments, body_json, message_json
from tests.contract.graph_store import GraphStore

ADDRESS = "correquests@mt.example"
NEW_ID = "X-Stand-In-New-Id"
_REQUEST = 4 * 1024 * 1024
_MIME = 2_240_000  # larger MIME was reported to be answered with 200 and to do nothing (microsoft-graph-docs 13979)
_OPTIONS = {"$select", "$filter", "$orderby", "$top", "$skip", "$expand"}
_MESSAGES = re.compile(r"(?:mailFolders/(?P<folder>[^/]+)/)?messages(?:/(?P<key>[^/]+))?(?:/(?P<act>.+))?")
_FOLDERS = re.compile(r"mailFolders(?:/(?P<folder>[^/]+))?(?P<children>/childFolders)?")


@dataclass
class Answer:
    status: int
    body: Json | None = None
    file: Path | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Routes:
    """One mailbox behind Graph's addresses."""

    def __init__(self, root: str, store: GraphStore, entra: EntraServer) -> None:
        self.root, self.store, self.entra = root, store, entra
        self.without_prefer: list[str] = []
        self._sessions: dict[str, tuple[Item, Json, bytearray]] = {}

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        url = urlsplit(target)
        path, query = url.path, dict(parse_qsl(url.query))
        if path.startswith("/upload/"):
            return self._upload(path, headers, body)
        signing = re.fullmatch(r"/([^/]+)/(v2\.0/\.well-known/openid-configuration|oauth2/v2\.0/token)", path)
        if signing:
            form = dict(parse_qsl(body.decode()))
            token = signing[2].endswith("token")
            return Answer(*(self.entra.token(signing[1], form) if token else self.entra.document(signing[1])))
        if not self.entra.good(headers.get("Authorization", "")):
            return Answer(
                401, {"error": {"code": "InvalidAuthenticationToken", "message": "Access token has expired."}}
            )
        if len(body) > _REQUEST:
            return Answer(413, {"error": {"code": "RequestEntityTooLarge", "message": "too large"}})
        user = re.match(r"/v1\.0/users/([^/]+)/(.+)", path)
        if user is None or unquote(user[1]).lower() != ADDRESS:
            return Answer(404, {"error": {"code": "ErrorInvalidUser", "message": "The requested user is invalid."}})
        immutable = 'idtype="immutableid"' in headers.get("Prefer", "").lower()
        if not immutable:
            self.without_prefer.append(path)
        try:
            with self.store.lock:
                return self._route(method, unquote(user[2]), query, headers, body, immutable, target)
        except GraphError as error:
            return Answer(error.status, {"error": {"code": error.code, "message": "refused"}})

    def _route(
        self, method: str, path: str, query: dict[str, str], headers: Any, body: bytes, immutable: bool, target: str
    ) -> Answer:
        if unknown := set(query) - _OPTIONS:
            raise GraphError(400, f"BadRequest {unknown}")
        if method == "POST" and path == "sendMail":
            return self._send_mail(headers, body)
        if found := _MESSAGES.fullmatch(path):
            return self._messages(method, found, query, headers, body, immutable, target)
        if found := _FOLDERS.fullmatch(path):
            return self._folders(method, found, query, body)
        raise GraphError(404, "ResourceNotFound")

    # --- folders

    def _folders(self, method: str, found: re.Match[str], query: dict[str, str], body: bytes) -> Answer:
        parent = self.store.folder(found["folder"] or "msgfolderroot")
        if found["folder"] and not found["children"] and method == "GET":
            return Answer(200, self.store.folder_json(parent))
        if method == "POST":
            return Answer(201, self.store.folder_json(self.store.make_folder(_body(body)["displayName"], parent.key)))
        rows = [self.store.folder_json(folder) for folder in self.store.children(parent.key)]
        return self._page([row for row in rows if _matches(row, query)], query, "")

    # --- messages

    def _messages(
        self,
        method: str,
        found: re.Match[str],
        query: dict[str, str],
        headers: Any,
        body: bytes,
        immutable: bool,
        target: str,
    ) -> Answer:
        if found["key"] is None:
            if method == "POST":
                item = self._create(found["folder"] or "drafts", headers, body)
                return Answer(201, self._json(item, query, immutable)) if item else Answer(200)
            return self._listed(found["folder"], query, immutable, target)
        item = self.store.item(found["key"])
        if found["folder"] and item.folder != self.store.folder(found["folder"]).key:
            raise GraphError(404, "ErrorItemNotFound")
        match method, found["act"]:
            case "GET", None:
                return Answer(200, self._json(item, query, immutable))
            case "GET", "$value":
                return Answer(200, file=item.path, headers={"Content-Type": "text/plain"})
            case "PATCH", None:
                if headers.get("If-Match", item.etag) not in (item.etag, "*"):
                    raise GraphError(412, "ErrorIrresolvableConflict")
                self.store.change(item, _body(body))
                return Answer(200, self._json(item, query, immutable))
            case "DELETE", None:
                self.store.items.remove(item)
                return Answer(204)
            case "POST", "move":
                folder = self.store.folder(_body(body)["destinationId"])
                self.store.move(item, folder, new_key=NEW_ID in headers)
                return Answer(201, self._json(item, query, immutable))
            case "POST", "send":
                self.store.send(item)
                return Answer(202)
            case "GET", "attachments":
                return Answer(200, {"value": attachments(item)})
            case "POST", "attachments":
                file = _body(body)
                content = base64.b64decode(file["contentBytes"], validate=True)
                key = self.store.attach(item, file["name"], file.get("contentType", ""), content)
                return Answer(201, {"id": key, "name": file["name"], "size": len(content)})
            case "POST", "attachments/createUploadSession":
                return self._open_session(item, _body(body))
        raise GraphError(405, "MethodNotAllowed")

    def _create(self, folder: str, headers: Any, body: bytes) -> Item | None:
        if headers.get("Content-Type", "").startswith("text/plain"):
            raw = _mime(body)
            return self.store.put(raw, folder, draft=True) if len(raw) <= _MIME else None
        return self.store.compose(_body(body), folder)

    def _send_mail(self, headers: Any, body: bytes) -> Answer:
        if headers.get("Content-Type", "").startswith("text/plain"):
            if len(_mime(body)) > _MIME:
                return Answer(200)
            self.store.send(self.store.put(_mime(body), "drafts", draft=True))
            return Answer(202)
        form = {name.lower(): value for name, value in _body(body).items()}
        item = self.store.compose(form["message"], "drafts")
        item.draft = True
        if str(form.get("savetosentitems", True)).lower() == "true":
            self.store.send(item)
        else:
            self.store.transport(item.raw)
            self.store.items.remove(item)
            item.path.unlink()
        return Answer(202)

    def _listed(self, folder: str | None, query: dict[str, str], immutable: bool, target: str) -> Answer:
        items = self.store.inside(self.store.folder(folder)) if folder else list(self.store.items)
        field_name, _, direction = query.get("$orderby", "receivedDateTime desc").partition(" ")
        if field_name != "receivedDateTime":
            raise GraphError(400, "ErrorInvalidUrlQueryOrderBy")
        items.sort(key=lambda item: item.order, reverse=direction.strip() == "desc")
        chosen = [i for i in items if _matches(message_json(i, immutable=immutable, headers=False), query)]
        return self._page([self._json(item, query, immutable) for item in chosen], query, target)

    def _page(self, rows: list[Json], query: dict[str, str], target: str) -> Answer:
        skip, top = int(query.get("$skip", 0)), int(query.get("$top", 10))
        if not 1 <= top <= 1000:
            raise GraphError(400, "ErrorInvalidUrlQuery")
        page: Json = {"value": rows[skip : skip + top]}
        if target and skip + top < len(rows):
            following = urlencode({**query, "$skip": str(skip + top)}, quote_via=quote)
            page["@odata.nextLink"] = f"{self.root}{urlsplit(target).path}?{following}"
        return Answer(200, page)

    def _json(self, item: Item, query: dict[str, str], immutable: bool) -> Json:
        chosen = query.get("$select", "")
        row = message_json(item, immutable=immutable, headers="internetMessageHeaders" in chosen)
        if not chosen or "body" in chosen.split(","):
            row["body"] = body_json(item)
        if chosen:
            if unknown := set(chosen.split(",")) - set(row):
                raise GraphError(400, f"RequestBroker--ParseUri {unknown}")
            row = {name: row[name] for name in ("@odata.etag", "id", *chosen.split(","))}
        if "$expand" in query:
            wanted = re.fullmatch(r"singleValueExtendedProperties\(\$filter=id eq '(\w+ 0x\w+)'\)", query["$expand"])
            if wanted is None:
                raise GraphError(400, "ErrorInvalidUrlQuery")
            if wanted[1].lower() == "integer 0x0e08":
                size = str(item.path.stat().st_size)
                row["singleValueExtendedProperties"] = [{"id": "Integer 0xe08", "value": size}]
        return row

    # --- upload sessions

    def _open_session(self, item: Item, body: Json) -> Answer:
        form = {name.lower(): value for name, value in body.items()}["attachmentitem"]
        if form["attachmentType"] != "file" or not 0 < form["size"] <= 150 * 1024 * 1024 or not form["name"]:
            raise GraphError(400, "ErrorInvalidAttachment")
        key = f"/upload/{len(self._sessions)}"
        self._sessions[key] = (item, form, bytearray())
        url = f"{self.root}{key}?authtoken=upload-token-that-must-not-be-logged"
        return Answer(201, {"uploadUrl": url, "nextExpectedRanges": ["0-"]})

    def _upload(self, path: str, headers: Any, body: bytes) -> Answer:
        item, form, got = self._sessions[path]
        parts = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers.get("Content-Range", ""))
        fits = parts and (int(parts[1]), int(parts[2]), int(parts[3])) == (
            len(got),
            len(got) + len(body) - 1,
            form["size"],
        )
        if "Authorization" in headers or not fits or len(body) >= _REQUEST:
            return Answer(400, {"error": {"code": "ErrorInvalidRange", "message": "refused"}})
        got.extend(body)
        if len(got) < form["size"]:
            return Answer(200, {"nextExpectedRanges": [str(len(got))]})
        with self.store.lock:
            key = self.store.attach(item, form["name"], form.get("contentType", ""), bytes(got))
        return Answer(201, headers={"Location": f"{self.root}/attachments/{key}"})


def _body(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise GraphError(400, "BadRequest") from error
    if not isinstance(found, dict):
        raise GraphError(400, "BadRequest")
    return found


def _mime(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise GraphError(400, "ErrorMimeContentInvalidBase64String") from error


def _matches(row: Json, query: dict[str, str]) -> bool:
    """`name eq value`, parts joined by `and`; anything else is refused, as an unknown filter would be."""
    for part in query.get("$filter", "").split(" and ") if "$filter" in query else ():
        found = re.fullmatch(r"(\w+) (eq|ne) (?:'((?:[^']|'')*)'|(true|false))", part.strip())
        if found is None or found[1] not in row:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter")
        value: object = found[4] == "true" if found[4] else found[3].replace("''", "'")
        if (row[found[1]] == value) != (found[2] == "eq"):
            return False
    return True
