"""TLS to a mail server: the certificate is always checked, and clear text stays on this machine (RFC 8314)."""

from __future__ import annotations

import ssl
from pathlib import Path

from tasks.adapters.mailbox import MailboxDown
from tasks.mail_settings import Tls


def context(host: str, tls: Tls, ca_file: Path | None) -> ssl.SSLContext:
    """What a connection to `host` is checked with. Raises `MailboxDown` when it could not be safe."""
    if not tls.allowed_to(host):
        raise MailboxDown(f"the password would go to {host} in clear text; set TLS to `implicit` or `starttls`")
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise MailboxDown(f"the certificates in {ca_file} cannot be read: {error.strerror or error}") from error


def sentence(host: str, port: int, error: Exception, secret: str = "") -> str:
    """What went wrong with a server, for the operator: its own words, clipped, and never the secret."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {host}:{port} is not accepted: {error.verify_message} "
            "Use the name that stands in it, or name the file of the authority that signed it."
        )
    if isinstance(error, TimeoutError):
        return f"{host}:{port} did not answer in time"
    said = " ".join(str(error).split())[:300] or type(error).__name__
    return f"{host}:{port}: {said.replace(secret, '***') if secret else said}"
