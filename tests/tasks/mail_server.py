"""A real SMTP server that can be told to refuse, or to break off after it has taken a mail."""

from __future__ import annotations

from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.product import free_port
from tests.tasks.office import parsed


class Server:
    """`refuse` holds addresses that are refused; `drop` is how many mails are taken without a word of thanks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.refuse: set[str] = set()
        self.drop = 0
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse or "*" in self.refuse:
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken += [(address, content) for address in envelope.rcpt_tos]
        if self.drop:
            self.drop -= 1
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return "250 OK"

    def received(self, address: str) -> list[EmailMessage]:
        return [parsed(raw) for to, raw in self.taken if to == address]


@contextmanager
def running() -> Iterator[Server]:
    server = Server(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
