"""A real SFTP server for the tests: OpenSSH's sshd in a temporary folder, on the loopback, with keys of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import scratch
from tests.dovecot import free_port

CONFIGURATION = """
ListenAddress 127.0.0.1:{port}
HostKey {home}/host
PidFile none
AuthorizedKeysFile {home}/authorized
AuthenticationMethods publickey
StrictModes no
UsePAM no
Subsystem sftp /usr/lib/openssh/sftp-server
ForceCommand /usr/lib/openssh/sftp-server -d {home}/exports
"""


@dataclass(frozen=True)
class Sshd:
    """A running server: its port, its public host key, the private key that it lets in, and the folder it shows."""

    port: int
    host_key: str
    key: Path
    folder: Path
    user: str


def new_key(path: Path) -> str:
    """Make a key pair; the public key as a known_hosts file has it."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True, capture_output=True
    )
    return path.with_suffix(".pub").read_text().strip()


@contextmanager
def sshd() -> Iterator[Sshd]:
    """Start a server and end it."""
    home = Path(tempfile.mkdtemp(prefix="sshd-", dir=scratch.root()))
    folder, port = home / "exports", free_port()
    folder.mkdir()
    host_key = new_key(home / "host")
    (home / "authorized").write_text(new_key(home / "client") + "\n")
    (home / "sshd_config").write_text(CONFIGURATION.format(home=home, port=port))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen(
        ["/usr/sbin/sshd", "-D", "-e", "-f", str(home / "sshd_config")], stderr=(home / "log").open("wb")
    )
    try:
        _wait(server, port, home / "log")
        yield Sshd(port, host_key, home / "client", folder, getpass.getuser())
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(home, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(100):
        if server.poll() is not None:
            raise RuntimeError(log.read_text())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("sshd does not listen")
