"""Whether a server answers and shows a good certificate, asked without any mail client: for the doctor."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tasks.adapters.mailbox import MailboxDown
from tasks.adapters.mailbox.tls import context, sentence
from tasks.mail_settings import EwsAuth, Tls, Transport
from tasks.settings import Settings

_TIMEOUT = 15.0
_STARTTLS = {"IMAP": (b"a STARTTLS\r\n",), "SMTP": (b"EHLO doctor.invalid\r\n", b"STARTTLS\r\n")}


class Unreachable(Exception):
    """The server does not answer, or not safely."""


@dataclass(frozen=True)
class Server:
    """A server that the transport talks to. `named_by` and `trusted_by` are the settings to look at."""

    what: str
    host: str
    port: int
    tls: Tls
    ca_file: Path | None
    named_by: str
    trusted_by: str

    @property
    def address_advice(self) -> str:
        """What to do when it does not answer."""
        return f"Check CORREQUESTS_{self.named_by}, the port, and the firewall between here and there."

    @property
    def tls_advice(self) -> str:
        """What to do when its certificate is not good."""
        return (
            f"Put the name that stands in the certificate into CORREQUESTS_{self.named_by}, or name the file of the "
            f"authority that signed it in CORREQUESTS_{self.trusted_by}. Check that the kind of TLS fits the port."
        )


def servers(config: Settings) -> list[Server]:
    """The servers of the chosen transport, in the order in which they are needed."""
    found = []
    if config.mailbox is Transport.IMAP:
        found.append(
            Server(
                "IMAP",
                config.imap_host,
                config.imap_port,
                config.imap_tls,
                config.imap_ca_file,
                "IMAP_HOST",
                "IMAP_CA_FILE",
            )
        )
    if config.mailbox in (Transport.IMAP, Transport.MAILDIR) and config.smtp_host:
        found.append(
            Server(
                "SMTP",
                config.smtp_host,
                config.smtp_port,
                config.smtp_tls,
                config.smtp_ca_file,
                "SMTP_HOST",
                "SMTP_CA_FILE",
            )
        )
    if config.mailbox is Transport.GRAPH or (config.mailbox is Transport.EWS and config.ews_auth is EwsAuth.OAUTH):
        found.append(web("sign-in", config.entra_authority, config.graph_ca_file, "ENTRA_AUTHORITY", "GRAPH_CA_FILE"))
    if config.mailbox is Transport.GRAPH:
        found.append(web("Graph", config.graph_root, config.graph_ca_file, "GRAPH_ROOT", "GRAPH_CA_FILE"))
    if config.mailbox is Transport.EWS:
        found.append(web("EWS", config.ews_endpoint, config.ews_ca_file, "EWS_ENDPOINT", "EWS_CA_FILE"))
    return found


def web(what: str, url: str, ca_file: Path | None, named_by: str, trusted_by: str) -> Server:
    """The server behind a URL."""
    parts = urlsplit(url)
    tls = Tls.NONE if parts.scheme == "http" else Tls.IMPLICIT
    port = parts.port or (80 if tls is Tls.NONE else 443)
    return Server(what, parts.hostname or "", port, tls, ca_file, named_by, trusted_by)


def answers(server: Server) -> str:
    """Raises `Unreachable` when nobody listens at the address."""
    try:
        with socket.create_connection((server.host, server.port), _TIMEOUT) as line:
            return f"{server.host}:{server.port} answers as {line.getpeername()[0]}"
    except OSError as error:
        raise Unreachable(sentence(server.host, server.port, error)) from None


def certificate(server: Server) -> str:
    """Raises `Unreachable` when the connection is not safe."""
    if server.tls is Tls.NONE and server.tls.allowed_to(server.host):
        return "none, which is allowed on this machine only"
    try:
        checked = context(server.host, server.tls, server.ca_file)
        with socket.create_connection((server.host, server.port), _TIMEOUT) as line:
            if server.tls is Tls.STARTTLS:
                _ask_for_tls(line, _STARTTLS[server.what])
            with checked.wrap_socket(line, server_hostname=server.host) as safe:
                shown = safe.getpeercert() or {}
                return f"{safe.version()}, the certificate is good until {shown.get('notAfter')}"
    except MailboxDown as error:
        raise Unreachable(str(error)) from None
    except (OSError, ssl.SSLError) as error:
        raise Unreachable(sentence(server.host, server.port, error)) from None


def _ask_for_tls(line: socket.socket, words: tuple[bytes, ...]) -> None:
    """Each answer must be read to its end before the next word, and nothing behind the last one is believed."""
    answer = _answer(line)
    for word in words:
        line.sendall(word)
        answer = _answer(line)
    if not answer.startswith((b"220", b"a OK")):
        raise OSError(f"the server offers no STARTTLS: {answer.decode(errors='replace').strip()[:200]}")


def _answer(line: socket.socket) -> bytes:
    """The last line of an answer: SMTP marks those before it with a hyphen (RFC 5321 4.2.1)."""
    got = b""
    while not got.endswith(b"\n") or got.splitlines()[-1][3:4] == b"-":
        piece = line.recv(4096)
        if not piece:
            raise OSError("the server closed the connection")
        got += piece
    return got.splitlines()[-1]
