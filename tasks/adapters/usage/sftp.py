"""Usage exports on an SFTP server. What was taken moves to `taken` there, what was refused to `refused`.

The server proves itself by the one host key that is set; nothing is learnt on first sight, and no other key, agent or
configuration of this machine is looked at.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import posixpath
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko
from pydantic import SecretStr

from tasks.adapters.usage import FeedDown, Waiting
from tasks.adapters.usage.csv_export import MAX_BYTES
from tasks.adapters.usage.folder import QUIET_SECONDS

TIMEOUT_SECONDS = 30.0
"""How long the server may be silent."""


@dataclass(frozen=True)
class SftpServer:
    """Where the exports lie and who we are there; the fields are those of the settings."""

    host: str
    port: int
    user: str
    password: SecretStr
    key: Path | None
    host_key: str
    folder: str


class SftpFeed:
    """Every `*.csv` directly in the folder, as `Feed` says; names that begin with a dot are unfinished files."""

    def __init__(self, server: SftpServer, quiet: float = QUIET_SECONDS) -> None:
        self._server, self._quiet = server, quiet

    def waiting(self) -> list[Waiting]:
        """As `Feed` says. A file that still grows, by its size at two looks, waits for the next run."""
        with self._talk() as there:
            first = self._sizes(there)
            if not first:
                return []
            time.sleep(self._quiet)
            second = self._sizes(there)
            ready = [name for name, size in sorted(first.items()) if second.get(name) == size]
            return [Waiting(name, self._fetch(there, name)) for name in ready]

    def settle(self, name: str, *, accepted: bool) -> None:
        """As `Feed` says. A file of the same name that was put away before is kept beside it."""
        with self._talk() as there:
            aside = posixpath.join(self._server.folder, "taken" if accepted else "refused")
            with contextlib.suppress(OSError):  # it is there, or the move below says what is wrong
                there.mkdir(aside)
            target = posixpath.join(aside, name)
            with contextlib.suppress(FileNotFoundError):
                there.stat(target)
                target = posixpath.join(aside, f"{time.time_ns()}-{name}")
            there.rename(posixpath.join(self._server.folder, name), target)

    def _sizes(self, there: paramiko.SFTPClient) -> dict[str, int]:
        return {
            entry.filename: entry.st_size or 0
            for entry in there.listdir_attr(self._server.folder)
            if entry.filename.lower().endswith(".csv")
            and not entry.filename.startswith(".")
            and stat.S_ISREG(entry.st_mode or 0)
        }

    def _fetch(self, there: paramiko.SFTPClient, name: str) -> bytes:
        """The bytes, one more than is accepted at most: the reader of exports then refuses the file for its size."""
        with there.open(posixpath.join(self._server.folder, name), "rb") as file:
            file.prefetch()
            content: bytes = file.read(MAX_BYTES + 1)
            return content

    @contextlib.contextmanager
    def _talk(self) -> Iterator[paramiko.SFTPClient]:
        """A conversation with the one server that is meant. Raises `FeedDown`, which never holds a secret."""
        server = self._server
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        known = server.host if server.port == paramiko.config.SSH_PORT else f"[{server.host}]:{server.port}"
        client.get_host_keys().add(known, *_host_key(server.host_key))
        try:
            client.connect(
                server.host,
                server.port,
                server.user,
                server.password.get_secret_value() or None,
                key_filename=str(server.key) if server.key else None,
                look_for_keys=False,
                allow_agent=False,
                timeout=TIMEOUT_SECONDS,
                banner_timeout=TIMEOUT_SECONDS,
                auth_timeout=TIMEOUT_SECONDS,
            )
            with client.open_sftp() as there:
                channel = there.get_channel()
                if channel is not None:
                    channel.settimeout(TIMEOUT_SECONDS)
                yield there
        except paramiko.BadHostKeyException:
            raise FeedDown(f"{server.host} shows another host key than the one that is set; nothing was sent") from None
        except paramiko.AuthenticationException:
            raise FeedDown(f"{server.host} does not let {server.user} in; check the password or the key") from None
        except (paramiko.SSHException, OSError, EOFError) as why:
            raise FeedDown(f"{server.host}: {_words(why, server.password)}") from None
        finally:
            client.close()


def _host_key(said: str) -> tuple[str, paramiko.PKey]:
    """The key as a line of a known_hosts file has it, with or without the host in front."""
    words = said.split()
    try:
        kind, text = words[-2:] if not words[0].startswith(("ssh-", "ecdsa-")) else words[:2]
        return kind, paramiko.PKey.from_type_string(kind, base64.b64decode(text, validate=True))
    except (ValueError, IndexError, binascii.Error, paramiko.SSHException, paramiko.UnknownKeyType):
        raise FeedDown("`usage_sftp_host_key` is no public key like `ssh-ed25519 AAAA…`; ask `ssh-keyscan`") from None


def _words(why: BaseException, secret: SecretStr) -> str:
    said = " ".join(str(why).split())[:200] or type(why).__name__
    hidden = secret.get_secret_value()
    return said.replace(hidden, "***") if hidden else said
