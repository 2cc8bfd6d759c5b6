"""Keeps one `mime_server` running for this process and hands it one mail at a time.

A process that forks starts a server of its own; a server that dies is replaced; a server whose caller dies ends itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from tasks.adapters.mailbox.mime_limits import MailLimits

_SERVER = Path(__file__).with_name("mime_server.py")
_GRACE = 10.0
"""Seconds that the server has, beyond the time of the mail, to say how its fork ended."""


class ParserDown(Exception):
    """The process that reads mails cannot be had. The mail stays where it is and is tried again."""


@dataclass(frozen=True)
class Ended:
    """How a fork ended: exit code (negative: signal), whether its time was over, and its largest memory in bytes."""

    code: int
    timed_out: bool
    peak_bytes: int


class Parser:
    """The server as seen from here; safe to use from several threads, which take turns."""

    def __init__(self) -> None:
        self.last: Ended | None = None
        self._turn = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    def read(self, source: Path, folder: Path, limits: MailLimits) -> Ended:
        """Have the mail in `source` read into `folder`. Raises `ParserDown` when two servers died of it."""
        asked = json.dumps({"source": str(source), "folder": str(folder), "limits": asdict(limits)}).encode()
        with self._turn:
            for _ in range(2):
                if said := self._ask(asked, limits.wall_seconds + _GRACE):
                    self.last = Ended(**json.loads(said))
                    return self.last
        raise ParserDown(ParserDown.__doc__)

    def _ask(self, asked: bytes, seconds: float) -> bytes:
        """The server's answer; empty when it died, which leaves none behind."""
        said = b""
        try:
            door = self._door or self._start()
            door.settimeout(seconds)
            door.send(asked)
            said = door.recv(4096)
        except TimeoutError:
            said = json.dumps(asdict(Ended(-signal.SIGKILL, True, 0))).encode()
            self._end()
        except OSError:
            said = b""
        except BaseException:  # interrupted: the next answer would be this one's
            self._end()
            raise
        if not said:
            self._end()
        return said

    def _start(self) -> socket.socket:
        """A new server. Nothing of ours goes with it: no descriptor but its end of the line, no environment."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._server = subprocess.Popen(  # noqa: S603  our own module, no shell
                [sys.executable, "-I", "-X", "utf8", str(_SERVER)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
                close_fds=True,
            )
        self._door = ours
        return ours

    def _end(self) -> None:
        """No server any more; its fork dies with it."""
        door, server, self._door, self._server = self._door, self._server, None, None
        if door:
            door.close()
        if server:
            with contextlib.suppress(ProcessLookupError):
                server.kill()
            server.wait()

    @property
    def pid(self) -> int | None:
        """Process id of the server, while there is one."""
        return self._server.pid if self._server else None

    def leave(self) -> None:
        """In a forked copy of this process: the server is the original's."""
        if self._door:
            self._door.close()
        if self._server:
            self._server.returncode = 0  # not our child: nothing to wait for


_parser = Parser()


def parser() -> Parser:
    """The one of this process."""
    return _parser


def _forked() -> None:
    global _parser
    _parser.leave()
    _parser = Parser()


os.register_at_fork(after_in_child=_forked)
