"""A real IMAP server for the tests: Dovecot in a temporary folder, without privileges, on the loopback."""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import scratch
from tests.authority import Authority

_PROGRAMS = ("/usr/sbin/dovecot", "/usr/local/sbin/dovecot")
_USER = "nobody"  # Dovecot refuses to serve mail as root
_numbers = itertools.count()
PASSWORD = "Dove-cot-7"
CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
auth_failure_delay = 0
mail_max_userip_connections = 50
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
  mailbox {sent} {{
    special_use = \\Sent
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
{extra}
"""


class NotInstalled(Exception):
    """Dovecot is not installed. Run `make setup-dev`."""


@dataclass
class Dovecot:
    """A running server. `imap` takes clear text and STARTTLS, `imaps` is TLS from the first byte."""

    home: Path
    imap: int
    imaps: int
    authority: Authority
    owner: int
    _process: subprocess.Popen[bytes] | None = None

    def maildir(self, user: str) -> Path:
        return self.home / "mail" / user

    def deliver(self, user: str, raw: bytes) -> None:
        """Put a mail into the inbox as a delivery agent does: a file with the time in its name."""
        box = self.maildir(user)
        for part in (box, *(box / name for name in ("tmp", "new", "cur"))):
            if not part.exists():
                part.mkdir()
                shutil.chown(part, self.owner)
        now = time.time_ns()
        draft = box / "tmp" / f"{now // 10**9}.M{now // 1000 % 10**6:06d}P{os.getpid()}Q{next(_numbers)}.tests"
        draft.write_bytes(raw)
        draft.chmod(0o644)
        draft.rename(box / "new" / draft.name)

    def start(self) -> None:
        command = _as_user(_program(), "-F", "-c", self.home / "conf")
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, cwd="/", start_new_session=True
        )
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.imap)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError(self.log())

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # sessions outlive the server by half a minute
            self._process = None

    def log(self) -> str:
        return (self.home / "log").read_text()


def _program() -> str:
    for name in (*_PROGRAMS, shutil.which("dovecot") or ""):
        if name and Path(name).exists():
            return name
    raise NotInstalled(NotInstalled.__doc__)


def _as_user(*command: str | Path) -> list[str]:
    words = [str(w) for w in command]
    return ["runuser", "-u", _USER, "--", *words] if os.geteuid() == 0 else words


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def dovecot(
    *, prefix: str = "", separator: str = "/", sent: str = '"Gesendet & Ö"', extra: str = ""
) -> Iterator[Dovecot]:
    """Start a server that lets everybody in who knows `PASSWORD`; everything is gone afterwards."""
    root = os.geteuid() == 0
    user = pwd.getpwnam(_USER) if root else pwd.getpwuid(os.geteuid())
    home = Path(tempfile.mkdtemp(prefix="imap-", dir=scratch.root()))
    try:
        authority = Authority(home)
        authority.issue("localhost", home / "server.pem", home / "server.key")
        server = Dovecot(home, free_port(), free_port(), authority, user.pw_uid)
        text = CONFIGURATION.format(
            password=PASSWORD,
            home=home,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            uid=user.pw_uid,
            gid=user.pw_gid,
            imap=server.imap,
            imaps=server.imaps,
            prefix=prefix,
            separator=separator,
            sent=sent,
            extra=extra,
        )
        (home / "conf").write_text(text)
        (home / "mail").mkdir()
        if root:
            subprocess.run(["chown", "-R", f"{user.pw_uid}:{user.pw_gid}", str(home)], check=True)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
