"""A submission server for the tests: aiosmtpd with STARTTLS and a login, written by others than the client."""

from __future__ import annotations

import ssl
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.authority import Authority
from tests.dovecot import PASSWORD, free_port


@dataclass
class SubmissionServer:
    """What the server answers, and what it took for whom. `deliver` names the mailboxes of ours."""

    port: int
    rcpt: str = "250 OK"
    data: str = "250 OK"
    received: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    logins: int = 0
    deliver: dict[str, Callable[[bytes], None]] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.data.startswith("250"):
            for address in envelope.rcpt_tos:
                self.received[address].append(envelope.content)
                if address in self.deliver:
                    self.deliver[address](envelope.content)
        return self.data

    def check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: object) -> AuthResult:
        self.logins += 1
        assert isinstance(auth, LoginPassword)
        good = auth.password.decode() == PASSWORD
        return AuthResult(success=good, handled=good)  # not handled: aiosmtpd answers 535 itself


@contextmanager
def submission_server(authority: Authority | None) -> Iterator[SubmissionServer]:
    """With an authority: STARTTLS, then a login, before any mail. Without: clear text and no login."""
    handler = SubmissionServer(free_port())
    safe: dict[str, Any] = {}
    if authority:
        folder = authority.ca_file.parent
        authority.issue("localhost", folder / "smtp.pem", folder / "smtp.key")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(folder / "smtp.pem", folder / "smtp.key")
        safe = {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": handler.check}
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, data_size_limit=64 * 2**20, **safe)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()
