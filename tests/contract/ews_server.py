"""A stand-in for Exchange: real HTTP, real SOAP, Basic, NTLM or Bearer, impersonation checked, faults on demand.

It is no Exchange. It proves what the adapter sends and how it takes answers and faults; what a server renders, keeps
and throttles only a live server can show. Every request and every answer is checked against `schemas/`.
"""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import spnego
import spnego.exceptions
from lxml import etree

from tests.contract.ews_soap import ILLEGAL, SCHEMA, E, Operations, S, T, element
from tests.contract.ews_store import Store

ADDRESS = "correquests@mt.example"
USER, PASSWORD = "MT\\svc-correquests", "a secret of the service account"


@dataclass
class Trouble:
    """What goes wrong at the next `times` requests of one operation (`*`: any), after `skip` that go right.

    `how`: 503, 401, drop (reset), half (reset within the answer), cut (the
    answer ends early, and nothing tells its length), busy (SOAP fault with back-off), or a response code.
    """

    operation: str
    how: str
    after_work: bool = False
    times: int = 1
    skip: int = 0
    back_off_ms: int = 200


@dataclass
class EwsServer:
    """What the stand-in knows and has seen. `violations` holds every breach of the schemas, by either side."""

    store: Store = field(default_factory=lambda: Store(ADDRESS))
    url: str = ""
    access: str = "impersonation"
    tokens: set[str] = field(default_factory=set)
    password: str = PASSWORD
    troubles: list[Trouble] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    wrong_id_after_move: bool = False
    ntlm: bool = False

    def __post_init__(self) -> None:
        self.operations = Operations(self.store)
        self._lock = threading.Lock()

    def trouble(self, operation: str) -> Trouble | None:
        with self._lock:
            for trouble in self.troubles:
                if trouble.operation not in (operation, "*") or not trouble.times:
                    continue
                if trouble.skip:
                    trouble.skip -= 1
                    continue
                trouble.times -= 1
                return trouble
        return None

    def lets_in(self, authorization: str) -> bool:
        kind, _, value = authorization.partition(" ")
        if kind == "Bearer":
            return value in self.tokens
        return kind == "Basic" and base64.b64decode(value).decode() == f"{USER}:{self.password}"

    def check(self, part: Any, side: str) -> bool:
        valid: bool = SCHEMA.validate(etree.ElementTree(part))
        if not valid:
            self.violations.append(f"{side} {etree.QName(part).localname}: {SCHEMA.error_log.last_error}")
        return valid

    def impersonates(self, header: Any) -> bool:
        path = f"{{{T}}}ExchangeImpersonation/{{{T}}}ConnectingSID/{{{T}}}PrimarySmtpAddress"
        named = header.findtext(path) if header is not None else None
        return named == (ADDRESS if self.access == "impersonation" else None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    exchange: EwsServer
    _known = False
    _context: Any = None
    _challenge = b""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._let_in(self.headers.get("Authorization", "")):
            return
        envelope = etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=True))
        header, request = envelope.find(f"{{{S}}}Header"), envelope.find(f"{{{S}}}Body")[0]
        operation = etree.QName(request).localname
        self.exchange.seen[operation] += 1
        trouble = self.exchange.trouble(operation)
        if trouble and not trouble.after_work and self._spoil(trouble, b""):
            return
        if not all([self.exchange.check(part, "request") for part in (request, *header)]):  # noqa: C419
            self._fault("ErrorSchemaValidation", "The request failed schema validation.")
        elif operation != "ConvertId" and not self.exchange.impersonates(header):
            self._fault("ErrorImpersonateUserDenied", "The account does not have permission to impersonate.")
        else:
            answer = self.exchange.operations.perform(request)
            if operation == "MoveItem" and self.exchange.wrong_id_after_move:
                for moved in answer.iter(f"{{{T}}}ItemId"):
                    moved.set("Id", "AAMkIWRONG=")
            self.exchange.check(answer, "response")
            data = _envelope(answer)
            if not (trouble and trouble.after_work and self._spoil(trouble, data)):
                self._answer(200, data)

    def _let_in(self, authorization: str) -> bool:
        if self.exchange.ntlm:
            return self._known or self._negotiate(authorization)
        self.exchange.seen["logins"] += 1
        if self.exchange.lets_in(authorization):
            return True
        self._answer(401, b"", "text/plain")
        return False

    def _negotiate(self, authorization: str) -> bool:
        """NTLM as IIS does it: three legs, bound to the connection. The server side is pyspnego's."""
        token = base64.b64decode(authorization.removeprefix("NTLM ")) if authorization.startswith("NTLM ") else b""
        if not token:
            self._answer(401, b"", "text/plain")
            return False
        if self._context is None:
            self._context = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
        try:
            self._challenge = self._context.step(token) or b""
        except spnego.exceptions.SpnegoError:
            self.exchange.seen["logins"] += 1
            self._challenge = b""
            self._context = None
            self._answer(401, b"", "text/plain")
            return False
        if self._context.complete:
            self.exchange.seen["logins"] += 1
            self._known = True
            return True
        self._answer(401, b"", "text/plain")
        return False

    def _spoil(self, trouble: Trouble, data: bytes) -> bool:
        if trouble.how in ("503", "401", "500"):
            self._answer(int(trouble.how), b"<html>an error page</html>", "text/html")
        elif trouble.how == "cut":
            self._head(200, None, "text/xml")
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
        elif trouble.how in ("drop", "half"):
            if trouble.how == "half":
                with suppress(OSError):
                    self._head(200, len(data), "text/xml")
                    self.wfile.write(data[: len(data) // 2])
                    self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif trouble.how == "busy":
            self._fault("ErrorServerBusy", "The server cannot service this request right now.", trouble.back_off_ms)
        else:
            self._fault(trouble.how, "told to fail")
        return True

    def _fault(self, code: str, text: str, back_off_ms: int = 0) -> None:
        fault = element(None, "s:Fault")
        etree.SubElement(fault, "faultcode").text = f"a:{code}"
        etree.SubElement(fault, "faultstring").text = text
        detail = etree.SubElement(fault, "detail")
        etree.SubElement(detail, f"{{{E}}}ResponseCode").text = code
        etree.SubElement(detail, f"{{{E}}}Message").text = text
        if back_off_ms:
            element(element(detail, "t:MessageXml"), "t:Value", str(back_off_ms), Name="BackOffMilliseconds")
        self._answer(500, _envelope(fault))

    def _head(self, status: int, length: int | None, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        if status == 401:
            self.send_header("WWW-Authenticate", self._wanted())
        self.end_headers()

    def _wanted(self) -> str:
        if not self.exchange.ntlm:
            return 'Basic realm="mail.mt.example"'
        return f"NTLM {base64.b64encode(self._challenge).decode()}".strip()

    def _answer(self, status: int, data: bytes, kind: str = "text/xml") -> None:
        self._head(status, len(data), kind)
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


def _envelope(body: Any) -> bytes:
    envelope = element(None, "s:Envelope")
    version: dict[str, Any] = {"MajorVersion": 15, "MinorVersion": 2, "MajorBuildNumber": 1118, "MinorBuildNumber": 7}
    element(element(envelope, "s:Header"), "t:ServerVersionInfo", **version, Version="V2017_07_11")
    element(envelope, "s:Body").append(body)
    data: bytes = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return data.replace(ILLEGAL.encode(), b"&#x1;")


@contextmanager
def running(server: EwsServer, tls: ssl.SSLContext | None = None) -> Iterator[EwsServer]:
    """Serve on a free port of this machine. At the end nothing may have broken the schemas."""
    handler = type("Handler", (_Handler,), {"exchange": server})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.daemon_threads = True
        if tls:
            http.socket = tls.wrap_socket(http.socket, server_side=True)
        threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
        origin = "https://localhost" if tls else "http://127.0.0.1"
        server.url = f"{origin}:{http.server_address[1]}/EWS/Exchange.asmx"
        try:
            yield server
        finally:
            http.shutdown()
    assert not server.violations, server.violations
