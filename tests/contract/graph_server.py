"""A stand-in for Microsoft Graph's mail interface: JSON over HTTPS, written from the published documentation.

It can be told to fail before or after it has done the work. It is no judge of its own: `test_graph_oracle.py` lets
python-o365, a foreign client, use it.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.contract.entra_server import EntraServer, write_pem
from tests.contract.graph_routes import ADDRESS, NEW_ID, Answer, Routes
from tests.contract.graph_store import GraphStore

SCOPE = "https://graph.stand-in.example/.default"


class Fault(StrEnum):
    """What goes wrong, and whether the work has been done by then."""

    THROTTLED = "429 before the work"
    UNAUTHORIZED = "401 before the work"
    FORBIDDEN = "403 before the work"
    BUSY = "503 before the work"
    BUSY_AFTER = "503 after the work"
    DROP = "connection dropped before the work"
    DROP_AFTER = "connection dropped after the work"
    NEW_ID = "a move gives a new id in spite of the header"
    PAGE = "200 with a page of HTML, as a proxy answers"
    BREAK_OFF = "the connection breaks in the middle of the answer"


@dataclass
class Planned:
    method: str
    path: str
    fault: Fault
    times: int
    retry_after: str = ""


class GraphServer(Routes):
    """Entra and Graph at one address, for one tenant and one mailbox."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.ca_file = write_pem("server", home)
        self.certificate = write_pem("application", home)
        self.faults: list[Planned] = []
        self.requests: list[tuple[str, str]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.http.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        root = f"https://127.0.0.1:{self.http.server_address[1]}"
        super().__init__(root, GraphStore(home, ADDRESS), EntraServer(root, SCOPE))

    def fail(self, method: str, path: str, fault: Fault, *, times: int = 1, retry_after: str = "") -> None:
        """The next `times` requests whose path matches the expression go wrong."""
        self.faults.append(Planned(method, path, fault, times, retry_after))

    def asked(self, method: str, path: str) -> int:
        """How many requests of that kind came."""
        return sum(m == method and re.search(path, p) is not None for m, p in self.requests)

    @contextmanager
    def running(self) -> Iterator[GraphServer]:
        thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.http.shutdown()
            self.http.server_close()
            thread.join()

    # --- one request

    def planned(self, method: str, path: str) -> Planned | None:
        with self._lock:
            for plan in self.faults:
                if plan.times > 0 and plan.method == method and re.search(plan.path, path):
                    plan.times -= 1
                    return plan
        return None

    @contextmanager
    def counted(self) -> Iterator[bool]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            too_many = self._at_once > 4
        try:
            yield too_many
        finally:
            with self._lock:
                self._at_once -= 1


def _handler(server: GraphServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = urlsplit(self.path).path
            server.requests.append((self.command, path))
            plan = server.planned(self.command, path)
            fault = plan.fault if plan else None
            retry = {"Retry-After": plan.retry_after} if plan and plan.retry_after else {}
            early = {Fault.THROTTLED: 429, Fault.UNAUTHORIZED: 401, Fault.FORBIDDEN: 403, Fault.BUSY: 503}
            with server.counted() as too_many:
                if fault is Fault.DROP:
                    self._drop()
                elif fault is Fault.PAGE:
                    self._reply(Answer(200, file=server.ca_file, headers={"Content-Type": "text/html"}))
                elif fault in early or too_many:
                    status = early[fault] if fault else 429
                    self._reply(Answer(status, {"error": {"code": "TooBusy", "message": "later"}}, headers=retry))
                else:
                    if fault is Fault.NEW_ID:
                        self.headers[NEW_ID] = "yes"
                    answer = server.answer(self.command, self.path, self.headers, body)
                    if fault is Fault.DROP_AFTER:
                        self._drop()
                    elif fault is Fault.BUSY_AFTER:
                        self._reply(Answer(503, {"error": {"code": "ServiceUnavailable"}}, headers=retry))
                    else:
                        self._reply(answer, half=fault is Fault.BREAK_OFF)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

        def _reply(self, answer: Answer, *, half: bool = False) -> None:
            data = json.dumps(answer.body).encode() if answer.body is not None else b""
            length = answer.file.stat().st_size if answer.file else len(data)
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if half and answer.file:
                self.wfile.write(answer.file.read_bytes()[: length // 2])
                self._drop()
            elif answer.file:
                with answer.file.open("rb") as file:
                    shutil.copyfileobj(file, self.wfile, 64 * 1024)
            else:
                self.wfile.write(data)

        def _drop(self) -> None:
            self.close_connection = True
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
