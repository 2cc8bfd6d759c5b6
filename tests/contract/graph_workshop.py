"""Graph in the contract suite: the adapter on the stand-in, which is looked at from behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

from tasks.adapters.mailbox.graph import GraphMailbox
from tests.contract.entra_server import CLIENT, TENANT
from tests.contract.graph_routes import ADDRESS
from tests.contract.graph_server import SCOPE, GraphServer


class GraphWorkshop:
    recipients = ("jane@nexus.example", "it@mt.example")

    def __init__(self, server: GraphServer) -> None:
        self.server = server

    def open(self, *, look_seconds: float = 0.1, pause: float = 0.02) -> GraphMailbox:
        return GraphMailbox(
            address=ADDRESS,
            root=f"{self.server.root}/v1.0",
            scope=SCOPE,
            ca_file=self.server.ca_file,
            tenant=TENANT,
            client_id=CLIENT,
            certificate=self.server.certificate,
            authority=self.server.root,
            look_seconds=look_seconds,
            pause=pause,
        )

    def deliver(self, raw: bytes) -> None:
        with self.server.store.lock:
            self.server.store.put(raw, "inbox")

    def folder(self, name: str) -> list[bytes]:
        store = self.server.store
        wanted = {"Sent": "Sent Items"}.get(name, name)
        return sorted(i.raw for f in store.folders.values() if f.name == wanted for i in store.inside(f))

    def carry(self, source: str, target: str) -> None:
        store = self.server.store
        with store.lock:
            there = {folder.name.upper(): folder for folder in store.folders.values()}
            for item in store.inside(there[source.upper()]):
                store.move(item, there[target.upper()], new_key=False)

    def received(self, address: str) -> list[bytes]:
        return self.server.store.sent_to.get(address, [])

    def same(self, raw: bytes, got: bytes) -> bool:
        """Byte for byte; a mail with a secret went as JSON and is rendered anew: there Message-ID and words count."""
        return raw == got or ((b"secret" in raw or b"hidden" in raw) and _words(raw) == _words(got))


def _words(raw: bytes) -> tuple[str, str]:
    mail = message_from_bytes(raw)
    return str(mail["Message-ID"]), str(mail.get_payload()).strip()


@contextmanager
def workshop(home: Path) -> Iterator[GraphWorkshop]:
    with GraphServer(home / "graph").running() as server:
        yield GraphWorkshop(server)
