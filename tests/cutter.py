"""A wire that breaks where it is told to: a proxy on the loopback for one client and one server in clear text."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Cutter:
    """Cuts once, at the first client's words that hold `at`: before they arrive, or after they were answered."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.connections = 0
        self._at = b""
        self._answered = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, at: bytes, *, answered: bool) -> None:
        self._at, self._answered = at, answered

    def close(self) -> None:
        _end(self._listener)  # a thread that waits in accept() would take one more
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", self.target)) as server:
            deaf = threading.Event()
            threading.Thread(target=self._answers, args=(server, client, deaf), daemon=True).start()
            while words := client.recv(65536):
                if self._at and self._at in words:
                    self._at = b""
                    if not self._answered:
                        _end(client, server)
                        return
                    deaf.set()
                server.sendall(words)

    @staticmethod
    def _answers(server: socket.socket, client: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while (words := server.recv(65536)) and not deaf.is_set():
                client.sendall(words)
        _end(client, server)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutter(target: int) -> Iterator[Cutter]:
    made = Cutter(target)
    try:
        yield made
    finally:
        made.close()
