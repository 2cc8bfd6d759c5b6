"""Stand-ins for ServiceNow's Table API and Jira Service Management, written from their published documentation.

Both take attachments, by ServiceNow's Attachment API and by Jira's platform, and keep a file twice that is sent twice.
Both keep tickets, neither knows idempotency: two calls to create make two tickets. They can be told to fail before or
after they have done the work.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any]
TOKEN, USER, PASSWORD = "token-of-the-desk-9", "svc.correquests", "password-of-the-desk-8"


class Fault(StrEnum):
    """What goes wrong with the next call to create, and whether the work has been done by then."""

    BUSY = "503 before the work"
    BUSY_AFTER = "503 after the work"
    DROP = "connection dropped before the work"
    DROP_AFTER = "connection dropped after the work"
    SLOW_AFTER = "no answer in time, after the work"
    THROTTLED = "429 before the work"
    PAGE_AFTER = "a page of HTML with 200, after the work"


AFTER = {Fault.BUSY_AFTER, Fault.DROP_AFTER, Fault.SLOW_AFTER, Fault.PAGE_AFTER}


@dataclass(frozen=True)
class Attached:
    """A file on a ticket."""

    ticket: str
    name: str
    media_type: str
    content: bytes


@dataclass
class DeskServer:
    """One desk with both interfaces."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    find_faults: list[Fault] = field(default_factory=list)
    attach_faults: list[Fault] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    takes_files: bool = True
    retry_after: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, target: str, body: Any) -> Answer:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match method, parts.path:
            case "POST", path if found := re.fullmatch(r"/api/now/table/(incident|sc_request)", path):
                number = f"{'INC' if found[1] == 'incident' else 'REQ'}{len(self.tickets) + 1:07d}"
                row = {
                    "sys_id": f"{len(self.tickets) + 1:032x}",
                    "number": number,
                    "table": found[1],
                    "state": "1",
                    "close_notes": "",
                    **body,
                }
                self.tickets.append(row)
                return 201, {"result": row}
            case "GET", path if found := re.fullmatch(r"/api/now/table/(incident|sc_request)", path):
                wanted = re.match(r"correlation_id=([^^]*)\^ORDERBYsys_created_on$", query["sysparm_query"])
                assert wanted, query  # ServiceNow would leave an invalid part of a query out and give everything
                rows = [t for t in self.tickets if t["table"] == found[1] and t["correlation_id"] == wanted[1]]
                named = query["sysparm_fields"].split(",")
                return 200, {"result": [{n: t.get(n, "") for n in named} for t in rows]}
            case "POST", "/rest/servicedeskapi/request":
                fields = body["requestFieldValues"]
                assert (body["serviceDeskId"], body["requestTypeId"]) == ("4", "25")
                assert set(fields) == {"summary", "description", "labels"}
                key = f"ITSD-{len(self.tickets) + 1}"
                self.tickets.append({"key": key, "fields": {**fields, "status": _status("new"), "resolution": None}})
                return 201, {"issueKey": key, "issueId": "1"}
            case "GET", "/rest/api/2/search/jql":
                wanted = re.fullmatch(r'project = "ITSD" AND labels = "([^"]*)" ORDER BY created ASC', query["jql"])
                if not wanted:
                    return 400, {"errorMessages": [f"Error in the JQL Query: {query['jql']}"]}
                return 200, {"issues": [t for t in self.tickets if wanted[1] in t["fields"]["labels"]], "isLast": True}
            case "GET", "/api/now/attachment":
                wanted = re.fullmatch(
                    r"table_name=(incident|sc_request)\^table_sys_id=(\w{32})", query["sysparm_query"]
                )
                assert wanted, query
                return 200, {"result": [{"file_name": a.name} for a in self.attached if a.ticket == wanted[2]]}
            case "GET", path if found := re.fullmatch(r"/rest/api/2/issue/(ITSD-\d+)", path):
                assert query["fields"] == "attachment"
                mine = [{"filename": a.name} for a in self.attached if a.ticket == found[1]]
                return 200, {"key": found[1], "fields": {"attachment": mine}}
        return 404, {"error": {"message": "No such thing"}}

    def take(self, target: str, headers: Message, raw: bytes) -> Answer:
        """A file for a ticket: as the body (ServiceNow), or as the part `file` of a form (Jira)."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not self.takes_files:
            return 403, {"error": {"message": "Attachments are switched off"}}
        if found := re.fullmatch(r"/rest/api/2/issue/(ITSD-\d+)/attachments", parts.path):
            if headers.get("X-Atlassian-Token") != "no-check":
                return 403, {"error": "XSRF check failed"}
            head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
            (part,) = message_from_bytes(head + raw, policy=default).iter_parts()
            assert part.get_param("name", header="content-disposition") == "file"
            content: Any = part.get_payload(decode=True)
            self.attached.append(Attached(found[1], part.get_filename() or "", part.get_content_type(), content))
            return 200, [{"filename": self.attached[-1].name}]
        known = {(t.get("table"), t.get("sys_id")) for t in self.tickets}
        if (query["table_name"], query["table_sys_id"]) not in known:
            return 404, {"error": {"message": "No such record"}}
        self.attached.append(Attached(query["table_sys_id"], query["file_name"], headers["Content-Type"], raw))
        return 201, {"result": {"file_name": query["file_name"]}}

    def resolve(self, state: str, outcome: str = "", note: str = "", which: int = -1) -> None:
        """A person at the desk closes a ticket."""
        row = self.tickets[which]
        if "fields" in row:
            row["fields"]["status"] = _status(state)
            row["fields"]["resolution"] = {"name": outcome} if outcome else None
            row["fields"]["comment"] = {"comments": [{"body": "first"}, {"body": note}]} if note else {"comments": []}
        else:
            row |= {"state": state, "close_code": outcome, "request_state": outcome, "close_notes": note}


def _status(category: str) -> dict[str, Any]:
    return {"name": category.title(), "statusCategory": {"key": category}}


@contextmanager
def desk_server() -> Iterator[DeskServer]:
    desk = DeskServer()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def serve(self) -> None:
            desk.calls.append((self.command, self.path))
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            file = self.command == "POST" and "attachment" in self.path
            body = json.loads(raw) if length and not file else None
            given = self.headers.get("Authorization", "")
            basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if given not in (f"Bearer {TOKEN}", basic):
                self.reply(401, {"error": f"User is not authenticated: {given}"})
                return
            faults = desk.attach_faults if file else desk.faults if self.command == "POST" else desk.find_faults
            fault = faults.pop(0) if faults else None
            done = fault is None or fault in AFTER
            take = desk.take(self.path, self.headers, raw) if done and file else None
            answer = take or (desk.answer(self.command, self.path, body) if done else (503, {}))
            match fault:
                case None:
                    self.reply(*answer)
                case Fault.BUSY | Fault.BUSY_AFTER:
                    self.reply(503, {"error": "maintenance"})
                case Fault.THROTTLED:
                    self.reply(429, {"error": "rate limit"})
                case Fault.SLOW_AFTER:
                    time.sleep(1.5)
                case Fault.PAGE_AFTER:
                    self.reply(200, "<html>Sign in</html>")
                case _:
                    self.close_connection = True

        def reply(self, status: int, body: Any) -> None:
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            if status in (429, 503) and desk.retry_after:
                self.send_header("Retry-After", desk.retry_after)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = serve  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
